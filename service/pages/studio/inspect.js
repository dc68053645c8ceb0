// Inspect: how unusual images are, where, and how they stand among normal ones.

import { Distribution } from "./distribution.js";
import { intake } from "./intake.js";
import { canvasOf, fileOfBase64, pixelsOf } from "./pixels.js";
import { call, send } from "./service.js";
import { attempt, newest } from "./work.js";

const TASK = "anomaly-score";
const LEAST = 320; // pixels that the shorter side of what is shown has at least

export function inspect(panel) {
  const find = (name) => panel.querySelector(name);
  const model = find("[name=model]");
  const chart = new Distribution(find(".chart"));
  let files = [];
  let rows = [];
  let chosen = null;
  let order = { by: "score", down: true };

  const update = newest(panel, async (signal) => {
    if (!model.value) await list(signal);
    if (!files.length) return;
    const { anomaly_quantiles: quantiles } = await (await call(`models/${model.value}`, { signal })).json();
    rows = [];
    for (const file of files) {
      rows.push(await scored(file, signal));
      sort();
      await choose(rows[0], quantiles);
    }
  });

  async function list(signal) {
    const { models } = await (await call("models", { signal })).json();
    const able = models.filter((each) => each.tasks.includes(TASK));
    model.replaceChildren(...able.map(({ name, default_for: tasks }) => new Option(name, name, false, tasks.includes(TASK))));
  }

  /** A row: the file and its score, or why there is none. */
  async function scored(file, signal) {
    const query = { model: model.value, heatmap: true, resize: find("[name=resize]").checked };
    const rate = find("[name=rate]").value;
    if (rate) query.false_alarm_rate = rate;
    try {
      const { results } = await (await send(TASK, file, { query, signal })).json();
      return { file, name: file.name, ...results[0] };
    } catch (error) {
      if (error.name === "AbortError" || error.status === 401) throw error;
      return { file, name: file.name, why: error.message };
    }
  }

  async function choose(row, quantiles = chart.quantiles) {
    chosen = row;
    table();
    find(".found").hidden = row.score === undefined;
    if (row.score === undefined) return;
    chart.show(quantiles, row);
    await paint(find(".heat"), row, find("[name=overlay]").checked);
    find(".heat").setAttribute("aria-label", `${row.name}, with ${row.boxes?.length ?? "no"} hot regions marked`);
  }

  function sort() {
    const value = (row) => row[order.by] ?? (order.down ? -Infinity : Infinity);
    rows.sort((a, b) => (value(a) < value(b) ? -1 : 1) * (order.down ? -1 : 1));
  }

  function table() {
    find("tbody").replaceChildren(...rows.map(line));
    for (const head of panel.querySelectorAll("th[aria-sort]")) {
      const by = head.firstElementChild.dataset.by;
      head.setAttribute("aria-sort", by !== order.by ? "none" : order.down ? "descending" : "ascending");
    }
  }

  function line(row) {
    const element = document.createElement("tr");
    const button = Object.assign(document.createElement("button"), { textContent: row.name, className: "plain" });
    button.setAttribute("aria-pressed", row === chosen);
    button.addEventListener("click", () => attempt(() => choose(row)));
    element.insertCell().append(button);
    element.classList.toggle("chosen", row === chosen);
    if (row.why) {
      Object.assign(element.insertCell(), { textContent: row.why, colSpan: 3, className: "why" });
      return element;
    }
    const said = [row.score.toPrecision(3), `${row.percentile.toFixed(1)} %`, row.anomalous ? "unusual" : "normal"];
    for (const text of said) element.insertCell().textContent = text;
    element.classList.toggle("unusual", row.anomalous);
    return element;
  }

  intake(panel, (given) => {
    files = given;
    panel.dataset.state = "compare";
    update();
  });
  for (const each of panel.querySelectorAll("[name=model], [name=rate], [name=resize]")) {
    each.addEventListener("change", update);
  }
  find("[name=overlay]").addEventListener("change", () => attempt(() => choose(chosen)));
  for (const button of panel.querySelectorAll("[data-by]")) {
    button.addEventListener("click", () => {
      order = { by: button.dataset.by, down: order.by === button.dataset.by ? !order.down : true };
      sort();
      table();
    });
  }
  new MutationObserver(() => panel.hidden || model.value || update()).observe(panel, { attributeFilter: ["hidden"] });
  addEventListener("keychange", () => !panel.hidden && update());
}

/** Draws an image, on it where it is hot, and the boxes of the hot regions. */
async function paint(canvas, row, overlay) {
  const image = await canvasOf(row.file);
  const heat = await canvasOf(fileOfBase64(row.heatmap));
  const same = heat.width === image.width && heat.height === image.height;
  const [width, height] = same ? [image.width, image.height] : [heat.width, heat.height];
  const scale = Math.max(1, Math.ceil(LEAST / Math.min(width, height)));
  Object.assign(canvas, { width: width * scale, height: height * scale });
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = scale === 1;
  const fit = Math.min(canvas.width / image.width, canvas.height / image.height);
  const [across, down] = [image.width * fit, image.height * fit];
  context.drawImage(image, (canvas.width - across) / 2, (canvas.height - down) / 2, across, down);
  if (!overlay) return;
  context.drawImage(coloured(heat), 0, 0, canvas.width, canvas.height);
  context.strokeStyle = "#ff5a36";
  context.lineWidth = Math.max(2, canvas.width / 250);
  for (const { left, top, right, bottom } of row.boxes ?? []) {
    context.strokeRect(left * scale, top * scale, (right - left) * scale, (bottom - top) * scale);
  }
}

/** Heat as colour: clear where there is none, then amber, then red. */
function coloured(heat) {
  const pixels = pixelsOf(heat);
  for (let i = 0; i < pixels.data.length; i += 4) {
    const value = pixels.data[i];
    pixels.data.set([255, 200 - 0.75 * value, 30, Math.min(170, Math.max(0, 1.4 * value - 40))], i);
  }
  const canvas = new OffscreenCanvas(heat.width, heat.height);
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}
