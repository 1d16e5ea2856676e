// The assessment page: full screen, countdown, saving of answers, and the socket.

import { Answers } from "./answers.js";
import { openCamera, still } from "./camera.js";
import { Clock } from "./clock.js";
import { Line } from "./socket.js";
import { Watch } from "./watch.js";

const element = (id) => document.getElementById(id);
const { id, part, now, ends } = element("sitting").dataset;
const form = element("questions");
const token = form.elements.csrfmiddlewaretoken.value;
const address = `/api/v1/sittings/${id}/`;
const clock = new Clock(now, ends);
const video = element("eye");
let refused = false;
let handingIn = false;

const leave = () => {
  watch.running = false;
  // While a form is being submitted, messages of the socket must not navigate away.
  setTimeout(() => location.assign(`/assessment/${id}/`), handingIn ? 5000 : 0);
};
const say = (place) => (words) => {
  if (element(place).textContent !== words) element(place).textContent = words;
};
const answers = new Answers(form, { address, token, part, tell: say("saved"), over: leave });
const line = new Line({
  id,
  token,
  now: () => clock.now(),
  onClock: (moment) => clock.set(moment),
  onWarnings: warn,
  onLine: say("line"),
  onEnd: leave,
});
const watch = new Watch((kind, data) => line.report(kind, data));

function warn(warnings) {
  for (const { id: event, message, standing } of warnings) {
    const row = document.createElement("p");
    row.className = "warning-line";
    const meaning = standing === "WARNED" ? "This is a warning." : "Points were added.";
    row.textContent = `${message} ${meaning}`;
    element("warnings").prepend(row);
    picture(event);
  }
  while (element("warnings").children.length > 3) element("warnings").lastChild.remove();
}

async function picture(event) {
  // The server accepts one every three seconds, also across reloads.
  if (!video.videoWidth || Date.now() - Number(sessionStorage.getItem("pictured")) < 3500) return;
  sessionStorage.setItem("pictured", Date.now());
  const sent = new FormData();
  sent.append("picture", await still(video, 320, 0.5), "picture.jpg");
  if (event) sent.append("event", event);
  sendPicture(sent, 6);
}

async function sendPicture(body, triesLeft) {
  const headers = { "X-CSRFToken": token };
  const answer = await fetch(`${address}snapshots/`, { method: "POST", headers, body }).catch(() => null);
  const isLost = !answer || answer.status === 503;
  if (isLost && triesLeft > 1) setTimeout(() => sendPicture(body, triesLeft - 1), 7000);
}

function show(isOpen) {
  form.hidden = !isOpen;
  element("gate").hidden = isOpen;
  element("sitting").classList.toggle("guarded", isOpen);
  if (!isOpen) element("enter").focus();
}

async function enter() {
  const problem = say("gate-problem");
  if (!watch.stream) {
    try {
      watch.stream = await openCamera(video);
      video.hidden = false;
    } catch {
      if (!refused) {
        refused = true;
        return problem("We could not reach your camera or microphone. Fix it and try again. Going on without them is recorded.");
      }
    }
  }
  try {
    await document.documentElement.requestFullscreen();
  } catch {
    if (document.fullscreenEnabled) return problem("Full screen did not start. Press the button again.");
  }
  problem("");
  show(true);
  form.querySelector("input:not([type=hidden])")?.focus();
  setTimeout(() => (watch.running = true), 500);
  return picture();
}

document.addEventListener("fullscreenchange", () => {
  if (document.fullscreenElement || !watch.running) return;
  watch.see("FULLSCREEN_LEFT");
  show(false);
});
form.addEventListener("submit", () => {
  watch.running = false;
  handingIn = true;
});
element("enter").addEventListener("click", enter);
setInterval(() => picture(), 30000);

clock.run(
  (seconds, words) => {
    say("clock")(words);
    element("clock").classList.toggle("short", seconds <= 60);
    if (seconds === 60) say("time-notice")("One minute left in this section.");
  },
  async () => {
    watch.running = false;
    await answers.flush();
    setTimeout(leave, 1000);
  },
);
show(false);
