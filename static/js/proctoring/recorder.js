// Spoken answers: recorded in chunks that are stored in this browser and sent while one speaks.
// A take that a lost connection, a reload or a crash interrupted is sent to its end afterwards.

import { loudness } from "./camera.js";
import { minutes } from "./clock.js";
import { sha256 } from "./entries.js";
import { claim } from "./journal.js";

const SLICE = 2000;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const DELAYS = [1000, 2000, 4000, 8000, 15000];
const QUIET = 0.01;

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
const byNumber = (a, b) => a.number - b.number;

// Sends the takes of this sitting, one after the other, chunk by chunk.
export class Uploads {
  constructor({ sitting, api, store, journal }) {
    Object.assign(this, { sitting, api, store, journal });
    this.takes = [];
    this.online = true;
    this.tries = 0;
    this.onChange = () => {};
  }

  async open() {
    for (const take of await this.store.all("takes")) {
      if (take.sitting !== this.sitting || take.done || !(await claim(take.id))) continue;
      const stored = (await this.chunks(take)).length;
      this.takes.push(take);
      await this.save(take, { total: stored, ...(stored ? {} : { done: "empty" }) });
    }
    addEventListener("online", () => this.send());
    this.send();
  }

  async chunks(take) {
    return (await this.store.all("chunks")).filter((each) => each.take === take.id).sort(byNumber);
  }

  async begin(question, mime) {
    const id = crypto.randomUUID();
    await claim(id);
    const { sitting } = this;
    const take = { id, sitting, question, mime, device: this.journal.device, recording: null, total: null, done: "" };
    this.takes.push(take);
    await this.save(take, {});
    this.send();
    return take;
  }

  async add(take, number, data) {
    const chunk = { take: take.id, number, data, sha256: await sha256(data), sent: false };
    await this.store.put("chunks", chunk);
    this.send();
  }

  async finish(take, total) {
    await this.save(take, total ? { total } : { total, done: "empty" });
    this.send();
  }

  async save(take, facts) {
    Object.assign(take, facts);
    await this.store.put("takes", take);
    this.onChange(take);
  }

  of(question) {
    return this.takes.filter((take) => take.question === question);
  }

  waiting() {
    return this.takes.filter((take) => !take.done).length;
  }

  async sent() {
    while (this.waiting()) {
      this.send();
      await pause(250);
    }
  }

  async send() {
    if (this.sending || this.pausing) {
      this.more = true;
      return;
    }
    this.sending = true;
    let sent = true;
    do {
      this.more = false;
      for (const take of this.takes.filter((each) => !each.done)) sent &&= await this.sendTake(take);
    } while (sent && this.more);
    this.sending = false;
    this.online = sent;
    this.tries = sent ? 0 : this.tries + 1;
    if (sent) return;
    this.pausing = true;
    await pause(DELAYS[Math.min(this.tries, DELAYS.length) - 1]);
    this.pausing = false;
    this.send();
  }

  // Whether to go on; false means later again.
  async sendTake(take) {
    if (!take.recording && !(await this.announce(take))) return Boolean(take.done);
    const chunks = await this.chunks(take);
    for (const chunk of chunks.filter((each) => !each.sent)) {
      const path = `recordings/${take.recording}/chunks/${chunk.number}/`;
      const headers = { "Content-Type": "application/octet-stream", "X-Chunk-SHA256": chunk.sha256 };
      const { status, data = {} } = await this.api.call("PUT", path, { body: chunk.data, headers });
      // Damaged on its way: again. Complete: what is missing is told when the take is closed.
      if (data.code === "chunk_differs") return false;
      const isHeld = (status >= 200 && status < 300) || data.code === "recording_complete";
      if (!isHeld) return this.orRefused(take, status, data);
      this.online = true;
      chunk.sent = true;
      await this.store.put("chunks", chunk);
      this.onChange(take);
    }
    return take.total === null || this.close(take);
  }

