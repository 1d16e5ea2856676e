// Keyboard shortcuts of the document review page. Each key presses a button or fills a field of the
// page, so that everything also works without scripts.

import { choose, chosen, move, pictures, turn, zoom, zoomBy } from "./case_pictures.js";

const confirming = document.getElementById("case-confirm");
const said = document.querySelector("[data-said]");
const form = (act) => document.querySelector(`form[data-act="${act}"]`);
const say = (words) => { said.textContent = words; };
let waiting = null;

for (const part of document.querySelectorAll("[data-with-scripts]")) part.hidden = false;

const selectOf = (picture) => picture?.querySelector(".case-ask select");

function marked() {
  return pictures
    .filter((picture) => selectOf(picture)?.value)
    .map((picture) => `${picture.dataset.label}: ${selectOf(picture).selectedOptions[0].text}`);
}

function mark(number) {
  const select = selectOf(chosen());
  if (!select || number >= select.options.length) return;
  select.selectedIndex = number;
  say(`${chosen().dataset.label}: ${select.selectedOptions[0].text}`);
}

// Ask for confirmation of a decision, by button or by key.
function ask(wanted) {
  const isAsk = wanted.dataset.act === "ask";
  if (isAsk && !marked().length) return say("Select a photo first, then press 1 to 9 for the reason.");
  waiting = wanted;
  confirming.querySelector("h2").textContent = wanted.dataset.asks;
  const rows = (isAsk ? marked() : []).map((words) => {
    const row = document.createElement("li");
    row.textContent = words;
    return row;
  });
  confirming.querySelector("[data-marked]").replaceChildren(...rows);
  const yes = confirming.querySelector("[data-confirm]");
  yes.disabled = false;
  confirming.showModal();
  yes.focus();
}

for (const wanted of document.querySelectorAll("form[data-asks]")) {
  wanted.addEventListener("submit", (event) => {
    if (wanted === waiting) return;
    event.preventDefault();
    ask(wanted);
  });
}
confirming.addEventListener("close", () => {
  waiting?.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  waiting = null;
});
confirming.querySelector("[data-confirm]").addEventListener("click", (event) => {
  event.currentTarget.disabled = true; // a double click submits once
  waiting?.requestSubmit();
});

function everything() {
  const part = document.querySelector("[data-everything]");
  if (!part) return;
  part.open = true;
  part.querySelector("select").focus();
}

const press = (act) => () => form(act)?.requestSubmit();
const KEYS = {
  a: press("approve"), r: press("ask"), x: everything, c: press("take"), l: press("release"),
  n: press("next"), p: press("pan"), z: () => zoom(), t: turn,
  "+": () => zoomBy(1.25), "-": () => zoomBy(0.8),
  arrowleft: () => choose(-1), arrowright: () => choose(1),
  "?": () => document.getElementById("case-help").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  if (document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const act = /^[0-9]$/.test(key)
    ? () => mark(Number(key))
    : event.shiftKey && key.startsWith("arrow") ? () => move(key.slice(5)) : KEYS[key];
  if (!act) return;
  event.preventDefault();
  act();
});
