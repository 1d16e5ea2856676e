// Small pictures for the record: every few seconds, with events, and when the server asks for one.
// On slow lines they are smaller and rarer, and none waits for another.

import { still } from "./camera.js";

const STEPS = [
  { every: 5000, width: 320 },
  { every: 15000, width: 320 },
  { every: 15000, width: 160 },
  { every: 60000, width: 160 },
];
const QUALITY = 0.5;
const SLOW = 4000; // milliseconds until one is there
const TRIES = 6;
const AGAIN = 7000;
const APART = 4000;
const TAKEN = "still-taken";
export const PICTURED = new Set(["NO_FACE", "SEVERAL_FACES", "OTHER_PERSON", "STILL_FROZEN"]);

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

export class Stills {
  constructor({ api, video, faces, isLive }) {
    Object.assign(this, { api, video, faces, isLive });
    this.sent = 0; // since the last beat
    this.slow = 0;
    this.hint = 0;
    this.run();
  }

  // What the browser knows of the line, what the last one took, and what the server asks for.
  step() {
    const { saveData = false, effectiveType = "4g" } = navigator.connection || {};
    const line = { "slow-2g": 3, "2g": 2, "3g": 1 }[effectiveType] || 0;
    return STEPS[Math.min(3, Math.max(line, saveData ? 1 : 0, this.slow, this.hint))];
  }

  // The server takes a periodic one some seconds after any other, also of the page before a reload.
  isSoon() {
    return Date.now() - Number(sessionStorage.getItem(TAKEN)) < APART;
  }

  noteTaken() {
    sessionStorage.setItem(TAKEN, Date.now());
  }

  async run() {
    for (;;) {
      const { every } = this.step();
      const isDue = this.isLive() && !this.isSoon();
      if (isDue) await this.send({ origin: "PERIODIC" }, 1);
      await pause(isDue ? every : 1000);
    }
  }

  async send(facts, tries = TRIES, width = this.step().width) {
    if (!this.isLive()) return;
    this.noteTaken();
    const picture = await still(this.video, width, QUALITY);
    if (!picture) return;
    const body = new FormData();
    body.append("picture", picture, "picture.jpg");
    const { count, distance } = this.faces;
    const seen = { faces: count, distance, ...facts };
    for (const [name, value] of Object.entries(seen)) {
      if (value !== null && value !== undefined) body.append(name, value);
    }
    for (let left = tries; left > 0; left -= 1) {
      const began = performance.now();
      const { status, data = {} } = await this.api.once("POST", "snapshots/", { body });
      if (status === 201 || status === 200) return this.took(performance.now() - began, data);
      if (status === 429) this.slow = Math.min(3, this.slow + 1);
      if (![0, 502, 503, 504].includes(status) || left === 1) return;
      await pause(AGAIN);
    }
  }

  took(time, { every_seconds: every, hint }) {
    this.sent += 1;
    this.slow = time > SLOW ? Math.min(3, this.slow + 1) : Math.max(0, this.slow - 1);
    const asked = Number(every) * 1000;
    const step = STEPS.findIndex((each) => each.every >= asked);
    this.hint = asked > 0 && step >= 0 ? step : Number(hint) || 0;
  }

  event(kind, sequence) {
    if (PICTURED.has(kind)) this.send({ origin: "EVENT", event_sequence: sequence });
  }

  challenge({ nonce }) {
    this.send({ origin: "CHALLENGE", nonce }, 2, 320);
  }
}
