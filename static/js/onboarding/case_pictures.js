// Pictures that are chosen, brought closer, moved and turned: by keys, buttons, mouse and fingers.

export const pictures = [...document.querySelectorAll("[data-picture]")];
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
  const lies = turn % 180 !== 0; // on its side it has to fit into the height
  const fits = lies ? Math.min(1, frame.clientHeight / image.clientWidth) : 1;
  image.style.transform = `translate(${x}px, ${y}px) rotate(${turn}deg) scale(${scale * fits})`;
}

function change(picture, facts) {
  const state = Object.assign(states.get(picture), facts);
  state.scale = Math.min(CLOSEST, Math.max(1, state.scale));
  if (state.scale === 1) state.x = state.y = 0;
  draw(picture);
}

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

// Large, then closer, then as it was.
export function zoom() {
  if (!frameOf(current)) return;
  const isLarge = current.hasAttribute("data-large");
  const isClose = states.get(current).scale > 1;
  current.toggleAttribute("data-large", !isClose || !isLarge);
  change(current, { scale: isLarge && !isClose ? 2.5 : 1 });
  current.scrollIntoView({ block: "nearest" });
}

export function zoomBy(factor) {
  if (!frameOf(current)) return;
  if (factor > 1) current.setAttribute("data-large", "");
  change(current, { scale: states.get(current).scale * factor });
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

// One finger or the mouse moves, two bring closer; a press that did not move is a zoom.
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
    if (before) change(picture, { scale: (scale * apart([...fingers.values()])) / before });
    else if (fingers.size === 1) change(picture, { x: x + dx, y: y + dy });
  });
  for (const end of ["pointerup", "pointercancel"])
    frame.addEventListener(end, (event) => fingers.delete(event.pointerId));
  frame.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!moved) zoom();
  });
  frame.addEventListener("dragstart", (event) => event.preventDefault());
}

for (const picture of pictures) {
  hold(picture);
  picture.addEventListener("focusin", () => pick(picture));
  picture.querySelector("[data-zoom]")?.addEventListener("click", zoom);
  picture.querySelector("[data-turn]")?.addEventListener("click", turn);
}
if (current) pick(current);
