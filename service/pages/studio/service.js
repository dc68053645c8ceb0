// The calls of this service. The key, if one is asked for, is kept for the session.

const KEY = "hourglass-key";

export const key = {
  get: () => sessionStorage.getItem(KEY) ?? "",
  set: (value) => sessionStorage.setItem(KEY, value),
};

/** Why there is no answer; its message is the service's own sentence. `status` is 0 where nobody answered. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The answer to a call. `query` holds parameters, `accept` the media type asked for; the rest is as for fetch. */
export async function call(path, { query = {}, accept = "*/*", headers = {}, ...options } = {}) {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const sent = { Accept: accept, ...headers };
  if (key.get()) sent.Authorization = `Bearer ${key.get()}`;
  const answer = await fetch(url, { ...options, headers: sent }).catch((error) => {
    throw error.name === "AbortError" ? error : new Refusal(0, "The service does not answer. Is it still running?");
  });
  if (!answer.ok) throw new Refusal(answer.status, await sentence(answer));
  return answer;
}

/** The answer to a file, as POST sends it. */
export function send(path, file, options = {}) {
  return call(path, { method: "POST", body: file, ...options, headers: { "Content-Type": file.type || "application/octet-stream" } });
}

/** The JSON that is answered to JSON. */
export async function ask(path, body, options = {}) {
  const headers = { "Content-Type": "application/json" };
  const sent = { method: "POST", body: JSON.stringify(body), accept: "application/json", headers };
  return (await call(path, { ...sent, ...options })).json();
}

async function sentence(answer) {
  try {
    return (await answer.json()).detail;
  } catch {
    return `The service answered ${answer.status} ${answer.statusText}.`;
  }
}
