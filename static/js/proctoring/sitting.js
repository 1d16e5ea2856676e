// The page of the running assessment: full screen, clock, saving, sections and the end.
// It never navigates without the server's answer: an end that comes offline stays on this page.

import { Api } from "./api.js";
import { openCamera } from "./camera.js";
import { CameraState } from "./camera_state.js";
import { Clock, minutes } from "./clock.js";
import { Conditions } from "./conditions.js";
import { FaceWatch } from "./faces.js";
import { Journal, sendLeftovers } from "./journal.js";
import { Lease } from "./lease.js";
import { Observations } from "./observations.js";
import { Player } from "./player.js";
import { Recorder, Uploads } from "./recorder.js";
import { downloadRescue } from "./rescue.js";
import { Section, listed } from "./section.js";
import { Connection } from "./socket.js";
import { Stills } from "./stills.js";
import { Store } from "./store.js";
import { Warnings } from "./warnings.js";
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
let closing = null; // {kind: "finish" | "time" | "moved" | "ended", since}
let announced = new Set();

// Monitoring: the lease of this page, what it sees, and the pictures it sends

const monitoring = JSON.parse(element("monitoring").textContent);
const waives = new Set(monitoring.waives || []);
const observations = new Observations({ sitting, api, store, clock });
const warnings = new Warnings(element("warning"));
let stream = null;
let paused = null; // {reason}
let told = ""; // the end, as the socket says it

const conditions = new Conditions({
  waives: [...waives],
  report: async (kind, data) => {
    const sequence = await observations.report(kind, data);
    if (data?.phase !== "END") stills.event(kind, sequence);
  },
});
const watch = new Watch(conditions, { fullscreen: !waives.has("FULLSCREEN") });
const camera = new CameraState({ video, conditions, stream: () => stream, changed: () => show() });
const faces = new FaceWatch({
  video,
  conditions,
  isLive: () => camera.camera && !paused,
  progress: (share) => say("eye-words")(share === null || share >= 1 ? "" : `Loading ${Math.round(share * 100)} %`),
});
const stills = new Stills({ api, video, faces, isLive: () => camera.camera && !paused && !closing });
const connection = new Connection({
  sitting,
  hello: (previous) => ({ device: observations.device, previous, facts: facts() }),
  beat: () => {
    const ticks = { faces: faces.looks, stills: stills.sent };
    faces.looks = stills.sent = 0;
    return { ticks };
  },
  on: {
    any: (frame) => {
      lease.keep();
      if (frame.ends_at && frame.ends_at !== told) {
        if (told) refresh(); // somebody gave or took time
        told = frame.ends_at;
      }
    },
    welcome: (frame) => {
      observations.welcome(frame);
      lease.welcome(frame);
    },
    lease: (frame) => (frame.reason === "lost" ? reconnect() : lease.answered(frame)),
    taken: (frame) => observations.taken(frame),
    challenge: (frame) => stills.challenge(frame),
    told: (frame) => (frame.by === "rules" ? warnings.add(frame) : warnings.tell(frame)),
    clock: ({ held }) => held === false && lease.held && reconnect(),
    paused: (frame) => stand(frame),
    resumed: () => stand(null),
    ended: () => close("ended"),
    refused: ({ code }) => {
      if (code === "sitting_over") close("ended");
      else if (code === "connection_ended") reconnect();
      else if (code === "not_recorded") observations.again();
      else if (lease.proving) lease.answered({ held: false, reason: code });
    },
    down: (code) => {
      lease.lost();
      observations.flying = null;
      if (code === 4409) close("ended");
      else if (code > 4000) refresh();
    },
  },
});
const lease = new Lease({ connection, video, stream: () => stream, changed: () => show() });
lease.onProof = () => stills.noteTaken();
observations.connection = connection;
observations.onTold = (told) => warnings.add(told);
observations.onOver = () => refresh();

// The server gave this connection up; a new one proves camera and microphone again.
function reconnect() {
  lease.lost();
  connection.retry({ anew: true });
}

