// Marks by keyboard: 0 to 5 for one criterion after the other, Ctrl and Enter to save.

const form = document.getElementById("rating");
const groups = [...form.querySelectorAll("fieldset[data-criterion]")];

const isTyping = (target) => target.matches("textarea, input:not([type=radio])");
const isMarked = (group) => group.querySelector("input:checked") !== null;

function groupInTurn() {
  const focused = document.activeElement.closest("fieldset[data-criterion]");
  return focused ?? groups.find((group) => !isMarked(group)) ?? groups[0];
}

function mark(value) {
  const group = groupInTurn();
  const choice = group.querySelector(`input[value="${value}"]`);
  if (!choice) return;
  choice.checked = true;
  const next = groups[groups.indexOf(group) + 1];
  (next?.querySelector("input:checked, input") ?? form.querySelector("button[type=submit]")).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[0-5]$/.test(event.key)) {
    event.preventDefault();
    mark(event.key);
  }
});
