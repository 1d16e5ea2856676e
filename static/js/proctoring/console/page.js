// The console of proctors: live sittings by need, what was seen in one of them, and acts.

import { Acts } from "./acts.js";
import { Connection } from "./connection.js";
import { Detail } from "./detail.js";
import { Identity } from "./identity.js";
import { Keys } from "./keys.js";
import { Requests } from "./requests.js";
import { Sittings } from "./sittings.js";
import { Tiles } from "./tiles.js";
import { clock, now, setServerTime } from "./times.js";

const root = document.getElementById("console");
const part = (name) => root.querySelector(`[data-${name}]`);
const parsed = (id) => JSON.parse(document.getElementById(id).textContent);
const TITLE = document.title;
const SAY_AT_MOST_EVERY = 4000;
const EMPTY = {
  attention: ["Nobody needs attention", "Whoever does appears here at once."],
  mine: ["You watch nobody", "Open an assessment and press Watch."],
  all: ["No assessments in progress", "They appear here as soon as candidates start."],
  search: ["Nobody of this name", "Clear the search to see the others."],
};

const requests = new Requests(root);
const sittings = new Sittings(parsed("console-settings"));
const view = { filter: "all", search: "" };
let alarmed = null;
let heardAt = now();

const tiles = new Tiles({
  list: part("tiles"),
  template: document.getElementById("tile-template"),
  sittings,
  onOpen: (id) => (detail.id === id ? closeDetail() : openDetail(id)),
});
const detail = new Detail({ root: part("detail"), requests, sittings, onClose: () => closeDetail() });
const acts = new Acts({
  dialog: document.getElementById("console-act"),
  requests,
  say,
  onDecided: (id) => identity.decided(id),
});
const identity = new Identity({
  section: part("identity"),
  template: document.getElementById("identity-template"),
  requests,
  say,
  onReason: (kind, row) => acts.open(kind, row),
});

// Says something to screen readers, and shows it for a moment if it is about an act.
function say(words, { toast = false } = {}) {
  part("said").textContent = words;
  if (!toast) return;
  const shown = document.createElement("p");
  shown.className = "console-toast";
  shown.textContent = words;
  document.body.append(shown);
  setTimeout(() => shown.remove(), 5000);
}

function arrange(options) {
  const rows = sittings.sorted(view);
  part("resort").hidden = tiles.arrange(rows, options);
  const counts = sittings.counts();
  for (const button of root.querySelectorAll("[data-filter]")) {
    const name = button.dataset.filter;
    button.querySelector("[data-count]").textContent = counts[name];
    button.setAttribute("aria-pressed", String(view.filter === name));
    button.classList.toggle("urgent", name === "attention" && counts.attention > 0);
  }
  const why = view.search.trim() && !rows.length ? "search" : view.filter;
  part("empty").hidden = tiles.shown.length > 0;
  [part("empty-title").textContent, part("empty-text").textContent] = EMPTY[why];
  document.title = counts.attention ? `(${counts.attention}) ${TITLE}` : TITLE;
  identity.draw(sittings.waiting());
}

// Names who has come to need somebody, not more often than one can listen to.
function announce() {
  const needy = new Map(
    sittings.running().map((row) => [row, sittings.need(row)]).filter(([, need]) => need.attention),
  );
  const fresh = [...needy].filter(([row, need]) => alarmed && alarmed.get(row.id) !== need.kind);
  alarmed = new Map([...needy].map(([row, need]) => [row.id, need.kind]));
  if (!fresh.length || now() - heardAt < SAY_AT_MOST_EVERY) return;
  heardAt = now();
  const [row, need] = fresh[0];
  say(`${row.name}: ${need.label}.${fresh.length > 1 ? ` ${fresh.length - 1} more need attention.` : ""}`);
}

function heard(frame) {
  setServerTime(frame.server_time);
  if (frame.live !== undefined) linkChanged(frame.live ? "live" : "delayed");
  if (frame.type === "snapshot") {
    sittings.reset(frame.sittings);
    for (const id of tiles.tiles.keys()) tiles.draw(id);
    if (detail.isOpen()) detail.changed();
  } else if (frame.type === "rows") {
    sittings.update(frame.rows, frame.gone);
    const changed = [...frame.rows.map((row) => row.id), ...frame.gone];
    for (const id of changed) tiles.draw(id);
    if (changed.includes(detail.id)) detail.changed();
  } else if (frame.type === "beats") {
    for (const [id, [beatAt, activeAt]] of Object.entries(frame.beats)) sittings.beat(id, beatAt, activeAt);
  }
  arrange();
  announce();
}

