// Records the sentence and waits until the server has listened to it.

import { closeCamera, loudness } from "./camera.js";
import { attach, startRecording } from "./sample.js";

const LONGEST = 12000;
const ASK_EVERY = 1500;
const element = (id) => document.getElementById(id);
const part = element("say");
const progress = element("progress");
let recording = null;

async function wait() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    try {
      const response = await fetch(part.dataset.address, { cache: "no-store" });
      if (!response.ok || (await response.json()).check !== "WAITING") break;
    } catch {
      progress.textContent = "There is no connection. We go on by ourselves when it is back.";
    }
  }
  location.assign(location.href);
}

async function start() {
  const button = element("record");
  if (recording) {
    recording.stop();
    return;
  }
  let stream = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    progress.textContent =
      "We could not reach your microphone. Connect it, select Allow and try again.";
    return;
  }
  const hush = loudness(stream, (level) => {
    element("level").value = level;
  });
  recording = startRecording(stream);
  button.textContent = "Stop and send";
  progress.textContent = "Recording. Say the sentence, then select Stop and send.";
  setTimeout(recording.stop, LONGEST);
  const sound = await recording.ended;
  recording = null;
  hush();
  closeCamera(stream);
  button.disabled = true;
  progress.textContent = "Sending.";
  const form = element("file-part").querySelector("form");
  attach(form.elements.sound, sound, "sentence");
  form.submit();
}

if (part.dataset.check === "WAITING") {
  wait();
} else {
  part.hidden = false;
  element("file-part").open = false;
  element("record").addEventListener("click", start);
}
