// Where x is drawn: 28×28 pixels, white on black, as MNIST and Fashion-MNIST have them.

import { canvasOf } from "./pixels.js";

export const SIDE = 28;
const FINE = 10;
const BRUSH = 22;

export class Pad {
  onchange = () => {};

  constructor(canvas) {
    this.canvas = canvas;
    this.small = canvas.getContext("2d", { willReadFrequently: true });
    this.fine = new OffscreenCanvas(SIDE * FINE, SIDE * FINE);
    this.pen = this.fine.getContext("2d");
    Object.assign(this.pen, { lineWidth: BRUSH, lineCap: "round", lineJoin: "round", strokeStyle: "white" });
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (this.last = null));
    this.clear();
  }

  /** uint8 [784], row by row. */
  get pixels() {
    const { data } = this.small.getImageData(0, 0, SIDE, SIDE);
    return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i]);
  }

  clear() {
    this.fill(null);
  }

  /** Shows an image file, kept in proportion on black. */
  async load(blob) {
    this.fill(await canvasOf(blob));
  }

  fill(image) {
    this.pen.fillStyle = "black";
    this.pen.fillRect(0, 0, this.fine.width, this.fine.height);
    if (image) {
      const scale = this.fine.width / Math.max(image.width, image.height);
      const [width, height] = [image.width * scale, image.height * scale];
      this.pen.imageSmoothingEnabled = image.width > SIDE;
      this.pen.filter = "grayscale(1)";
      this.pen.drawImage(image, (this.fine.width - width) / 2, (this.fine.height - height) / 2, width, height);
      this.pen.filter = "none";
    }
    this.shrink(image?.width === SIDE && image.height === SIDE ? image : this.fine);
  }

  shrink(from = this.fine) {
    this.small.imageSmoothingQuality = "high";
    this.small.drawImage(from, 0, 0, SIDE, SIDE);
    this.onchange();
  }

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.place(event);
    this.go(event);
  }

  go(event) {
    if (!this.last) return;
    const [x, y] = this.place(event);
    this.pen.beginPath();
    this.pen.moveTo(...this.last);
    this.pen.lineTo(x, y);
    this.pen.stroke();
    this.last = [x, y];
    this.shrink();
  }

  place(event) {
    const scale = this.fine.width / this.canvas.clientWidth;
    return [event.offsetX * scale, event.offsetY * scale];
  }
}

/** x̃ = x + σ n, clipped: the same n each time, so that more noise is more of the same. */
export function noisy(pixels, sigma) {
  const random = generator(7);
  return pixels.map((value) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.min(255, Math.max(0, Math.round(value + 255 * sigma * normal)));
  });
}

/** A PNG of uint8 [784]. */
export function fileOf(pixels) {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const image = new ImageData(SIDE, SIDE);
  pixels.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
