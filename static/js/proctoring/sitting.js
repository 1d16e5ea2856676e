// The page of the running assessment: full screen, clock, saving, sections and the end.
// It never navigates without the server's answer: an end that comes offline stays on this page.

import { Api } from "./api.js";
import { isOn, openCamera, still } from "./camera.js";
import { CameraState } from "./camera_state.js";
import { Clock, minutes } from "./clock.js";
import { Conditions } from "./conditions.js";
import { FaceWatch } from "./faces.js";
import { Journal, sendLeftovers } from "./journal.js";
import { Player } from "./player.js";
import { Recorder, Uploads } from "./recorder.js";
import { downloadRescue } from "./rescue.js";
import { Section, listed } from "./section.js";
import { Line } from "./socket.js";
import { Store } from "./store.js";
import { Watch } from "./watch.js";

const element = (id) => document.getElementById(id);
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
const say = (place) => (words) => {
  if (element(place).textContent !== words) element(place).textContent = words;
};
const announce = (words) => {
  // The same words twice are announced twice.
  element("announcer").textContent = "";
  setTimeout(() => (element("announcer").textContent = words), 50);
};

const REFRESH = 30000;
const RESCUE_AFTER = 30000;
const { sitting, now, ends } = element("section").dataset;
const token = element("questions").elements.csrfmiddlewaretoken.value;
const video = element("eye");

const clock = new Clock(now, ends);
const api = new Api({ address: `/api/v1/sittings/${sitting}/`, page: location.pathname, token });
const store = new Store();
const journal = new Journal({ sitting, api, store, clock });
const uploads = new Uploads({ sitting, api, store, journal });
let section = null;
let refused = false;
let closing = null; // {kind: "finish" | "time" | "moved" | "ended", since}
let announced = new Set();

// Monitoring: socket, camera pictures, full screen

const line = new Line({
  id: sitting,
  token: () => api.token,
  now: () => clock.now(),
  onWarnings: warn,
  onEnd: () => close("ended"),
});
const conditions = new Conditions({ report: (kind, data) => line.report(kind, data) });
const watch = new Watch(conditions);
let stream = null;
new CameraState({ video, conditions, stream: () => stream, changed: () => {} });
const faces = new FaceWatch({
  video,
  conditions,
  isLive: () => Boolean(stream) && isOn(stream, "video"),
  progress: (share) => say("eye-words")(share === null || share >= 1 ? "" : `Loading ${Math.round(share * 100)} %`),
});

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
  const { status } = await api.once("POST", "snapshots/", { body });
  const isLost = status === 0 || status === 503;
  if (isLost && triesLeft > 1) setTimeout(() => sendPicture(body, triesLeft - 1), 7000);
}

