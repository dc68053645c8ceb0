// Tabs, the key, and what each tab is wired with.

import { compress } from "./compress.js";
import { denoise } from "./denoise.js";
import { inspect } from "./inspect.js";
import { key } from "./service.js";
import { types } from "./types.js";
import { onKeyAsked } from "./work.js";

const tabs = [...document.querySelectorAll("[role=tab]")];
const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

function choose(tab) {
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", chosen);
    each.tabIndex = chosen ? 0 : -1;
    panelOf(each).hidden = !chosen;
  }
  history.replaceState(null, "", `#${panelOf(tab).id}`);
}

for (const [index, tab] of tabs.entries()) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(index + step + tabs.length) % tabs.length];
    choose(next);
    next.focus();
  });
}

const dialog = document.querySelector("#key-dialog");
const field = dialog.querySelector("input");

function askForKey() {
  field.value = key.get();
  if (!dialog.open) dialog.showModal();
}

document.querySelector("#key-button").addEventListener("click", askForKey);
dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  key.set(field.value.trim());
  dialog.close();
  dispatchEvent(new Event("keychange"));
});
onKeyAsked(askForKey);

for (const wire of [compress, types, denoise, inspect]) wire(document.getElementById(wire.name));
choose(tabs.find((tab) => `#${panelOf(tab).id}` === location.hash) ?? tabs[0]);
