// Collects facts about browser and screen; the server decides whether they suffice.

import { closeCamera } from "./camera.js";

const form = document.getElementById("system-check");
const progress = document.getElementById("progress");

function browser() {
  const agent = navigator.userAgent;
  const known = [
    ["Edge", /Edg\/(\d+)/],
    ["Firefox", /Firefox\/(\d+)/],
    ["Chrome", /Chrom(?:e|ium)\/(\d+)/],
    ["Safari", /Version\/(\d+).*Safari/],
  ];
  for (const [name, pattern] of known) {
    const found = agent.match(pattern);
    if (found) return [name, found[1]];
  }
  return ["Unknown", "0"];
}

async function roundTrip(address) {
  const times = [];
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now();
    try {
      await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(5000) });
      times.push(performance.now() - began);
    } catch {
      times.push(5000);
    }
  }
  return Math.max(1, Math.round(times.sort((a, b) => a - b)[2]));
}

async function works(wanted) {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    closeCamera(stream);
    return true;
  } catch {
    return false;
  }
}

async function facts() {
  const [name, version] = browser();
  progress.textContent = "Checking your camera and microphone.";
  const both = await works({ video: true, audio: true });
  const camera = both || (await works({ video: true }));
  const microphone = both || (await works({ audio: true }));
  progress.textContent = "Checking your network.";
  return {
    browser: name,
    browser_version: version,
    desktop: !/Android|iPhone|iPad|Mobile/.test(navigator.userAgent),
    screen_width: screen.width,
    screen_height: screen.height,
    fullscreen: Boolean(document.fullscreenEnabled),
    camera,
    microphone,
    round_trip_ms: await roundTrip(form.dataset.ping),
  };
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  for (const [name, value] of Object.entries(await facts())) form.elements[name].value = value;
  progress.textContent = "Saving the result.";
  form.submit();
});
