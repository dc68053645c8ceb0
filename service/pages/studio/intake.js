// How images come in: dropped, pasted, chosen, taken by the camera, or the example.

/** Calls `take` with the files that come into `panel`, while it is the one that is shown. */
export function intake(panel, take) {
  const zone = panel.querySelector(".drop");
  for (const input of panel.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      if (input.files.length) take([...input.files]);
      input.value = "";
    });
  }
  for (const button of panel.querySelectorAll("[data-example]")) {
    button.addEventListener("click", async () => take(await Promise.all(button.dataset.example.split(" ").map(example))));
  }
  addEventListener("dragover", (event) => {
    if (panel.hidden) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  addEventListener("dragleave", () => zone.classList.remove("over"));
  addEventListener("drop", (event) => receive(event, event.dataTransfer));
  addEventListener("paste", (event) => receive(event, event.clipboardData));

  function receive(event, data) {
    zone.classList.remove("over");
    if (panel.hidden || !data.files.length) return;
    event.preventDefault();
    take([...data.files]);
  }
}

/** A file of the examples. */
export async function example(name) {
  const answer = await fetch(new URL(`examples/${name}`, import.meta.url));
  const blob = await answer.blob();
  return new File([blob], name, { type: blob.type });
}
