-- For wrk: posts the files named on its command line in turn, and prints what it saw as JSON.
-- wrk ... -s load.lua URL -- CONTENT-TYPE FILE...

local requests, turn = {}, 0

function init(arguments)
   local headers = { ["Content-Type"] = arguments[1] }
   for i = 2, #arguments do
      local file = assert(io.open(arguments[i], "rb"))
      requests[#requests + 1] = wrk.format("POST", nil, headers, file:read("*a"))
      file:close()
   end
end

function request()
   turn = turn % #requests + 1
   return requests[turn]
end

function done(summary, latency)
   local errors = summary.errors
   print(string.format(
      '{"requests": %d, "seconds": %f, "refused": %d, "broken": %d, "p50_ms": %f, "p99_ms": %f}',
      summary.requests, summary.duration / 1e6, errors.status,
      errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