  async announce(take) {
    const json = { device: take.device, mime: take.mime };
    const { status, data = {} } = await this.api.call("POST", `questions/${take.question}/recordings/`, { json });
    if (status === 200 || status === 201) {
      await this.save(take, { recording: data.id, take: data.take });
      return true;
    }
    await this.orRefused(take, status, data);
    return false;
  }

  async close(take) {
    const chunks = await this.chunks(take);
    if (chunks.length < take.total) return true; // the last chunk is still being stored
    const json = { chunks: take.total };
    const { status, data = {} } = await this.api.call("POST", `recordings/${take.recording}/close/`, { json });
    if (status === 200) {
      await this.save(take, { done: "closed", verdict: data });
      await this.store.remove("chunks", ...chunks);
      return true;
    }
    if (data.missing?.length) {
      // The server lost some: they are still here.
      for (const chunk of chunks) chunk.sent &&= !data.missing.includes(chunk.number);
      await this.store.put("chunks", ...chunks);
      this.more = true;
      return !(this.again = !this.again);
    }
    return this.orRefused(take, status, data);
  }

  async orRefused(take, status, data) {
    if (status < 400 || status >= 500 || [401, 403, 408, 429].includes(status)) return false;
    if (["not_monitored", "paused"].includes(data.code)) return false; // later again
    return this.refuse(take, data);
  }

  async refuse(take, data) {
    const message = data.detail || "This recording was not accepted.";
    await this.save(take, { done: "refused", verdict: { judgement: "REFUSED", message, ...data } });
    return true;
  }
}

export class Recorder {
  constructor(box, { question, uploads, clock, announce, stream, changed, api }) {
    Object.assign(this, { box, question, uploads, clock, announce, changed, api });
    this.stream = stream;
    this.seconds = Number(box.dataset.seconds);
    this.preparation = Number(box.dataset.preparation);
    this.number = 0;
    this.build();
    const told = question.told?.recording;
    question.recorded = Boolean(told) || uploads.of(question.id).some((take) => take.total);
    this.verdict = null;
    const before = uploads.onChange;
    uploads.onChange = (take) => {
      before(take);
      if (take.question === question.id) this.heard(take);
    };
    const last = uploads.of(question.id).at(-1);
    if (last) this.heard(last);
    else this.show(told ? "judged" : "ready");
    if (told && !last) this.recall(told.id);
  }

  // After a reload: what the server said about the newest take.
  async recall(id) {
    const { status, data } = await this.api.call("GET", `recordings/${id}/`);
    if (status !== 200 || this.phase !== "judged") return;
    this.verdict = data;
    this.audio.src = `${this.api.address}recordings/${id}/audio/`;
    this.show("judged");
  }

  build() {
    const make = (name, facts = {}) => Object.assign(document.createElement(name), facts);
    this.words = make("p", { className: "recorder-words" });
    this.meter = make("meter", { min: 0, max: 0.3, low: QUIET, hidden: true });
    this.meter.setAttribute("aria-label", "Level of your microphone");
    this.hint = make("p", { className: "muted", hidden: true });
    this.main = make("button", { type: "button", className: "button" });
    this.audio = make("audio", { controls: true, hidden: true, preload: "none" });
    this.audio.setAttribute("aria-label", "Your recording");
    this.main.addEventListener("click", () => this.press());
    this.box.append(this.words, this.meter, this.hint, this.audio, this.main);
  }

  press() {
    if (this.phase === "ready" || this.phase === "judged") this.prepare();
    else if (this.phase === "preparing") this.record();
    else if (this.phase === "recording") this.stop();
  }

  show(phase) {
    this.phase = phase;
    this.meter.hidden = phase !== "recording";
    this.hint.hidden = phase !== "recording";
    this.audio.hidden = phase !== "judged" || !this.audio.src;
    this.box.dataset.phase = phase;
    const label = { ready: "Start", preparing: "Start speaking now", recording: "Stop", judged: "Record again" }[phase];
    this.main.hidden = !label || (phase === "judged" && !(this.verdict?.takes_left > 0));
    this.main.textContent = label || "";
    this.main.classList.toggle("quiet", phase === "judged" && this.verdict?.judgement === "OK");
    if (phase === "ready") {
      const prepares = this.preparation ? `${this.preparation} seconds to prepare and ` : "";
      this.words.textContent = `You have ${prepares}${this.seconds} seconds to speak.`;
    }
    if (phase === "sending") this.words.textContent = "Sending your recording.";
    if (phase === "judged") this.words.textContent = this.verdict?.message || "We can hear you well. Your answer is saved.";
    this.changed?.();
  }

