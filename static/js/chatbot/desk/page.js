// The desk: the queue, one ticket and its case, kept up to date while somebody works in it.

import { Keys } from "../../proctoring/console/keys.js";
import { Composer } from "./composer.js";
import { Live } from "./live.js";
import { load, showPanes, takeOver } from "./parts.js";

const root = document.querySelector("[data-desk]");
const MINUTE = 60_000;
const GATHER = 250;
const LINKS = { connecting: "Connecting", live: "Live", slow: "Every 15 seconds", refused: "Logged out" };
let composer = null;
let state = "connecting";

const pane = () => root.querySelector('[data-pane="thread"]');
const ticket = () => pane().dataset.ticket || "";
const say = (words) => (root.querySelector("[data-said]").textContent = words);
const rows = () => [...root.querySelectorAll("a[data-ticket]")];

function begin() {
  composer?.end();
  composer = ticket() ? new Composer(pane()) : null;
  live.follow(ticket());
  const scroll = pane().querySelector("[data-scroll]");
  if (scroll) scroll.scrollTop = scroll.scrollHeight;
  markOpen();
  showState();
}

function markOpen() {
  for (const row of rows()) {
    if (row.dataset.ticket === ticket()) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

// What others do. Several changes at once lead to one request.
let gathering = null;
let reading = false;
let again = false;
function readSoon() {
  gathering ??= setTimeout(() => {
    gathering = null;
    read();
  }, GATHER);
}
async function read() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  const asked = location.href;
  const answer = await load(asked, { headers: { "X-Refresh": "1" } });
  reading = false;
  if (answer.ok && answer.isDesk && asked === location.href) refresh(answer.page);
  if (again) {
    again = false;
    readSoon();
  }
}
function refresh(page) {
  const scroll = pane().querySelector("[data-scroll]");
  const isAtEnd = scroll && scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const before = pane().querySelector("#desk-lines")?.dataset.seen;
  takeOver(page);
  composer?.refreshed();
  const after = pane().querySelector("#desk-lines")?.dataset.seen;
  if (before !== after) say("There is a new message in this ticket.");
  if (isAtEnd) scroll.scrollTop = scroll.scrollHeight;
  markOpen();
  showState();
}

function showState() {
  const link = document.querySelector("[data-link]");
  link.dataset.link = state;
  const words = link.querySelector("[data-link-words]");
  if (words.textContent !== LINKS[state]) words.textContent = LINKS[state];
}

const live = new Live({
  onChange: () => readSoon(),
  onRead: () => readSoon(),
  onState: (now) => {
    state = now;
    showState();
  },
});

async function open(url, { push = true } = {}) {
  const answer = await load(url);
  if (!answer.ok || !answer.isDesk) return location.assign(url);
  if (push) history.pushState({}, "", url);
  showPanes(answer.page);
  begin();
  document.getElementById("ticket-title")?.focus({ preventScroll: true });
  scrollTo(0, 0);
  return undefined;
}

root.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-ticket], a[data-back], .desk-views a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link.href);
});
addEventListener("popstate", () => open(location.href, { push: false }));

// Acts and answers are sent without leaving the page; what was typed stays until they are done.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const isOurs = root.contains(form) || form.closest("#desk-duty");
  if (!isOurs || form.method !== "post" || form.matches("[data-native]")) return;
  const isAnswer = form.matches("[data-answer]");
  const button = event.submitter;
  event.preventDefault();
  if (isAnswer && !composer.mayBeSent(button)) return button?.removeAttribute("aria-busy");
  if (isAnswer) composer.sending = true;
  const answer = await load(form.action, { method: "POST", body: new FormData(form, button) });
  if (isAnswer) composer.sending = false;
  button?.removeAttribute("aria-busy");
  if (!answer.isDesk) return failed(answer);
  if (answer.ok && isAnswer) composer.sent();
  if (answer.ok && form.matches("[data-note]")) composer.noteSent();
  await composer?.save();
  if (answer.ok && form.closest("#desk-duty") && ticket()) {
    readSoon();
    return toast(answer.page);
  }
  for (const menu of root.querySelectorAll("details.menu[open]")) menu.open = false;
  showPanes(answer.page);
  begin();
  if (!answer.ok) pane().querySelector("[data-error-summary]")?.focus();
  return toast(answer.page);
});

function failed(answer) {
  const words = answer.status
    ? "This did not work. You may be logged out: log in again in another tab, then try again. What you wrote is kept."
    : "No connection. What you wrote is kept: try again.";
  show(words);
}

function toast(page) {
  const words = [...page.querySelectorAll(".toast")].map((each) => each.textContent.replace(/\s+/g, " ").replace(/Dismiss|Close/g, "").trim());
  for (const each of words) show(each);
}

function show(words) {
  say(words);
  const shown = Object.assign(document.createElement("p"), { className: "desk-toast", textContent: words });
  document.body.append(shown);
  setTimeout(() => shown.remove(), 5000);
}

// Keyboard
function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row === document.activeElement);
  const current = at >= 0 ? at : all.findIndex((row) => row.hasAttribute("aria-current"));
  all[Math.min(Math.max(current + by, 0), all.length - 1)].focus();
}
const press = (key) => {
  const button = pane().querySelector(`[data-key-press="${key}"]`);
  if (!button) return;
  button.click();
  button.closest("details")?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
};
new Keys({
  box: document.querySelector("[data-keys-on]"),
  actions: {
    j: () => step(1),
    k: () => step(-1),
    a: () => composer?.mode("answer"),
    n: () => composer?.mode("note"),
    "/": () => composer?.openReplies(),
    s: () => root.querySelector("[data-search]").focus(),
    t: () => press("t"),
    h: () => press("h"),
    p: () => press("p"),
    c: () => press("c"),
    o: () => press("o"),
    "?": () => document.getElementById("desk-keys").showModal(),
    Escape: () => {
      if (document.activeElement?.matches("input, textarea, select")) {
        document.activeElement.blur();
        return true;
      }
      const back = pane().querySelector("[data-back]");
      if (!back?.offsetParent) return false;
      back.click();
      return true;
    },
  },
});

// Ages and due moments go on between two readings.
const span = (milliseconds) => {
  const minutes = Math.floor(Math.max(milliseconds, 0) / MINUTE);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days) return hours ? `${days} d ${hours} h` : `${days} d`;
  if (hours) return rest ? `${hours} h ${rest} min` : `${hours} h`;
  return `${rest} min`;
};
setInterval(() => {
  for (const each of document.querySelectorAll("time[data-age]")) each.textContent = span(Date.now() - new Date(each.dateTime));
  for (const each of document.querySelectorAll("[data-due]")) {
    const left = new Date(each.dataset.due) - Date.now();
    each.textContent = left < 0 ? `Overdue by ${span(-left)}` : `Due in ${span(left)}`;
  }
}, MINUTE / 2);

begin();
