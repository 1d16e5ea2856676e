// Collects facts about browser and screen, and answers the network probe; the server decides.

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

// Sends back what the server sent, as often as it asks. The server takes the times.
async function probe() {
  const address = form.dataset.probe;
  const limit = () => AbortSignal.timeout(60000);
  const sent = await fetch(address, { cache: "no-store", signal: limit() });
  let token = sent.headers.get("X-Probe-Token");
  let body = await sent.arrayBuffer();
  while (token) {
    const headers = {
      "Content-Type": "application/octet-stream",
      "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
      "X-Probe-Token": token,
    };
    const answer = await fetch(address, { method: "POST", headers, body, signal: limit() });
    if (!answer.ok) return;
    token = (await answer.json()).token;
    body = new ArrayBuffer(0);
  }
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
  progress.textContent = "Checking your network. On a slow one this takes up to a minute.";
  await probe().catch(() => {}); // the server says what to do without a result
  return {
    browser: name,
    browser_version: version,
    desktop: !/Android|iPhone|iPad|Mobile/.test(navigator.userAgent),
    screen_width: screen.width,
    screen_height: screen.height,
    fullscreen: Boolean(document.fullscreenEnabled),
    camera,
    microphone,
    second_screen: "isExtended" in screen ? screen.isExtended : "",
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

// A form that was sent before this script was there would be empty.
form.querySelector("button").disabled = false;
