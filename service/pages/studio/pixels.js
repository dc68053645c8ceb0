// Pixels of images, and how far two of them are apart.

/** A canvas that shows an image file, upright, on white. Rejects with a sentence if the browser cannot read it. */
export async function canvasOf(blob) {
  const bitmap = await createImageBitmap(blob).catch(() => {
    const error = new Error("The browser cannot read this file as an image.");
    error.status = 0;
    throw error;
  });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, bitmap.width, bitmap.height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

export function pixelsOf(canvas) {
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
}

/** Peak signal-to-noise ratio over red, green and blue, in dB; Infinity for equal images. */
export function psnr(first, second) {
  const [a, b] = [first.data, second.data];
  let sum = 0;
  for (let i = 0; i < a.length; i += 4) {
    for (let c = i; c < i + 3; c += 1) sum += (a[c] - b[c]) ** 2;
  }
  return 10 * Math.log10((255 ** 2 * 3 * (a.length / 4)) / sum);
}

/** The image as the browser writes it as `type` in at most `bytes`, as good as that gets; null if it cannot. */
export async function within(canvas, type, bytes, signal) {
  let best = null;
  let [low, high] = [1, 100];
  while (low <= high) {
    signal.throwIfAborted();
    const quality = (low + high) >> 1;
    const blob = await canvas.convertToBlob({ type, quality: quality / 100 });
    if (blob.type !== type) return null;
    if (blob.size <= bytes || quality === 1) best = blob;
    if (blob.size <= bytes) low = quality + 1;
    else high = quality - 1;
  }
  return best;
}

export function fileOfBase64(text, type = "image/png") {
  return new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], { type });
}

const urls = new WeakMap();

/** Shows a file in an `img`, and forgets what it showed before. */
export function show(image, blob) {
  if (urls.has(image)) URL.revokeObjectURL(urls.get(image));
  urls.set(image, URL.createObjectURL(blob));
  image.src = urls.get(image);
  return image.decode();
}

export const decibels = (value) => (Number.isFinite(value) ? `${value.toFixed(2)} dB` : "lossless");

export function bytes(count) {
  if (count < 1024) return `${count} bytes`;
  return count < 1 << 20 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / (1 << 20)).toFixed(2)} MiB`;
}

/** Offers a file for download. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
