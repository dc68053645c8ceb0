// Denoise: a noisy photo, the clean one, how strong the noise was, and what was taken away.

import { intake } from "./intake.js";
import { canvasOf, pixelsOf, save, show } from "./pixels.js";
import { send } from "./service.js";
import { attempt, newest } from "./work.js";

const GAIN = 4;

export function denoise(panel) {
  const find = (name) => panel.querySelector(name);
  const [left, right] = [find("[slot=first]"), find("[slot=second]")];
  const [auto, strength] = [find("[name=auto]"), find("[name=strength]")];
  let photo = null;
  let clean = null;

  const update = newest(panel, async (signal) => {
    strength.disabled = auto.checked;
    find(".value").textContent = auto.checked ? "auto" : strength.value;
    const query = { strength: auto.checked ? "auto" : strength.value };
    const answer = await send("denoise", photo, { query, accept: "image/png", signal });
    clean = await answer.blob();
    const sigma = answer.headers.get("Hourglass-Sigma");
    find(".sigma").textContent = sigma ?? "–";
    await look();
  }, 150);

  async function look() {
    const taken = find("[name=look]:checked").value === "taken";
    find(".caption-right").textContent = taken ? `What was taken away, ${GAIN} times` : "Clean";
    await show(right, taken ? await difference(photo, clean) : clean);
  }

  async function take([file]) {
    const canvas = await canvasOf(file);
    photo = file;
    clean = file;
    panel.dataset.state = "compare";
    find(".title").textContent = `${file.name}: ${canvas.width}×${canvas.height}`;
    find(".sigma").textContent = "–";
    await Promise.all([show(left, file), show(right, file)]);
    update();
  }

  intake(panel, (files) => attempt(() => take(files)));
  for (const each of [auto, strength]) each.addEventListener("input", update);
  for (const each of panel.querySelectorAll("[name=look]")) each.addEventListener("change", () => attempt(look));
  find(".save").addEventListener("click", () => save(clean, `${photo.name.replace(/\.[^.]*$/, "")}-clean.png`));
  addEventListener("keychange", () => photo && update());
}

/** What the second image lacks of the first, made GAIN times stronger, on gray. */
async function difference(first, second) {
  const canvas = await canvasOf(first);
  const [a, b] = [pixelsOf(canvas), pixelsOf(await canvasOf(second))];
  for (let i = 0; i < a.data.length; i += 1) {
    if (i % 4 !== 3) a.data[i] = 128 + GAIN * (a.data[i] - b.data[i]);
  }
  canvas.getContext("2d").putImageData(a, 0, 0);
  return canvas.convertToBlob();
}