// What may explain a gap afterwards.
function facts() {
  const { effectiveType = "", saveData = false } = navigator.connection || {};
  const brands = navigator.userAgentData?.brands?.filter(({ brand }) => !/not.*brand/i.test(brand));
  const browser = brands?.map(({ brand, version }) => `${brand} ${version}`).join(", ") || navigator.userAgent;
  return {
    device_class: matchMedia("(pointer: coarse)").matches ? "touch" : "computer",
    browser: browser.slice(0, 40),
    network: saveData ? "saving" : effectiveType,
    luminance: camera.luminance,
  };
}

async function openStream() {
  if (waives.has("CAMERA") && waives.has("MICROPHONE")) return;
  const opened = await openCamera(video, { picture: !waives.has("CAMERA"), sound: !waives.has("MICROPHONE") });
  stream?.getTracks().forEach((track) => track.stop());
  stream = opened;
  element("eye-frame").hidden = waives.has("CAMERA");
  camera.poll();
  if (waives.has("CAMERA") || waives.has("FACE") || faces.started) return;
  faces.started = true;
  faces.start(monitoring.faces);
}

const isOff = () => (!waives.has("CAMERA") && !camera.camera ? "camera" : !waives.has("MICROPHONE") && !camera.microphone ? "microphone" : "");

async function enter() {
  const problem = say("gate-problem");
  if (isOff()) {
    try {
      await openStream();
    } catch {
      return problem("We could not reach your camera or microphone. Connect it, select Allow, close other programs that use it, and press the button again.");
    }
  }
  if (!waives.has("FULLSCREEN")) {
    try {
      await document.documentElement.requestFullscreen();
    } catch {
      if (document.fullscreenEnabled) return problem("Full screen did not start. Press the button again.");
    }
  }
  problem("");
  isEntered = true;
  lease.want();
  setTimeout(() => {
    if (paused || closing) return;
    conditions.start();
    watch.screens();
  }, 500);
  return show();
}

function stand(pause) {
  paused = pause;
  clock.stand(Boolean(pause), pause?.since);
  if (pause) {
    conditions.stop();
    lease.release();
  }
  if (!pause && isEntered) {
    conditions.start();
    lease.want();
  }
  announce(pause ? "Your assessment is paused. The clock stands still." : "Your assessment goes on.");
  show();
}

// What is shown: the gate, the questions, why there are none, or what happens at an end

let isEntered = false;
let shown = "";
let blocked = "";
let left = null; // where the focus was

const credit = monitoring.outage_credit_seconds || 0;
const SAFE = "Your answers are safe.";
const BLOCKED = {
  proof: ["One moment", "We check your camera and microphone. This takes a few seconds.", "", ""],
  connection: [
    "No connection",
    `${SAFE} They are kept on this computer. We try again every few seconds, and the questions come back by themselves.`,
    credit ? `The clock goes on. Time without connection is given back, up to ${duration(credit)} in all.` : "The clock goes on.",
    "Try again",
  ],
  camera: [
    "Your camera is off",
    `${SAFE} Switch the camera on, allow it in your browser, and close other programs that use it.`,
    "Questions are shown while the camera is on. The clock goes on.",
    "Try again",
  ],
  microphone: [
    "Your microphone is off",
    `${SAFE} Switch the microphone on, allow it in your browser, and close other programs that use it.`,
    "Questions are shown while the microphone is on. The clock goes on.",
    "Try again",
  ],
  refused: [
    "We cannot see and hear you well",
    `${SAFE} Put a light before you, look into the camera, and say a few words.`,
    "We try again every few seconds. The clock goes on.",
    "Try again",
  ],
  replaced: [
    "The assessment goes on in another window",
    `${SAFE} If that was not you, or if you want to go on here, press the button. A change of windows is recorded.`,
    "The clock goes on.",
    "Continue here",
  ],
  paused: ["Paused", "A proctor has paused your assessment. Stay where you are; it goes on by itself.", "The clock stands still.", ""],
};

const REFUSED = {
  still_not_plausible: `${SAFE} The picture of your camera is empty or dark. Uncover the camera, put a light before you, and look into it.`,
  sound_not_heard: `${SAFE} We hear nothing from your microphone. Check that it is not muted, and say a few words.`,
};

function duration(seconds) {
  const whole = Math.round(seconds / 60);
  return seconds < 120 && seconds % 60 ? `${seconds} seconds` : `${whole} minute${whole === 1 ? "" : "s"}`;
}

