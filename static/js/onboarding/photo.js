// Takes the profile photo in the page. The server checks the framing, and a live region announces
// the result. Without a camera or JavaScript the file form is used.

import { closeCamera, openCamera, still } from "../proctoring/camera.js";

const LOOK_EVERY = 2500;
const element = (id) => document.getElementById(id);
const part = element("camera-part");
const form = element("file-part").querySelector("form");
const video = element("picture");
const taken = element("taken");
const hint = element("hint");
let stream = null;
let photo = null;
let timer = 0;

// A repeated text would be announced twice.
function say(words) {
  if (hint.textContent !== words) hint.textContent = words;
}

function show(state, focus) {
  video.hidden = state !== "aiming";
  taken.hidden = state !== "taken";
  element("open").hidden = state !== "closed";
  element("take").hidden = state !== "aiming";
  element("use").hidden = state !== "taken";
  element("again").hidden = state !== "taken";
  element(focus).focus();
}

async function ask(picture) {
  const body = new FormData();
  body.append("file", picture, "look.jpg");
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const response = await fetch(part.dataset.look, { method: "POST", headers, body });
  if (!response.ok) return null;
  return response.json();
}

// Checks the framing every few seconds until the photo is taken; stops when a check fails.
async function look() {
  clearTimeout(timer);
  const seen = await ask(await still(video, 640, 0.8)).catch(() => null);
  if (!stream || video.hidden) return;
  if (seen) {
    say(seen.hint);
    timer = setTimeout(look, LOOK_EVERY);
  } else {
    say("Take the photo when your face is in the centre. We'll check it when you save it.");
  }
}

async function open() {
  say("Allow camera access in your browser.");
  try {
    stream = await openCamera(null, { sound: false });
  } catch {
    say("We couldn't open the camera. Allow access in your browser, or upload a photo below.");
    return;
  }
  show("aiming", "take");
  video.srcObject = stream;
  await video.play().catch(() => {});
  say("The camera is on.");
  look();
}

async function take() {
  clearTimeout(timer);
  photo = await still(video, Math.min(video.videoWidth || 960, 1600), 0.9);
  URL.revokeObjectURL(taken.src);
  taken.src = URL.createObjectURL(photo);
  show("taken", "use");
  const seen = await ask(photo).catch(() => null);
  if (taken.hidden) return;
  const good = !seen || seen.ready || seen.code === "move";
  say(good ? "Photo taken. Use it, or retake it." : `${seen.hint} Please retake it.`);
  if (!good) element("again").focus();
}

function again() {
  show("aiming", "take");
  look();
}

function use() {
  const files = new DataTransfer();
  files.items.add(new File([photo], "photo.jpg", { type: "image/jpeg" }));
  form.elements.file.files = files.files;
  closeCamera(stream);
  stream = null;
  form.requestSubmit();
}

if (navigator.mediaDevices?.getUserMedia) {
  part.hidden = false;
  element("picture").hidden = true;
  element("open").addEventListener("click", open);
  element("take").addEventListener("click", take);
  element("use").addEventListener("click", use);
  element("again").addEventListener("click", again);
  window.addEventListener("pagehide", () => closeCamera(stream));
}
