// Shows the camera, and sends a still and three seconds of sound; the server decides.

import { closeCamera, loudness, still } from "./camera.js";
import { attach, record } from "./sample.js";

const SECONDS = 3;
const form = document.getElementById("device-test");
const video = document.getElementById("picture");
const meter = document.getElementById("level");
const progress = document.getElementById("progress");
const button = form.querySelector("button[type=submit]");
const needs = { camera: Boolean(video), sound: Boolean(meter) };
let stream = null;
let hush = () => {};

async function open() {
  hush();
  closeCamera(stream);
  stream = null;
  const size = { width: { ideal: 640 }, height: { ideal: 480 } };
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: needs.camera && size,
      audio: needs.sound,
    });
  } catch {
    progress.textContent =
      "We could not reach your camera or microphone. Connect it, select Allow and try again.";
    return;
  }
  if (needs.camera) {
    video.srcObject = stream;
    await video.play().catch(() => {});
  }
  if (needs.sound) {
    hush = loudness(stream, (level) => {
      meter.value = level;
    });
  }
  progress.textContent = "Ready. Select Check now, then read the sentence aloud.";
}

async function sample() {
  if (!stream) await open();
  if (!stream) return false;
  progress.textContent = "Speak now.";
  const recording = needs.sound ? record(stream, SECONDS) : null;
  if (needs.camera) attach(form.elements.picture, await still(video, 640, 0.9), "still.jpg");
  if (recording) attach(form.elements.sound, await recording, "sound");
  return true;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  try {
    if (!(await sample())) return;
    progress.textContent = "Checking.";
    form.submit();
  } finally {
    button.removeAttribute("aria-disabled");
  }
});
// A form that was sent before this script was there would be empty.
button.disabled = false;
document.getElementById("retry").addEventListener("click", open);
open();
