// The case page of reviewers by keyboard: move through the moments, play pictures and sound, judge
// entries, decide. Every key presses a control of the page, so that it also works without scripts.

const page = document.querySelector("[data-review]");
const moments = [...page.querySelectorAll(".moment")];
const stills = [...page.querySelectorAll("[data-stills] li")].map((row) => ({ ...row.dataset, at: Number(row.dataset.at) }));
const picture = page.querySelector("[data-still]");
const scrub = page.querySelector("[data-scrub]");
const playhead = page.querySelector("[data-playhead]");
const player = page.querySelector("[data-play]");
const decision = page.querySelector("[data-decision]");
const said = page.querySelector("[data-said]");
const SPEED = 20; // seconds of the test in one second
const STEP = 250;
let chosen = null;
let timer = 0;
let shown = "";

for (const part of document.querySelectorAll("[data-with-scripts]")) part.hidden = false;
playhead.removeAttribute("hidden");

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const nearest = (at) => stills.reduce((best, row) => (!best || Math.abs(row.at - at) < Math.abs(best.at - at) ? row : best), null);

function showStill(row) {
  if (!row || !picture || row.id === shown) return;
  shown = row.id;
  picture.src = row.url;
  page.querySelector("[data-still-clock]").textContent = clock(row.at);
  page.querySelector("[data-still-note]").textContent = row.note || `${stills.length} pictures`;
}

function moveTo(seconds) {
  const most = Number(scrub.max);
  const at = Math.min(Math.max(seconds, 0), most);
  scrub.value = at;
  page.querySelector("[data-clock]").textContent = clock(at);
  const x = (1000 * at) / most;
  playhead.setAttribute("x1", x);
  playhead.setAttribute("x2", x);
  showStill(nearest(at));
}

function choose(row, { focus = true } = {}) {
  if (!row) return;
  chosen?.removeAttribute("data-chosen");
  chosen = row;
  row.setAttribute("data-chosen", "");
  for (const mark of page.querySelectorAll("[data-mark]")) mark.classList.toggle("is-chosen", mark.dataset.mark === row.dataset.number);
  moveTo(Number(row.dataset.at));
  const own = stills.find((still) => still.id === row.dataset.stillId);
  if (own) showStill(own);
  if (focus) row.focus({ preventScroll: true });
  const list = row.parentElement;
  if (list.scrollHeight > list.clientHeight) list.scrollTop = row.offsetTop - list.clientHeight / 3;
  else row.scrollIntoView({ block: "nearest" });
}

const step = (by) => choose(moments[Math.min(Math.max(moments.indexOf(chosen) + by, 0), moments.length - 1)]);

function nextCounted() {
  const after = moments.slice(moments.indexOf(chosen) + 1);
  choose(after.find((row) => row.matches(".is-entry.tone-bad, .is-entry.tone-warn")));
}

function stop() {
  clearInterval(timer);
  timer = 0;
  player.textContent = "Play";
  player.setAttribute("aria-pressed", "false");
}

function play() {
  const sound = chosen?.querySelector("audio");
  if (sound) return sound.paused ? sound.play() : sound.pause();
  if (timer) return stop();
  player.textContent = "Stop";
  player.setAttribute("aria-pressed", "true");
  if (Number(scrub.value) >= Number(scrub.max)) moveTo(0);
  timer = setInterval(() => {
    const next = Number(scrub.value) + (SPEED * STEP) / 1000;
    moveTo(next);
    const passed = moments.filter((row) => Number(row.dataset.at) <= next).at(-1);
    if (passed && passed !== chosen) {
      chosen?.removeAttribute("data-chosen");
      chosen = passed;
      passed.setAttribute("data-chosen", "");
    }
    if (next >= Number(scrub.max)) stop();
  }, STEP);
}

const ruling = () => chosen?.querySelector("[data-ruling]");

function confirmEntry() {
  const form = ruling();
  if (!form) return say("This moment has nothing to judge.");
  form.requestSubmit(form.querySelector("[value=CONFIRMED]"));
}

function dismissEntry() {
  const form = ruling();
  if (!form) return say("This moment has nothing to judge.");
  form.elements.reason.focus();
  say("Write the reason, then press Enter to dismiss.");
}

function say(words) {
  said.textContent = words;
}

function pick(value) {
  const choice = decision?.querySelector(`input[value=${value}]`);
  if (!choice) return say("There is nothing to decide here.");
  choice.checked = true;
  decision.elements.reason.focus();
  say(`${choice.closest("label").textContent.trim()}: write the reason, then press Ctrl and Enter.`);
}

const KEYS = {
  j: () => step(1), k: () => step(-1), n: nextCounted, " ": play,
  d: confirmEntry, x: dismissEntry,
  c: () => pick("CLEAR"), u: () => pick("UPHOLD"), v: () => pick("VOID"),
};

for (const form of page.querySelectorAll("[data-ruling]")) {
  form.elements.reason.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[value=DISMISSED]"));
  });
}
for (const row of moments) row.addEventListener("click", (event) => { if (!event.target.closest("input, button, audio, a")) choose(row); });
page.querySelector("[data-axis]").addEventListener("click", (event) => {
  const box = event.currentTarget.getBoundingClientRect();
  moveTo((Number(scrub.max) * (event.clientX - box.left)) / box.width);
});
scrub.addEventListener("input", () => moveTo(Number(scrub.value)));
player.addEventListener("click", play);

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && decision) {
    event.preventDefault();
    return decision.requestSubmit();
  }
  if (event.key === "Escape") return document.activeElement.blur();
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, select, textarea, button, a, summary, audio, [contenteditable]")) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

moveTo(0);
const wanted = document.getElementById(location.hash.slice(1));
if (wanted?.matches(".moment")) choose(wanted);
