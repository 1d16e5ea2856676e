// Behaviour of all pages. Each part does nothing where its elements are missing.

const on = (event, selector, act) =>
  document.addEventListener(event, (happened) => {
    const found = happened.target.closest?.(selector);
    if (found) act(found, happened);
  });

// Dialogs
on("click", "[data-opens]", (button) => document.getElementById(button.dataset.opens)?.showModal());
on("click", "[data-closes]", (button) => button.closest("dialog")?.close());

// Theme: system → light → dark → system
on("click", "[data-switches-theme]", () => {
  const root = document.documentElement;
  const next = { undefined: "light", light: "dark", dark: "" }[root.dataset.theme];
  if (next) root.dataset.theme = next;
  else delete root.dataset.theme;
  // A cookie, because logging out clears the storage.
  document.cookie = `theme=${next}; path=/; max-age=${next ? 31536000 : 0}; samesite=lax`;
});

// Logging out deletes what the browser has stored, so unsaved input is sent first. When that
// fails the page says so, and the next press logs out all the same.
on("submit", "form[data-log-out]", async (form, event) => {
  const saves = [];
  document.dispatchEvent(new CustomEvent("before-log-out", { detail: saves }));
  if (!saves.length || form.dataset.warned) return;
  event.preventDefault();
  const results = await Promise.all(saves);
  if (results.every(Boolean)) form.submit();
  else form.dataset.warned = "yes";
});

// Shows that a form is being submitted. The button is not disabled, in case the network fails.
on("submit", "form", (form, event) => {
  const button = event.submitter;
  if (!button?.matches(".button")) return;
  if (button.getAttribute("aria-busy") === "true") return event.preventDefault();
  button.setAttribute("aria-busy", "true");
  setTimeout(() => button.removeAttribute("aria-busy"), 8000);
});
addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("[aria-busy=true]")) busy.removeAttribute("aria-busy");
});

// Focus the error summary.
document.querySelector("[data-error-summary]")?.focus();

// Menus close on Escape and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

// Dismiss messages.
on("click", ".toast .close", (button) => button.closest(".toast").remove());

// Printing
on("click", "[data-prints]", () => print());

// Parts that change by themselves: <… id="…" data-refreshes>. Each is replaced when the server has
// other words for it; a part in which somebody types or has the focus stays as it is. An element
// that `data-notice` names is shown then, for what the person may have to load anew.
const REFRESH_EVERY = 10_000;
const REFRESH_FOR = 10 * 60_000;
const opened = Date.now();
async function refreshParts() {
  const parts = [...document.querySelectorAll("[data-refreshes]")];
  if (!parts.length || document.hidden || Date.now() - opened > REFRESH_FOR) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) {
    const now = fresh.getElementById(part.id);
    const words = (element) => element.textContent.replace(/\s+/g, " ").trim();
    if (!now || words(now) === words(part) || part.contains(document.activeElement)) continue;
    part.replaceChildren(...now.childNodes);
    part.className = now.className;
    part.toggleAttribute("data-refreshes", now.hasAttribute("data-refreshes"));
    document.getElementById(part.dataset.notice)?.removeAttribute("hidden");
  }
}
if (document.querySelector("[data-refreshes]")) {
  setInterval(() => refreshParts().catch(() => {}), REFRESH_EVERY);
  document.addEventListener("refresh-parts", () => refreshParts().catch(() => {}));
}
