// What every page does by itself. Each part works on what it finds and is silent otherwise.

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
  try {
    localStorage.setItem("theme", next ?? "");
  } catch {
    // Not kept, still switched.
  }
});

// A form that is on its way says so, and its button keeps working if the network does not answer.
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

// What is wrong has the focus.
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

// Messages can be put away.
on("click", ".toast .close", (button) => button.closest(".toast").remove());

// Printing
on("click", "[data-prints]", () => print());