function reason() {
  if (lease.replaced) return "replaced";
  if (paused) return "paused";
  if (isOff()) return isOff();
  if (lease.isValid()) return section?.isEmpty() ? "proof" : "";
  if (lease.refusal && !lease.proving) return "refused";
  return connection.isUp() || performance.now() - connection.openedAt < 5000 ? "proof" : "connection";
}

function show() {
  const now = isEntered && !closing ? reason() : "";
  const next = closing ? "over" : !isEntered ? "gate" : now ? "blocked" : "section";
  if (next === "blocked") showBlocked(now);
  if (isEntered && !closing && !paused && lease.isValid() && section?.isEmpty()) fill();
  if (next === shown) return;
  if (shown === "section") {
    left = element("section").contains(document.activeElement) ? document.activeElement : null;
    document.dispatchEvent(new Event("questions-hidden"));
    element("ask").close();
  }
  for (const id of ["gate", "blocked", "section", "over"]) element(id).hidden = id !== next;
  element("content").classList.toggle("guarded", next === "section");
  shown = next;
  if (next === "gate") element("enter").focus();
  else if (next === "blocked") element("blocked-title").focus();
  else if (next === "section") (left?.isConnected ? left : element("section-name")).focus({ preventScroll: Boolean(left) });
}

function showBlocked(why) {
  const [title, text, time, act] = BLOCKED[why];
  const given = why === "paused" && paused.reason ? `${text} Reason: ${paused.reason}` : (why === "refused" && REFUSED[lease.refusal]) || text;
  const [titled, worded, timed] = ["blocked-title", "blocked-text", "blocked-time"].map(say);
  titled(title);
  worded(given);
  timed(time);
  element("blocked-act").hidden = !act;
  if (act) say("blocked-act")(act);
  if (blocked !== why) {
    say("blocked-problem")("");
    if (shown === "blocked") announce(title);
  }
  blocked = why;
}

element("blocked-act").addEventListener("click", async () => {
  const problem = say("blocked-problem");
  problem("");
  if (blocked === "camera" || blocked === "microphone") {
    await openStream().catch(() => problem("We still could not reach it. Check that it is plugged in and that your browser may use it."));
    if (isOff()) return;
  }
  lease.want();
});

navigator.mediaDevices?.addEventListener("devicechange", () => isEntered && isOff() && openStream().catch(() => {}));

// The questions of the section: the server shows them while this page holds the lease.
async function fill() {
  if (fill.busy) return;
  fill.busy = true;
  const fetched = await api.html();
  if (fetched?.questions?.querySelector("[data-question]")) openSection(fetched.page);
  else if (fetched?.ours && !fetched.questions) refresh();
  await pause(fetched?.questions?.querySelector("[data-question]") ? 0 : 1000);
  fill.busy = false;
  show();
}

document.addEventListener("fullscreenchange", () => {
  if (document.fullscreenElement || !isEntered || waives.has("FULLSCREEN")) return;
  isEntered = false;
  show();
});
element("enter").addEventListener("click", enter);
setInterval(show, 1000);

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
  element("offline").hidden = !isOffline || shown !== "section";
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
  if (data.state === "PAUSED") {
    if (!paused) stand({});
  } else if (data.state !== "IN_PROGRESS") close("ended");
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
    connection.end();
    await journal.clean();
    await observations.clean();
    location.assign(fetched.url);
    return true;
  }
  return openSection(fetched.page);
}

function openSection(page) {
  const next = page.getElementById("section");
  const isSame = next.dataset.part === section.facts.part && !section.isEmpty();
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
  shown = "";
  begin();
  show();
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
  say("clock-label")(paused ? "Paused, time left" : "Time left");
  element("time").classList.toggle("short", seconds <= 60);
  for (const [mark, words] of SOON) {
    if (seconds > mark || seconds < mark - 5 || announced.has(mark)) continue;
    announced.add(mark);
    announce(words);
  }
  if (seconds === 0 && !paused) close("time");
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

show();
await (journal.writing = journal.open().catch(() => store.refuse()));
await uploads.open();
await observations.open();
begin();
if (monitoring.paused_at) stand({ since: monitoring.paused_at });
show();
connection.open();
setInterval(tick, 250);
setInterval(showSaving, 1000);
journal.send();
for (let sample = 0; sample < 3; sample += 1) await refresh();
sendLeftovers({ sitting, api, store, clock });
