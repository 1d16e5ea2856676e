// Password fields: show and hide, a Caps Lock warning, and the length of a new password.

for (const box of document.querySelectorAll(".password")) {
  const input = box.querySelector("input");
  const button = box.querySelector("button");
  const words = button.querySelector("[data-word]");
  const hint = box.parentElement.querySelector("[data-caps]");

  const show = (open) => {
    input.type = open ? "text" : "password";
    words.textContent = open ? "Hide" : "Show";
  };
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  // Back to type=password before submitting, so that the browser does not save it for autofill.
  input.form?.addEventListener("submit", () => show(false));

  const look = (event) => {
    const isOn = event.getModifierState?.("CapsLock") ?? false;
    hint.textContent = isOn ? "Caps Lock is on." : "";
  };
  input.addEventListener("keydown", look);
  input.addEventListener("keyup", look);
  input.addEventListener("blur", () => (hint.textContent = ""));
}

// Checked in the browser: minimum length, and not only digits. The server checks everything else.
for (const input of document.querySelectorAll("[data-least]")) {
  const least = Number(input.dataset.least);
  const meter = input.closest(".field").querySelector("[data-strength]");
  const words = () => {
    const missing = least - [...input.value].length;
    if (!input.value) return "";
    if (missing > 0) return missing === 1 ? "1 more character needed." : `${missing} more characters needed.`;
    if (/^\d+$/.test(input.value)) return "Add letters. Numbers alone are easy to guess.";
    return "Good length.";
  };
  input.addEventListener("input", () => {
    meter.textContent = words();
    meter.classList.toggle("good", words() === "Good length.");
  });
}
