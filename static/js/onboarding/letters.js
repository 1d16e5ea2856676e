// Character counter; announced to screen readers only when few are left.

const FEW = 100;

export function countLetters(box) {
  const most = Number(box.getAttribute("maxlength"));
  const said = document.createElement("p");
  said.className = "hint";
  box.after(said);
  const count = () => {
    const left = most - box.value.length;
    said.textContent = left === most ? `Up to ${most} characters.` : `${left} of ${most} characters left.`;
    said.setAttribute("aria-live", left < FEW ? "polite" : "off");
  };
  box.addEventListener("input", count);
  count();
}
