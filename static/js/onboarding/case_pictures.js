// Select, zoom, move and rotate the photos of a review, by keys, buttons, mouse and touch.

export const pictures = [...document.querySelectorAll("[data-picture]")];
const CLOSE = 2.5;
const CLOSEST = 6;
const STEP = 60;
const states = new Map(pictures.map((picture) => [picture, { scale: 1, turn: 0, x: 0, y: 0 }]));
let current = pictures[0];

export const chosen = () => current;
const frameOf = (picture) => picture?.querySelector(".case-frame");

function draw(picture) {
  const { scale, turn, x, y } = states.get(picture);
  const frame = frameOf(picture);
  const image = frame?.querySelector("img");
  if (!image) return;
  const lies = turn % 180 !== 0; // rotated by 90 degrees it has to fit the height
  const fits = lies ? Math.min(1, frame.clientHeight / image.clientWidth) : 1;
  image.style.transform = `translate(${x}px, ${y}px) rotate(${turn}deg) scale(${scale * fits})`;
}

const between = (low, value, high) => Math.min(high, Math.max(low, value));

function change(picture, facts) {
  const state = Object.assign(states.get(picture), facts);
  const frame = frameOf(picture);
  state.scale = between(1, state.scale, CLOSEST);
  for (const [axis, size] of [["x", frame?.clientWidth], ["y", frame?.clientHeight]]) {
    const most = ((state.scale - 1) * (size ?? 0)) / 2; // not beyond the photo's edge
    state[axis] = between(-most, state[axis], most);
  }
  draw(picture);
}

// The point under the pointer stays in place while zooming.
function closer(picture, scale, at) {
  const { scale: was, x, y } = states.get(picture);
  const by = between(1, scale, CLOSEST) / was;
  change(picture, { scale, x: at.x - (at.x - x) * by, y: at.y - (at.y - y) * by });
}

const MIDDLE = { x: 0, y: 0 };
const fromMiddle = (frame, { x, y }) => {
  const box = frame.getBoundingClientRect();
  return { x: x - box.x - box.width / 2, y: y - box.y - box.height / 2 };
};

function pick(picture) {
  current = picture;
  for (const each of pictures) each.toggleAttribute("data-chosen", each === picture);
}

export function choose(by) {
  if (!pictures.length) return;
  pick(pictures[(pictures.indexOf(current) + by + pictures.length) % pictures.length]);
  current.focus({ preventScroll: true });
  current.scrollIntoView({ block: "nearest" });
}

// Zoom steps: enlarged, closer, reset. Skips "enlarged" where the photo already fills the page.
export function zoom(at = MIDDLE) {
  const frame = frameOf(current);
  if (!frame) return;
  const isLarge = current.hasAttribute("data-large");
  if (states.get(current).scale > 1) {
    current.removeAttribute("data-large");
    change(current, { scale: 1 });
  } else {
    const { clientWidth: was } = frame;
    current.setAttribute("data-large", "");
    if (isLarge || frame.clientWidth <= was) closer(current, CLOSE, at);
  }
  current.scrollIntoView({ block: "nearest" });
}

export function zoomBy(factor) {
  if (!frameOf(current)) return;
  if (factor > 1) current.setAttribute("data-large", "");
  closer(current, states.get(current).scale * factor, MIDDLE);
}

export function turn() {
  if (current) change(current, { turn: states.get(current).turn + 90 });
}

export function move(way) {
  if (!current) return;
  const { x, y } = states.get(current);
  const by = { left: [STEP, 0], right: [-STEP, 0], up: [0, STEP], down: [0, -STEP] }[way];
  change(current, { x: x + by[0], y: y + by[1] });
}

const apart = ([one, other]) => Math.hypot(one.x - other.x, one.y - other.y);
const midway = ([one, other]) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });

// One pointer moves the photo, two zoom it; a click without movement is a zoom step.
function hold(picture) {
  const frame = frameOf(picture);
  if (!frame) return;
  const fingers = new Map();
  let moved = false;
  frame.addEventListener("pointerdown", (event) => {
    pick(picture);
    moved = false;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (picture.hasAttribute("data-large")) frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    const was = fingers.get(event.pointerId);
    if (!was || !picture.hasAttribute("data-large")) return;
    const before = fingers.size === 2 ? apart([...fingers.values()]) : 0;
    const [dx, dy] = [event.clientX - was.x, event.clientY - was.y];
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    moved ||= Math.hypot(dx, dy) > 2;
    const { scale, x, y } = states.get(picture);
    const both = [...fingers.values()];
    if (before) closer(picture, (scale * apart(both)) / before, fromMiddle(frame, midway(both)));
    else if (fingers.size === 1) change(picture, { x: x + dx, y: y + dy });
  });
  for (const end of ["pointerup", "pointercancel"])
    frame.addEventListener(end, (event) => fingers.delete(event.pointerId));
  frame.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const byKey = event.detail === 0;
    if (!moved) zoom(byKey ? MIDDLE : fromMiddle(frame, { x: event.clientX, y: event.clientY }));
  });
  frame.addEventListener("dragstart", (event) => event.preventDefault());
}

for (const picture of pictures) {
  hold(picture);
  picture.addEventListener("focusin", () => pick(picture));
  picture.querySelector("[data-zoom]")?.addEventListener("click", () => zoom());
  picture.querySelector("[data-turn]")?.addEventListener("click", turn);
}
if (current) pick(current);
