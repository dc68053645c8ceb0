// Work that takes a while: the newest replaces what still runs, and what goes wrong is shown as its sentence.

const alarm = document.querySelector("#alarm");
let refused = () => {};

/** Calls `handler` whenever the service asks for a key. */
export function onKeyAsked(handler) {
  refused = handler;
}

/** Runs `work`; shows why if it fails. */
export async function attempt(work) {
  try {
    await work();
    alarm.hidden = true;
  } catch (error) {
    if (error.name === "AbortError") return;
    tell(error.message);
    if (error.status === 401) refused();
    if (error.status === undefined) throw error;
  }
}

export function tell(sentence) {
  alarm.textContent = sentence;
  alarm.hidden = false;
}

/** `work(signal, ...)`, run `wait` milliseconds after the last call; a new call aborts the one before. */
export function newest(panel, work, wait = 0) {
  let running = null;
  return async (...given) => {
    running?.abort();
    const mine = (running = new AbortController());
    panel.setAttribute("aria-busy", "true");
    await attempt(async () => {
      await pause(wait, mine.signal);
      await work(mine.signal, ...given);
    });
    if (running === mine) panel.setAttribute("aria-busy", "false");
  };
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
