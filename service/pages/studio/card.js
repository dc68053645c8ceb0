// One of the six types: its formula, z as bars, x̂, and what the type can do besides.

import { Bars } from "./bars.js";
import { SIDE, fileOf } from "./pad.js";
import { canvasOf, fileOfBase64, pixelsOf } from "./pixels.js";
import { ask, call, send } from "./service.js";
import { newest } from "./work.js";

const STEPS = 8;
const loss = (rest, of = "<i>x</i>") => `<i>L</i> = ‖${of} − <i>x̂</i>‖²${rest}`;

const TYPES = {
  undercomplete: ["784 pixels pass through 32 numbers. There is no room to copy.", loss("")],
  overcomplete: [
    "More numbers than pixels, but noise blurs each, and large ones are dear: every bit has its price.",
    loss(" + λ‖<i>z</i>‖², <i>x̂</i> = <i>g</i>(<i>z</i> + ε)"),
  ],
  sparse: [
    "An image is a sum of a few of 512 parts. Every number in use costs, so most are zero.",
    loss(" + λ‖<i>z</i>‖₁, <i>x̂</i> = <i>W</i><i>z</i> + <i>b</i>"),
  ],
  denoising: [
    "What goes in is disturbed, what must come out is not: it learns to undo the disturbance.",
    `${loss("")}, <i>z</i> = <i>f</i>(<i>x̃</i>)`,
  ],
  variational: [
    "z is random, and must look like a normal distribution. So one can draw from it.",
    loss(" + β KL(<i>q</i>(<i>z</i>|<i>x</i>) ‖ <i>N</i>(0, <i>I</i>))"),
  ],
  contractive: [
    "z must hold still when the image changes a little.",
    loss(" + λ‖∂<i>f</i>/∂<i>x</i>‖²"),
  ],
};

export class Card {
  /** A card of each type, put into `place`. */
  static all(template, place) {
    return Object.entries(TYPES).map(([type, [what, formula]]) => {
      const card = new Card(type, template.content.cloneNode(true).firstElementChild, what, formula);
      place.append(card.element);
      return card;
    });
  }

  constructor(type, element, what, formula) {
    Object.assign(this, { type, element, kept: null, closeness: -Infinity });
    element.dataset.type = type;
    this.find("h3").textContent = type;
    this.find(".what").textContent = what;
    this.find(".formula").innerHTML = formula;
    this.find("code").textContent = `training/autoencoders/${type}.py`;
    this.find(".output").alt = `x̂ of the ${type} type`;
    this.bars = new Bars(this.find(".bars"), `the ${type} type`);
    this.bars.onchange = newest(element, (signal) => this.decode(signal), 60);
    this.offer(".draw", type === "variational", (signal) => this.draw(signal));
    this.offer(".atoms", type === "sparse", (signal) => this.atoms(signal));
  }

  find(name) {
    return this.element.querySelector(name);
  }

  offer(name, can, work) {
    this.find(name).hidden = !can;
    this.find(name).addEventListener("click", newest(this.element, work));
  }

  /** z = f(x̃) and x̂ = g(z); how far x̂ is from x, and z from f(x). */
  async run(data, clean, disturbed, level, signal) {
    Object.assign(this, { model: `${data}-${this.type}`, clean });
    const z = await this.encode(disturbed, signal);
    const still = level ? await this.encode(clean, signal) : z;
    this.moved = level ? length(z.map((value, i) => value - still[i])) / length(still) : null;
    this.bars.set(z);
    await this.decode(signal);
  }

  async encode(pixels, signal) {
    const options = { query: { model: this.model }, accept: "application/json", signal };
    return (await (await send("encode", await fileOf(pixels), options)).json()).latent.values;
  }

  /** The images of several z, as files. */
  async images(body, signal) {
    const { samples } = await ask("sample", body, { query: { model: this.model }, signal });
    return samples.map((each) => ({ z: each.z, file: fileOfBase64(each.image) }));
  }

  async decode(signal) {
    const [{ file }] = await this.images({ z: [this.bars.z] }, signal);
    const seen = await grays(file);
    const mean = this.clean.reduce((sum, value, i) => sum + (value - seen[i]) ** 2, 0) / seen.length;
    this.closeness = 10 * Math.log10(255 ** 2 / mean);
    this.find(".output").src = await address(file);
    this.tell();
  }

  tell() {
    const { z } = this.bars;
    const facts = [`${z.length} numbers`, `${this.closeness.toFixed(1)} dB`];
    if (this.type === "sparse") facts[0] = `${z.filter((value) => value > 1e-3).length} of ${z.length} in use`;
    if (this.moved !== null) facts.push(`z moved by ${Math.round(100 * this.moved)} %`);
    this.find(".facts").textContent = facts.join(" · ");
  }

  mark(best) {
    this.element.classList.toggle("best", best);
  }

  keep() {
    this.kept = { model: this.model, z: [...this.bars.z] };
  }

  /** The images on the way from the z that was kept to this one. */
  async walk(signal) {
    if (this.kept?.model !== this.model) throw told("Both images must be of the same models: digits, or garments.");
    this.strip(await this.images({ start: this.kept.z, end: this.bars.z, steps: STEPS }, signal));
  }

  async draw(signal) {
    const query = { model: this.model, count: STEPS, seed: Math.floor(Math.random() * 2 ** 32) };
    const { samples } = await (await call("sample", { query, accept: "application/json", signal })).json();
    this.strip(samples.map((each) => ({ z: each.z, file: fileOfBase64(each.image) })));
  }

  /** What x̂ loses without each of the strongest parts: blue where the part gives light, red where it takes some. */
  async atoms(signal) {
    const { z } = this.bars;
    const strongest = [...z.keys()].sort((a, b) => z[b] - z[a]).slice(0, STEPS);
    const without = strongest.map((k) => z.map((value, i) => (i === k ? 0 : value)));
    const [whole, ...others] = await this.images({ z: [z, ...without] }, signal);
    const all = await grays(whole.file);
    const files = others.map(async ({ file }) => signed(await grays(file).then((its) => all.map((v, i) => v - its[i]))));
    this.strip((await Promise.all(files)).map((file, n) => ({ file, title: `z${strongest[n] + 1} = ${z[strongest[n]].toFixed(2)}` })));
  }

  /** Shows images in a row; a click takes over the z of one. */
  async strip(items) {
    const made = items.map(async ({ z, file, title }, n) => {
      const image = Object.assign(new Image(56, 56), { src: await address(file), alt: title ?? `image ${n + 1}`, title: title ?? "" });
      if (!z) return image;
      const button = document.createElement("button");
      button.append(image);
      button.addEventListener("click", () => {
        this.bars.set(z);
        this.bars.onchange();
      });
      return button;
    });
    this.find(".strip").replaceChildren(...(await Promise.all(made)));
  }
}

const length = (vector) => Math.hypot(...vector);

const told = (sentence) => Object.assign(new Error(sentence), { status: 0 });

async function grays(file) {
  const { data } = pixelsOf(await canvasOf(file));
  return Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i]);
}

function signed(values) {
  const most = Math.max(1, ...values.map(Math.abs));
  const image = new ImageData(SIDE, SIDE);
  values.forEach((value, i) => {
    const fade = 255 - Math.round((255 * Math.abs(value)) / most);
    image.data.set(value > 0 ? [fade, fade, 255, 255] : [255, fade, fade, 255], 4 * i);
  });
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas.convertToBlob();
}

/** A small file as an address that needs no care. */
function address(file) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.readAsDataURL(file);
  });
}
