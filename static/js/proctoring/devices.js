// Shows the camera, and sends a still and the peak sound level; the server decides.

import { closeCamera, hasPicture, loudness, openCamera } from "./camera.js";

const form = document.getElementById("device-test");
const video = document.getElementById("picture");
const meter = document.getElementById("level");
const progress = document.getElementById("progress");
let stream = null;
let hush = () => {};
let loudest = 0;

async function begin() {
  hush();
  closeCamera(stream);
  try {
    stream = await openCamera(video);
    hush = loudness(stream, (level) => {
      loudest = Math.max(loudest, level);
      meter.value = level;
      if (loudest >= 0.01) progress.textContent = "We can hear you.";
    });
    progress.textContent = "Say something and watch the bar move.";
  } catch {
    progress.textContent =
      "We could not reach your camera or microphone. Connect it, select Allow and try again.";
  }
}

document.getElementById("retry").addEventListener("click", begin);
form.addEventListener("submit", () => {
  form.elements.picture.value = hasPicture(video);
  form.elements.microphone_level.value = loudest.toFixed(4);
});
begin();
