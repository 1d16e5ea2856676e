// The page of the documents. While a file is read it asks every two seconds, replaces only what has
// changed, and says it to screen readers. A phone that went away asks as soon as it is back.
// Without this script “Refresh” does the same.

import { shrinkChosenPictures } from "./shrink.js";

const EVERY = 2000;
const element = (id, root = document) => root.querySelector(`#${id}`);
const documents = element("documents");
let timer = 0;

// Somebody who is typing into a form, or has chosen a file, keeps that form.
function isInUse(section) {
  const chosen = [...section.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  return chosen || section.contains(document.activeElement?.closest("form[data-uploads]"));
}

function say(sentence) {
  const status = element("reading");
  if (sentence && status.textContent !== sentence) status.textContent = sentence;
}

function replaceSection(now) {
  const before = element(now.id);
  if (!before || before.dataset.fingerprint === now.dataset.fingerprint || isInUse(before)) return;
  const hadFocus = before.contains(document.activeElement);
  before.replaceWith(now);
  if (hadFocus) now.querySelector("h2").focus();
  say(now.dataset.news);
}

async function refresh() {
  const answer = await fetch(documents.dataset.ask, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = element("documents", page);
  if (!now) return location.reload(); // redirected, for instance to the login page
  const before = [...documents.querySelectorAll(".document")].map((section) => section.id);
  const sections = [...now.querySelectorAll(".document")];
  const same = sections.length === before.length && sections.every((each) => before.includes(each.id));
  if (!same && !before.some((id) => isInUse(element(id)))) return location.reload();
  sections.forEach(replaceSection);
  for (const id of ["standing", "submission"]) element(id).replaceChildren(...element(id, now).childNodes);
  if (!now.dataset.ask) stop();
}

function stop() {
  clearInterval(timer);
  timer = 0;
  delete documents.dataset.ask;
}

const ask = () => {
  if (timer && !document.hidden) refresh().catch(() => {});
};

if (documents?.dataset.ask) {
  timer = setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  addEventListener("online", ask);
  addEventListener("pageshow", ask);
}
shrinkChosenPictures();