const LINKS = {
  connecting: ["Reconnecting", ""],
  live: ["Live", ""],
  delayed: ["Delayed", "Changes may come some seconds late right now."],
  slow: ["Every 15 seconds", "Live updates are not available right now. The list refreshes every 15 seconds until they are back."],
  offline: ["No connection", "There is no connection. The page shows what was known before and tries again by itself."],
  refused: ["Logged out", "You are no longer logged in as a proctor."],
};

function linkChanged(state) {
  if (part("link").dataset.link === state) return;
  const [words, trouble] = LINKS[state];
  part("link").dataset.link = state;
  part("link-words").textContent = words;
  part("trouble").hidden = !trouble;
  part("trouble-words").textContent = trouble && state !== "refused" ? `${trouble} Last news at ${clock(now())}.` : trouble;
  if (state === "refused") {
    const link = document.createElement("a");
    link.href = `${root.dataset.logIn}?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = "Log in again";
    part("trouble-words").append(" ", link);
  }
}

function openDetail(id) {
  if (!sittings.rows.has(id)) return;
  part("body").classList.add("with-detail");
  detail.open(id);
  tiles.press(id);
}

function closeDetail() {
  const id = detail.id;
  if (!id) return false;
  detail.close();
  part("body").classList.remove("with-detail");
  tiles.press("");
  tiles.focus(id);
  return true;
}

// The sitting that a key acts on: the one with the focus, or the one whose details are open.
function chosen() {
  return sittings.rows.get(tiles.focusedId() || detail.id);
}

function act(kind) {
  const row = chosen();
  if (row) acts.open(kind === "pause" && row.state === "PAUSED" ? "resume" : kind, row);
  else say("Choose an assessment first, with j and k.", { toast: true });
}

async function watch() {
  const row = chosen();
  if (!row) return say("Choose an assessment first, with j and k.", { toast: true });
  const mine = sittings.isMine(row);
  const answer = await requests.post(requests.sitting(row.id, mine ? "unwatch" : "watch"));
  if (!answer.ok) return say(answer.words, { toast: true });
  row.watchers = answer.data.watchers;
  tiles.draw(row.id);
  if (detail.id === row.id) detail.draw();
  arrange();
  return say(mine ? `You no longer watch ${row.name}.` : `You watch ${row.name}.`, { toast: true });
}

function show(filter) {
  view.filter = filter;
  arrange({ now: true });
}

function step(by) {
  const id = tiles.step(by, detail.id);
  if (id && detail.isOpen() && id !== detail.id) openDetail(id);
}

for (const button of root.querySelectorAll("[data-filter]")) {
  button.addEventListener("click", () => show(button.dataset.filter));
}
part("search").addEventListener("input", (event) => {
  view.search = event.target.value;
  arrange({ now: true });
});
part("sort").addEventListener("click", () => arrange({ now: true }));
part("detail").addEventListener("click", (event) => {
  const button = event.target.closest("[data-act], [data-watch]");
  if (!button) return;
  const row = detail.row();
  if (button.dataset.act) acts.open(button.dataset.act, row);
  else watch();
});
new Keys({
  box: document.querySelector("[data-keys-on]"),
  actions: {
    j: () => step(1),
    k: () => step(-1),
    m: () => act("message"),
    w: () => act("warn"),
    p: () => act("pause"),
    t: () => act("more-time"),
    e: () => act("end"),
    v: () => watch(),
    y: () => identity.press("same"),
    a: () => identity.press("another"),
    n: () => identity.press("different"),
    1: () => show("attention"),
    2: () => show("mine"),
    3: () => show("all"),
    s: () => arrange({ now: true }),
    "/": () => part("search").focus(),
    "?": () => document.getElementById("console-keys").showModal(),
    Escape: () => closeDetail(),
  },
});

heard({ type: "snapshot", ...parsed("console-data") });
new Connection({ api: requests, onFrame: heard, onState: linkChanged });
setInterval(() => {
  tiles.tickAll();
  if (detail.isOpen()) detail.tick();
  arrange();
  announce();
}, 1000);
