// Redaction boxes on a photo: drawn by pointer or entered in the fields. The photo shows a preview
// of what will be covered.

const picture = document.getElementById("mask-picture");
const preview = document.getElementById("mask-preview");
const rows = [...document.querySelectorAll(".mask-box")];
const SIDES = ["left", "top", "width", "height"];
const SVG = "http://www.w3.org/2000/svg";
let begin = null;
let current = null;

const field = (row, side) => row.querySelector(`input[name$="-${side}"]`);
const values = (row) => SIDES.map((side) => parseFloat(field(row, side).value));

function show() {
  preview.replaceChildren();
  for (const row of rows) {
    const [left, top, width, height] = values(row);
    if (!(width > 0 && height > 0)) continue;
    const box = document.createElementNS(SVG, "rect");
    const facts = { x: left || 0, y: top || 0, width, height };
    for (const [name, value] of Object.entries(facts)) box.setAttribute(name, value);
    preview.append(box);
  }
}

function place(event) {
  const frame = picture.getBoundingClientRect();
  const part = (at, from, size) => Math.min(100, Math.max(0, ((at - from) / size) * 100));
  return [part(event.clientX, frame.left, frame.width), part(event.clientY, frame.top, frame.height)];
}

function fill(row, numbers) {
  SIDES.forEach((side, i) => { field(row, side).value = numbers[i].toFixed(1); });
  show();
}

picture.addEventListener("pointerdown", (event) => {
  current = rows.find((row) => !field(row, "width").value) || rows.at(-1);
  begin = place(event);
  picture.setPointerCapture(event.pointerId);
  event.preventDefault();
});

picture.addEventListener("pointermove", (event) => {
  if (!begin) return;
  const [x, y] = place(event);
  const [left, top] = [Math.min(x, begin[0]), Math.min(y, begin[1])];
  fill(current, [left, top, Math.abs(x - begin[0]), Math.abs(y - begin[1])]);
});

picture.addEventListener("pointerup", () => { begin = null; });
picture.addEventListener("pointercancel", () => { begin = null; });
for (const row of rows) row.addEventListener("input", show);
show();
