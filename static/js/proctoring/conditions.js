// What lasts (no face, another window, the camera off): a report when it begins, some while it
// lasts, and one when it is over, with its seconds. How long is too long is the server's affair.

const WAIVED = {
  CAMERA: ["CAMERA_OFF", "STILL_FROZEN", "NO_FACE", "SEVERAL_FACES", "OTHER_PERSON", "LOOKING_AWAY", "DETECTOR_FAILED"],
  MICROPHONE: ["MICROPHONE_OFF"],
  FULLSCREEN: ["FULLSCREEN_LEFT"],
  FACE: ["NO_FACE", "SEVERAL_FACES", "OTHER_PERSON", "LOOKING_AWAY", "DETECTOR_FAILED"],
  SECOND_SCREEN: ["SECOND_SCREEN"],
};

// After so many seconds the server hears that it lasts, and then every minute.
const MARKS = [10, 15, 30, 60];
const LASTING = new Set(["CAMERA_OFF", "MICROPHONE_OFF", "NO_FACE", "SEVERAL_FACES", "OTHER_PERSON"]);

export class Conditions {
  constructor({ report, waives = [] }) {
    this.report = report;
    this.waived = new Set(waives.flatMap((name) => WAIVED[name] || []));
    this.since = new Map();
    this.running = false;
    setInterval(() => this.last(), 500);
  }

  has(kind) {
    return this.since.has(kind);
  }

  // What happens at a moment.
  see(kind, data) {
    if (this.running && !this.waived.has(kind)) this.report(kind, data);
  }

  set(kind, is, data = {}) {
    const known = this.since.get(kind);
    if (is && !known) {
      if (!this.running || this.waived.has(kind)) return;
      this.since.set(kind, { at: performance.now(), data, next: MARKS[0] });
      this.report(kind, { ...data, phase: "BEGIN" });
    } else if (!is && known) {
      this.since.delete(kind);
      this.report(kind, { ...data, phase: "END", seconds: this.seconds(known) });
    }
  }

  seconds({ at }) {
    return Math.round((performance.now() - at) / 1000);
  }

  last() {
    for (const [kind, known] of this.since) {
      const seconds = Math.floor((performance.now() - known.at) / 1000);
      if (!LASTING.has(kind) || seconds < known.next) continue;
      known.next = MARKS.find((mark) => mark > seconds) || known.next + 60;
      this.report(kind, { ...known.data, phase: "LASTS", seconds });
    }
  }

  start() {
    this.running = true;
  }

  // While nothing is watched nothing lasts, as far as anybody knows.
  stop() {
    for (const kind of [...this.since.keys()]) this.set(kind, false);
    this.running = false;
  }
}
