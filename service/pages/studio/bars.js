// z as bars: drag one, or move with the arrow keys, and say so.

export class Bars {
  onchange = () => {};

  constructor(canvas, name) {
    this.canvas = canvas;
    this.z = [];
    this.at = 0;
    canvas.setAttribute("aria-label", `z of ${name}: left and right choose a number, up and down change it`);
    canvas.addEventListener("pointerdown", (event) => this.hold(event));
    canvas.addEventListener("pointermove", (event) => event.buttons && this.drag(event));
    canvas.addEventListener("keydown", (event) => this.press(event));
    new ResizeObserver(() => this.paint()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
  }

  /** Shows another z, scaled so that its largest number has room to grow. */
  set(z) {
    this.z = [...z];
    this.most = 1.3 * Math.max(0.5, ...this.z.map(Math.abs));
    this.at = Math.min(this.at, z.length - 1);
    this.paint();
  }

  hold(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.at = Math.floor((event.offsetX / this.canvas.clientWidth) * this.z.length);
    this.drag(event);
  }

  drag(event) {
    this.change(this.most * (1 - (2 * event.offsetY) / this.canvas.clientHeight));
  }

  press(event) {
    const [step, rise] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [];
    if (step === undefined) return;
    event.preventDefault();
    this.at = Math.min(this.z.length - 1, Math.max(0, this.at + step));
    if (rise) this.change(this.z[this.at] + (rise * this.most) / 10);
    else this.paint();
  }

  change(value) {
    if (!this.z.length) return;
    this.z[this.at] = Math.min(this.most, Math.max(-this.most, value));
    this.paint();
    this.onchange(this.z);
  }

  paint() {
    const { canvas, z, most } = this;
    const scale = devicePixelRatio;
    const [width, height] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    const { color, accentColor, borderColor } = getComputedStyle(canvas);
    context.fillStyle = borderColor;
    context.fillRect(0, Math.round(height / 2), width, scale);
    const step = width / z.length;
    z.forEach((value, i) => {
      const tall = (value / most) * (height / 2);
      context.fillStyle = i === this.at ? color : accentColor;
      context.fillRect(i * step, height / 2 - Math.max(tall, 0), Math.max(step - (step > 3 ? scale : 0), scale * 0.75), Math.abs(tall));
    });
    canvas.setAttribute("aria-valuenow", (z[this.at] ?? 0).toFixed(2));
    canvas.setAttribute("aria-valuetext", `number ${this.at + 1} of ${z.length}: ${(z[this.at] ?? 0).toFixed(2)}`);
  }
}
