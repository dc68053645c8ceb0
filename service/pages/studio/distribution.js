// A score among those of normal images, on a logarithmic scale, with the threshold.

const BINS = 60;

export class Distribution {
  constructor(canvas) {
    this.canvas = canvas;
    this.quantiles = [];
    this.row = null;
    new ResizeObserver(() => this.paint()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
  }

  /** `quantiles` are scores of normal images at equal shares of them; `row` has a score and its threshold. */
  show(quantiles, row) {
    Object.assign(this, { quantiles, row });
    const verdict = row.anomalous ? "above" : "not above";
    const told = `The score ${row.score.toPrecision(3)} is ${verdict} the threshold ${row.threshold.toPrecision(3)}, and higher than that of ${row.percentile.toFixed(1)} % of normal images.`;
    this.canvas.setAttribute("aria-label", told);
    this.canvas.nextElementSibling.textContent = told;
    this.paint();
  }

  paint() {
    if (!this.row) return;
    const { canvas, quantiles, row } = this;
    const scale = devicePixelRatio;
    const [width, height] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    const positive = quantiles.map((value) => Math.log(Math.max(value, 1e-9)));
    const ends = [...positive, Math.log(row.score), Math.log(row.threshold)];
    const [low, high] = [Math.min(...ends) - 0.1, Math.max(...ends) + 0.1];
    const place = (value) => ((value - low) / (high - low)) * width;
    const { color, accentColor, borderBottomColor } = getComputedStyle(canvas);
    const bins = shares(positive, low, high);
    const most = Math.max(...bins);
    context.fillStyle = borderBottomColor;
    bins.forEach((share, i) => {
      const tall = (share / most) * height * 0.8;
      context.fillRect((i * width) / BINS, height - tall, width / BINS - scale, tall);
    });
    context.fillStyle = color;
    context.setLineDash([4 * scale, 4 * scale]);
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(place(Math.log(row.threshold)), 0);
    context.lineTo(place(Math.log(row.threshold)), height);
    context.stroke();
    context.fillStyle = accentColor;
    context.fillRect(place(Math.log(row.score)) - 1.5 * scale, 0, 3 * scale, height);
  }
}

/** How many of the values fall into each bin, where between two neighbours they are spread evenly. */
function shares(values, low, high) {
  const bins = new Array(BINS).fill(0);
  const width = (high - low) / BINS;
  for (let i = 1; i < values.length; i += 1) {
    const [start, end] = [values[i - 1], Math.max(values[i], values[i - 1] + 1e-9)];
    for (let bin = Math.floor((start - low) / width); bin <= Math.min(BINS - 1, (end - low) / width); bin += 1) {
      const overlap = Math.min(end, low + (bin + 1) * width) - Math.max(start, low + bin * width);
      bins[bin] += Math.max(0, overlap) / (end - start);
    }
  }
  return bins;
}
