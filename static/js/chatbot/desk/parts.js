// Takes over from a page of the server what differs, part by part, and leaves alone where somebody
// types, has a menu open, or has selected text.

const TIMEOUT = 20_000;
const TOKEN = /(name="csrfmiddlewaretoken" value=")[^"]*/g;
const TIMES = /(<(?:time|span)[^>]*data-(?:age|due)[^>]*>)[^<]*/g;
const plain = (element) => element.outerHTML.replace(TOKEN, "$1").replace(TIMES, "$1");
const same = (one, other) => plain(one) === plain(other);

// {ok, status, page, url}; status 0: no connection.
export async function load(url, options = {}) {
  try {
    const response = await fetch(url, {
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT),
      ...options,
      headers: { Accept: "text/html", ...options.headers },
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return { ok: response.ok, status: response.status, page, url: response.url, isDesk: Boolean(page.querySelector("[data-desk]")) };
  } catch {
    return { ok: false, status: 0 };
  }
}

// Every part with `data-live` that both pages have.
export function takeOver(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (next && !isInUse(part) && !same(part, next)) patch(part, next);
  }
}

function isInUse(part) {
  if (part.querySelector("details[open]")) return true;
  const focused = document.activeElement;
  return part.contains(focused) && focused.matches("input, textarea, select");
}

function patch(part, next) {
  const key = part.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : "";
  const [lists, fresh] = [part, next].map((each) => (each.matches("ol") ? each : each.querySelector("ol[data-list]")));
  if (lists && fresh) patchList(lists, fresh);
  if (lists && fresh && lists !== part) next.querySelector("ol[data-list]").replaceWith(lists);
  if (lists !== part) part.replaceChildren(...next.childNodes);
  for (const { name, value } of next.attributes) part.setAttribute(name, value);
  if (key && !part.contains(document.activeElement)) {
    part.querySelector(`[data-key="${key}"] a`)?.focus({ preventScroll: true });
  }
}

// Lines that are the same stay the same elements, so that a selection in them lasts.
function patchList(list, fresh) {
  const have = new Map([...list.children].map((line) => [line.dataset.key, line]));
  let at = list.firstElementChild;
  for (const next of [...fresh.children]) {
    const mine = have.get(next.dataset.key);
    have.delete(next.dataset.key);
    const line = mine && same(mine, next) ? mine : next;
    if (mine && line !== mine) {
      if (at === mine) at = line;
      mine.replaceWith(line);
    }
    if (line === at) at = at.nextElementSibling;
    else list.insertBefore(line, at);
  }
  for (const gone of have.values()) gone.remove();
}

// The panes of a ticket as a whole: another ticket, or the same after an act.
export function showPanes(fresh) {
  const root = document.querySelector("[data-desk]");
  const next = fresh.querySelector("[data-desk]");
  for (const name of ["thread", "card"]) {
    const [old, pane] = [root, next].map((each) => each.querySelector(`[data-pane="${name}"]`));
    if (old && pane) old.replaceWith(pane);
    else if (pane) root.querySelector('[data-pane="thread"]').after(pane);
    else old?.remove();
  }
  root.className = next.className;
  document.title = fresh.title;
  takeOver(fresh);
}
