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

// Six digits: only digits stay, also when pasted with blanks; the sixth sends the form once.
for (const input of document.querySelectorAll(".code-input")) {
  let sent = false;
  input.addEventListener("input", () => {
    input.value = input.value.replace(/\D/g, "").slice(0, 6);
    if (input.value.length === 6 && !sent && input.dataset.sends !== undefined) {
      sent = true;
      input.form.requestSubmit();
    }
  });
}

// A countdown until something may be asked for again.
for (const clock of document.querySelectorAll("[data-counts-down]")) {
  const button = clock.closest("form")?.querySelector("button");
  const ends = Date.now() + Number(clock.dataset.countsDown) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    clock.textContent = left ? `You can ask again in ${left} s.` : "";
    if (button) button.disabled = left > 0;
    if (left) setTimeout(tick, 500);
  };
  tick();
}