  count(until, tell, over) {
    clearInterval(this.timer);
    const tick = () => {
      const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
      tell(left);
      if (left > 0) return;
      clearInterval(this.timer);
      over();
    };
    this.timer = setInterval(tick, 200);
    tick();
  }

  prepare() {
    this.audio.pause();
    if (!this.preparation || this.phase === "judged") return this.record();
    this.show("preparing");
    this.announce(`Prepare for ${this.preparation} seconds.`);
    const until = performance.now() + this.preparation * 1000;
    this.count(until, (left) => (this.words.textContent = `Prepare: ${minutes(left)}`), () => this.record());
    return null;
  }

  async sound() {
    const live = this.stream()?.getAudioTracks().filter((track) => track.readyState === "live") || [];
    if (live.length) return new MediaStream(live);
    this.own = await navigator.mediaDevices.getUserMedia({ audio: true });
    return this.own;
  }

  async record() {
    clearInterval(this.timer);
    if (this.phase === "recording" || this.phase === "starting") return;
    this.show("starting");
    try {
      const stream = await this.sound();
      const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
      this.media = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 32000 });
      this.take = await this.uploads.begin(this.question.id, this.media.mimeType || mimeType);
      this.listen(stream);
      this.media.start(SLICE);
    } catch {
      if (this.take && !this.take.done) this.uploads.finish(this.take, 0);
      this.show("ready");
      this.words.textContent = "We could not reach your microphone. Fix it and press Start again.";
      this.announce(this.words.textContent);
      return;
    }
    this.show("recording");
    this.main.focus();
    this.announce("Speak now.");
    const until = performance.now() + this.seconds * 1000;
    this.count(until, (left) => (this.words.textContent = `Recording: ${minutes(left)} left`), () => this.stop());
  }

  listen(stream) {
    const parts = [];
    const take = this.take;
    let storing = Promise.resolve();
    this.media.ondataavailable = ({ data }) => {
      if (!data.size) return;
      parts.push(data);
      const number = parts.length;
      storing = storing.then(async () => this.uploads.add(take, number, await data.arrayBuffer()));
    };
    this.media.onstop = async () => {
      await storing;
      this.audio.src = URL.createObjectURL(new Blob(parts, { type: take.mime }));
      this.question.recorded = parts.length > 0;
      await this.uploads.finish(take, parts.length);
    };
    const began = performance.now();
    let loudest = 0;
    const quiet = loudness(stream, (level) => {
      this.meter.value = level;
      loudest = Math.max(loudest, level);
      const isQuiet = loudest < QUIET && performance.now() - began > 3000;
      const words = isQuiet ? "We can hardly hear you. Speak louder or move closer to the microphone." : "";
      if (this.hint.textContent !== words) this.hint.textContent = words;
    });
    this.release = () => {
      quiet();
      this.own?.getTracks().forEach((track) => track.stop());
      this.own = null;
    };
  }

  stop() {
    clearInterval(this.timer);
    if (this.phase === "preparing") return this.show("ready");
    if (this.phase !== "recording") return null;
    this.release();
    this.media.stop();
    return this.show("sending");
  }

  // What became of a take.
  heard(take) {
    if (take !== this.uploads.of(this.question.id).at(-1) || this.phase === "recording") return;
    if (take.done === "closed" || take.done === "refused") {
      this.verdict = take.verdict;
      this.question.recorded = take.done === "closed" || this.question.recorded;
      if (!this.audio.src && take.recording) this.audio.src = `${this.api.address}recordings/${take.recording}/audio/`;
      this.show("judged");
      this.announce(this.words.textContent);
    } else if (take.done === "empty") this.show("ready");
    else if (take.total !== null) this.show("sending");
  }
}
