// Looks at the camera every few seconds: is there one face, and is it the one of the beginning?
// What is seen twice in a row is a finding. The server looks at the stills itself.

import { distance } from "./face_engine.js";
import { openLooker } from "./looker.js";

const INTERVAL = 5000;
const SLOWEST = 15000;
const AGAIN = 1500; // a second look at what is new
const BUDGET = 100; // milliseconds of a look
const IDENTITY_EVERY = 6; // looks
const BASELINE = 3; // looks
const OTHER = 0.62;
const TURNED = 0.6;
const LEAST_WIDTH = 0.06; // of the picture: smaller faces are on posters
const CHANGED = 0.16; // mean difference of the prints of two faces
const RETRY = 30000;

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

// The share of the smaller box that both cover.
function overlap(a, b) {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / Math.min(a.width * a.height, b.width * b.height);
}

// One face is sometimes found twice, and a pattern of a shirt looks like one.
export function separate(faces) {
  const kept = [];
  for (const face of faces) {
    const isSure = !kept.length || (face.plausible && face.box.width >= LEAST_WIDTH);
    if (isSure && !kept.some((other) => overlap(face.box, other.box) > 0.4)) kept.push(face);
  }
  return kept;
}

export class FaceWatch {
  constructor({ video, conditions, isLive, progress }) {
    Object.assign(this, { video, conditions, isLive, progress });
    this.doubts = new Map();
    this.times = [];
    this.baseline = [];
    this.looks = 0; // since the last beat
    this.count = null;
    this.distance = null;
    this.sinceIdentity = IDENTITY_EVERY;
  }

  async start(files) {
    for (;;) {
      try {
        const looker = await openLooker(files, this.progress);
        this.progress(1);
        this.conditions.set("DETECTOR_FAILED", false);
        await this.run(looker);
      } catch (error) {
        this.progress(null);
        this.conditions.set("DETECTOR_FAILED", true, { reason: String(error?.message || error).slice(0, 100) });
        await pause(RETRY);
      }
    }
  }

  async run(looker) {
    for (;;) {
      if (this.isLive() && this.video.videoWidth) {
        const describe = this.wantsIdentity();
        this.judge(await looker.look(this.video, { describe }), describe);
      }
      await pause(this.delay());
    }
  }

  wantsIdentity() {
    return this.doubts.size > 0 || this.baseline.length < BASELINE || this.conditions.has("OTHER_PERSON") || this.sinceIdentity >= IDENTITY_EVERY;
  }

  interval() {
    const usual = this.times.length ? median(this.times) : 0;
    return usual <= BUDGET ? INTERVAL : Math.min(SLOWEST, INTERVAL * (usual / BUDGET));
  }

  delay() {
    return this.doubts.size || this.baseline.length < BASELINE ? AGAIN : this.interval();
  }

  judge({ faces, took }, described) {
    this.looks += 1;
    if (!described) this.times = [...this.times, took].slice(-15);
    const seen = separate(faces);
    this.count = seen.length;
    this.suspect("NO_FACE", seen.length === 0);
    this.suspect("SEVERAL_FACES", seen.length > 1, { faces: seen.length });
    if (seen.length === 1) this.person(seen[0], described);
    this.face = seen.length === 1 ? seen[0] : null;
    Object.assign(this.video.dataset, { looks: Number(this.video.dataset.looks || 0) + 1, took: Math.round(median(this.times) || took), faces: seen.length });
  }

  person(face, described) {
    this.suspect("LOOKING_AWAY", face.turned > TURNED);
    if (described) this.identify(face);
    else {
      this.sinceIdentity += 1;
      if (this.isChanged(face)) this.sinceIdentity = IDENTITY_EVERY;
    }
  }

  // Somebody who sits down where another sat is looked at at once.
  isChanged(face) {
    if (!this.face) return true;
    const sum = face.print.reduce((all, value, index) => all + Math.abs(value - this.face.print[index]), 0);
    return overlap(face.box, this.face.box) < 0.5 || sum / face.print.length > CHANGED;
  }

  identify(face) {
    this.sinceIdentity = 0;
    if (!face.plausible) return;
    if (this.baseline.length < BASELINE) {
      this.baseline.push(face.descriptor);
      return;
    }
    const usual = face.descriptor.map((_, index) => this.baseline.reduce((sum, each) => sum + each[index], 0) / BASELINE);
    this.distance = Math.round(distance(face.descriptor, usual) * 1000) / 1000;
    this.suspect("OTHER_PERSON", this.distance > OTHER, { distance: this.distance });
  }

  // One look is no finding: the second one that says the same is.
  suspect(kind, is, data = {}) {
    if (!this.conditions.running) this.doubts.clear();
    else if (is === this.conditions.has(kind)) this.doubts.delete(kind);
    else if (this.doubts.has(kind)) {
      this.doubts.delete(kind);
      this.conditions.set(kind, is, is ? data : {});
    } else this.doubts.set(kind, is);
  }
}
