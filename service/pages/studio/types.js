// The six types: one image through each of them; its z can be dragged, drawn, walked through and disturbed.

import { Card } from "./card.js";
import { example, intake } from "./intake.js";
import { Pad, fileOf, noisy } from "./pad.js";
import { show } from "./pixels.js";
import { newest } from "./work.js";

const OF_EXAMPLE = { "digit.png": "mnist" };

export function types(panel) {
  const find = (name) => panel.querySelector(name);
  const pad = new Pad(find(".pad"));
  const noise = find("[name=noise]");
  const cards = Card.all(find("template"), find(".cards"));
  const data = () => find("[name=data]:checked").value;

  const update = newest(panel, async (signal) => {
    noise.previousElementSibling.textContent = noise.value;
    const clean = pad.pixels;
    const level = noise.value / 100;
    const disturbed = noisy(clean, level);
    find(".disturbed").hidden = !level;
    if (level) await show(find(".disturbed"), await fileOf(disturbed));
    await Promise.all(cards.map((card) => card.run(data(), clean, disturbed, level, signal)));
    rank(level);
  }, 120);

  const walk = newest(panel, (signal) => Promise.all(cards.map((card) => card.walk(signal))));

  /** Marks who came closest to the image without noise. */
  function rank(level) {
    const best = Math.max(...cards.map((card) => card.closeness));
    for (const card of cards) card.mark(level > 0 && card.closeness === best);
  }

  async function take([file]) {
    const kind = OF_EXAMPLE[file.name] ?? (/^(boot|trouser)/.test(file.name) ? "fashion" : data());
    find(`[name=data][value=${kind}]`).checked = true;
    await pad.load(file);
    update();
  }

  intake(panel, take);
  pad.onchange = update;
  noise.addEventListener("input", update);
  for (const each of panel.querySelectorAll("[name=data]")) each.addEventListener("change", update);
  find(".clear").addEventListener("click", () => pad.clear());
  find(".keep").addEventListener("click", () => {
    for (const card of cards) card.keep();
    find(".walk").disabled = false;
    find(".walk-note").textContent = "Kept. Now choose or draw another image, and walk to it.";
  });
  find(".walk").addEventListener("click", walk);

  let begun = false;
  const begin = async () => {
    if (begun || panel.hidden) return;
    begun = true;
    take([await example("digit.png")]);
  };
  new MutationObserver(begin).observe(panel, { attributeFilter: ["hidden"] });
  addEventListener("keychange", () => !panel.hidden && update());
  begin();
}