async function enter() {
  const problem = say("gate-problem");
  if (!stream) {
    try {
      stream = await openCamera(video);
      element("eye-frame").hidden = false;
      faces.start(JSON.parse(element("monitoring").textContent).faces);
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
  element("section-name").focus();
  setTimeout(() => {
    conditions.start();
    watch.screens();
  }, 500);
  return picture();
}

// What is shown: the gate, the questions, or what happens at an end

let isEntered = false;

function show(isOpen = isEntered) {
  isEntered = isOpen;
  const shown = closing ? "over" : isOpen ? "section" : "gate";
  for (const id of ["gate", "section", "over"]) element(id).hidden = id !== shown;
  element("content").classList.toggle("guarded", shown === "section");
  if (shown === "gate") element("enter").focus();
}

document.addEventListener("fullscreenchange", () => {
  if (document.fullscreenElement || !conditions.running) return;
  element("ask").close();
  show(false);
});
element("enter").addEventListener("click", enter);
setInterval(() => picture(), 30000);

// Saving

function ago() {
  const seconds = Math.round((performance.now() - journal.savedAt) / 1000);
  if (seconds < 2) return "just now";
  return seconds < 60 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`;
}

// What is not yet stored in this browser is neither saved nor waiting.
const isStoring = () => journal.queued.length > 0 || section?.pending.size > 0;
const countWaiting = () => journal.waiting() + uploads.waiting();

function savingWords() {
  const waiting = countWaiting();
  const saved = journal.savedAt === null ? "" : `Saved ${ago()}`;
  if (waiting) return [saved, `${waiting} waiting`].filter(Boolean).join(", ");
  if (isStoring()) return "Saving";
  return saved || (journal.held.size ? "All answers saved" : "Ready");
}

let wasOffline = false;

function showSaving() {
  say("saved")(savingWords());
  const isOffline = !journal.online || !uploads.online || !navigator.onLine;
  element("offline").hidden = !isOffline || Boolean(closing);
  const waiting = countWaiting();
  element("saving").dataset.state = isOffline ? "offline" : waiting || isStoring() ? "waiting" : "saved";
  if (isOffline && !wasOffline) announce("No connection. Go on: your answers are kept on this computer.");
  else if (wasOffline && !isOffline && !waiting) announce("The connection is back. All answers are saved.");
  if (isOffline || !waiting) wasOffline = isOffline;
  section?.drawAllSaving();
  if (closing) showClosing();
}

function showRefused(row, message) {
  if (closing || !message) return;
  const question = section?.find(row.question);
  const where = question ? `Question ${question.index + 1}: ` : "";
  element("refused").firstElementChild.textContent = where + message;
  element("refused").hidden = false;
  announce(where + message);
}

api.onSession = (isOut) => {
  element("logged-out").hidden = !isOut;
  if (isOut) announce("You are logged out. Log in again in another tab. Your answers are kept.");
  else journal.send();
};
store.onRefused = () => (element("not-kept").hidden = false);
journal.onChange = uploads.onChange = showSaving;
journal.onHeld = (question, held) => section?.held(question, held);
journal.onRefused = showRefused;
journal.onServer = (told) => {
  if (told.over) close("ended");
};

// What the server says about the sitting: also what another tab did meanwhile.
async function refresh() {
  const { status, data, began, ended } = await api.call("GET", "questions/");
  if (status !== 200 || closing) return;
  const questions = data.questions || [];
  const open = (data.parts || []).find((part) => part.id === section.facts.part);
  const held = Object.fromEntries(questions.map((each) => [each.id, each.held]));
  journal.listen({ data: { now: data.now || data.server_time, ends_at: open?.ends_at, held }, began, ended });
  if (data.state !== "IN_PROGRESS") close("ended");
  else if (questions.length && !questions.some((each) => section.find(each.id))) close("moved");
}

setInterval(() => !document.hidden && refresh(), REFRESH);
document.addEventListener("visibilitychange", () => !document.hidden && refresh());
addEventListener("focus", () => refresh());
document.addEventListener("clock-doubtful", () => refresh());

// The end of a section and of the sitting

element("content").addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  ask();
});

function ask() {
  section.flush();
  const missing = section.missing();
  const isLast = Boolean(section.facts.last);
  const all = section.questions.length;
  say("ask-title")(isLast ? "Hand in your assessment?" : "Finish this section?");
  const empty = `You have not answered question${missing.length > 1 ? "s" : ""} ${listed(missing)}.`;
  say("ask-missing")(missing.length ? empty : all === 1 ? "You have answered the question." : `You have answered all ${all} questions.`);
  say("ask-meaning")(isLast ? "You cannot change your answers afterwards." : "You cannot come back to this section.");
  say("ask-yes")(isLast ? "Hand in" : "Finish section");
  element("ask").showModal();
  element("ask-no").focus();
}

element("ask-no").addEventListener("click", () => element("ask").close());
element("ask-yes").addEventListener("click", () => {
  element("ask").close();
  close("finish");
});
element("keep-answering").addEventListener("click", () => reopen());

const TITLES = {
  finish: ["Finishing this section", "Handing in your answers"],
  time: ["Time is over", "Time is over"],
  moved: ["This section was finished in another window", "This section was finished in another window"],
  ended: ["Your assessment has ended", "Your assessment has ended"],
};

function showClosing() {
  const waiting = journal.waiting() + uploads.waiting();
  say("over-title")(TITLES[closing.kind][section.facts.last ? 1 : 0]);
  say("over-text")(
    waiting ? `Sending what you ${uploads.waiting() ? "said and wrote" : "wrote"} (${waiting} waiting).` : "Everything is sent. One moment.",
  );
  const isSlow = performance.now() - closing.since > 4000;
  element("over-hint").hidden = !isSlow;
  element("keep-answering").hidden = !(closing.kind === "finish" && !closing.told && isSlow && clock.left() > 0);
  const isLong = performance.now() - closing.since > RESCUE_AFTER;
  element("rescue").hidden = !(closing.kind !== "finish" && journal.waiting() && isLong);
}

async function close(kind) {
  if (closing && (closing.kind !== "finish" || kind === "moved")) return;
  if (closing) {
    closing.kind = kind; // the time ended while a finished section waits for its connection
    return;
  }
  const mine = { kind, since: performance.now(), told: false };
  closing = mine;
  section.flush();
  section.recorders?.forEach((each) => each.stop());
  section.lock(true);
  element("ask").close();
  show();
  showClosing();
  element("over-title").focus();
  await journal.sent();
  await uploads.sent();
  while (closing === mine && !(await moveOn(mine))) await pause(mine.kind === "finish" ? 1500 : 3000);
}

function reopen() {
  closing = null;
  section.lock(false);
  show();
}

// One try to go where the server says that this sitting is.
async function moveOn(mine) {
  if (mine.kind === "finish" && !mine.told) {
    const { last, position } = section.facts;
    const json = last ? { confirm: true } : { position: Number(position), confirm: true };
    const { status } = await api.call("POST", last ? "submit/" : "sections/next/", { json });
    if (closing !== mine || ![200, 409].includes(status)) return false;
    mine.told = true;
  }
  const fetched = await api.html();
  if (closing !== mine || !fetched) return false;
  if (!fetched.ours) {
    api.setLoggedOut(true);
    return false;
  }
  api.setLoggedOut(false);
  if (!fetched.questions) {
    conditions.stop();
    await journal.clean();
    location.assign(fetched.url);
    return true;
  }
  return openSection(fetched.page);
}

function openSection(page) {
  const next = page.getElementById("section");
  const isSame = next.dataset.part === section.facts.part;
  clock.until(next.dataset.ends);
  if (isSame && clock.left() === 0) return false;
  closing = null;
  if (isSame) {
    // The server gives more time: an adjustment, or this clock was fast.
    section.lock(false);
    show();
    return true;
  }
  element("where").replaceWith(document.adoptNode(page.getElementById("where")));
  element("section").replaceWith(document.adoptNode(next));
  document.title = page.title;
  element("refused").hidden = true;
  begin();
  show();
  element("section-name").focus();
  scrollTo(0, 0);
  return true;
}

element("download").addEventListener("click", async () => {
  const { rescue_key: key } = section.state;
  say("rescue-problem")(await downloadRescue({ sitting, rows: journal.entries, key, now: clock.now() }));
});

// The clock

const SOON = [[300, "5 minutes left in this section."], [60, "1 minute left in this section."]];

function tick() {
  const seconds = clock.left();
  say("clock")(minutes(seconds));
  element("time").classList.toggle("short", seconds <= 60);
  for (const [mark, words] of SOON) {
    if (seconds > mark || seconds < mark - 5 || announced.has(mark)) continue;
    announced.add(mark);
    announce(words);
  }
  if (seconds === 0) close("time");
}

function begin() {
  announced = new Set();
  section = new Section(element("section"), { journal, clock, announce, changed: showSaving });
  section.recorders = [];
  for (const question of section.questions) {
    const facts = { question, api, clock, announce, journal, uploads, store, stream: () => stream };
    const player = question.box.querySelector("[data-player]");
    if (player) new Player(player, facts);
    const recorder = question.box.querySelector("[data-recorder]");
    if (recorder) section.recorders.push(new Recorder(recorder, { ...facts, changed: () => section.drawQuestion(question) }));
  }
}

show(false);
await (journal.writing = journal.open().catch(() => store.refuse()));
await uploads.open();
begin();
show(false);
setInterval(tick, 250);
setInterval(showSaving, 1000);
journal.send();
for (let sample = 0; sample < 3; sample += 1) await refresh();
sendLeftovers({ sitting, api, store, clock });
