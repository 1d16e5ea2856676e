// Takes, previews and uploads the identity photo. The server looks at a frame every few seconds,
// and a live region says what to change. Without a camera the file form stays.

import { closeCamera, openCamera, still } from "./camera.js";
import { attach } from "./sample.js";

const LOOK_EVERY = 3000;
const element = (id) => document.getElementById(id);
const part = element("camera-part");
const form = element("file-part").querySelector("form");
const video = element("picture");
const taken = element("taken");
let stream = null;
let photo = null;
let timer = 0;

// A repeated text would be announced twice.
function say(words) {
  const place = element("progress");
  if (place.textContent !== words) place.textContent = words;
}

async function ask(picture) {
  if (!part.dataset.hint) return null;
  const body = new FormData();
  body.append("photo", picture, "frame.jpg");
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const response = await fetch(part.dataset.hint, { method: "POST", headers, body });
  return response.ok ? response.json() : null;
}

async function look() {
  clearTimeout(timer);
  const seen = await ask(await still(video, 640, 0.8)).catch(() => null);
  if (!stream || video.hidden || !seen) return;
  say(seen.hint);
  timer = setTimeout(look, LOOK_EVERY);
}

function show(isTaken) {
  clearTimeout(timer);
  video.hidden = isTaken;
  taken.hidden = !isTaken;
  element("take").hidden = isTaken;
  element("send").hidden = !isTaken;
  element("repeat").hidden = !isTaken;
  element(isTaken ? "send" : "take").focus();
  if (!isTaken) look();
}

async function take() {
  photo = await still(video, Math.min(video.videoWidth || 960, 1280), 0.9);
  URL.revokeObjectURL(taken.src);
  taken.src = URL.createObjectURL(photo);
  show(true);
  say("Photo taken.");
  const seen = await ask(photo).catch(() => null);
  if (taken.hidden) return;
  if (seen && !seen.ready) {
    say(`${seen.hint} Please retake it.`);
    element("repeat").focus();
  } else {
    say("Photo taken. Use it, or retake it.");
  }
}

function send() {
  attach(form.elements.photo, photo, "photo.jpg");
  closeCamera(stream);
  say("Comparing your photo. This takes a few seconds.");
  form.requestSubmit();
}

async function begin() {
  try {
    stream = await openCamera(video, { sound: false });
  } catch {
    return;
  }
  part.hidden = false;
  element("file-part").open = Boolean(form.querySelector("[role=alert]"));
  element("take").addEventListener("click", take);
  element("repeat").addEventListener("click", () => show(false));
  element("send").addEventListener("click", send);
  look();
}

begin();
