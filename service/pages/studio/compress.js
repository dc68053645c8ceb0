// Compress: a photo, what the codec makes of it, and what JPEG and WebP make of the same bytes.

import { intake } from "./intake.js";
import { bytes, canvasOf, decibels, pixelsOf, psnr, save, show, within } from "./pixels.js";
import { send } from "./service.js";
import { attempt, newest } from "./work.js";

const PEERS = { JPEG: "image/jpeg", WebP: "image/webp" };
const MAGIC = "HGLS";

export function compress(panel) {
  const find = (name) => panel.querySelector(name);
  const [left, right] = [find("[slot=first]"), find("[slot=second]")];
  const quality = find("[name=quality]");
  let photo = null; // { file, canvas }
  let made = {}; // by format: the file to be shown

  const update = newest(panel, async (signal) => {
    find(".value").textContent = quality.value;
    const coded = await (await send("encode", photo.file, { query: { quality: quality.value }, signal })).blob();
    const decoded = await (await send("decode", coded, { signal })).blob();
    const original = pixelsOf(photo.canvas);
    const told = async (name, blob, seen) => tell(name, blob.size, psnr(original, pixelsOf(await canvasOf(seen))));
    await told("Hourglass", coded, decoded);
    signal.throwIfAborted();
    made = { Original: photo.file, Hourglass: coded };
    await show(right, decoded);
    for (const [name, type] of Object.entries(PEERS)) {
      const blob = await within(photo.canvas, type, coded.size, signal);
      if (!blob) continue;
      made[name] = blob;
      await told(name, blob, blob);
    }
    await beside();
  }, 150);

  function tell(name, size, value) {
    const line = find(`tr[data-format=${name}]`);
    line.hidden = false;
    line.querySelector(".size").textContent = bytes(size);
    line.querySelector(".rate").textContent = rate(size);
    line.querySelector(".psnr").textContent = decibels(value);
  }

  const rate = (size) => ((8 * size) / (photo.canvas.width * photo.canvas.height)).toFixed(3);

  async function beside() {
    const name = find("[name=beside]:checked").value;
    find(".caption-left").textContent = made[name] ? name : "Original";
    await show(left, made[name] ?? photo.file);
  }

  async function choose(file) {
    if ((await file.slice(0, MAGIC.length).text()) === MAGIC) await open(file);
    else await compare(file);
  }

  async function compare(file) {
    photo = { file, canvas: await canvasOf(file) };
    made = {};
    panel.dataset.state = "compare";
    for (const line of panel.querySelectorAll("tr[data-format]")) line.hidden = true;
    title(file, bytes(file.size));
    await Promise.all([show(left, file), show(right, file)]);
    update();
  }

  /** Shows what a compressed file holds. */
  async function open(file) {
    const decoded = await (await send("decode", file)).blob();
    photo = { file: decoded, canvas: await canvasOf(decoded) };
    panel.dataset.state = "open";
    title(file, `${bytes(file.size)}, ${rate(file.size)} bits a pixel`);
    await show(find(".opened img"), decoded);
  }

  function title(file, size) {
    find(".title").textContent = `${file.name}: ${photo.canvas.width}×${photo.canvas.height}, ${size}`;
    photo.name = file.name.replace(/\.[^.]*$/, "");
  }

  function take(files) {
    const several = files.map((file) => {
      const button = document.createElement("button");
      button.textContent = file.name;
      button.addEventListener("click", () => {
        for (const each of several) each.setAttribute("aria-pressed", each === button);
        attempt(() => choose(file));
      });
      return button;
    });
    find(".several").replaceChildren(...(several.length > 1 ? several : []));
    several[0].click();
  }

  intake(panel, take);
  quality.addEventListener("input", update);
  for (const each of panel.querySelectorAll("[name=beside]")) {
    each.addEventListener("change", () => attempt(beside));
  }
  find("[name=actual]").addEventListener("change", (event) => {
    find(".view").classList.toggle("actual", event.target.checked);
  });
  find(".split .save").addEventListener("click", () => {
    if (made.Hourglass) save(made.Hourglass, `${photo.name}.hgls`);
  });
  find(".opened .save").addEventListener("click", () => save(photo.file, `${photo.name}.png`));
  addEventListener("keychange", () => panel.dataset.state === "compare" && update());
}
