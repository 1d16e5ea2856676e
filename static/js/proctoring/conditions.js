// What lasts (no face, another window, the camera off): one report when it begins and one when it
// is over, with its seconds. How long is too long is the server's affair.

const WAIVED = {
  CAMERA: ["CAMERA_OFF", "STILL_FROZEN", "NO_FACE", "SEVERAL_FACES", "OTHER_PERSON", "LOOKING_AWAY", "DETECTOR_FAILED"],
  MICROPHONE: ["MICROPHONE_OFF"],
  FULLSCREEN: ["FULLSCREEN_LEFT"],
  FACE: ["NO_FACE", "SEVERAL_FACES", "OTHER_PERSON", "LOOKING_AWAY", "DETECTOR_FAILED"],
  SECOND_SCREEN: ["SECOND_SCREEN"],
};

export class Conditions {
  constructor({ report, waives = [] }) {
    this.report = report;
    this.waived = new Set(waives.flatMap((name) => WAIVED[name] || []));
    this.since = new Map();
    this.running = false;
  }

  has(kind) {
    return this.since.has(kind);
  }

  // What happens at a moment.
  see(kind, data) {
    if (this.running && !this.waived.has(kind)) this.report(kind, data);
  }

  set(kind, is, data = {}) {
    const since = this.since.get(kind);
    if (is && since === undefined) {
      if (!this.running || this.waived.has(kind)) return;
      this.since.set(kind, performance.now());
      this.report(kind, data);
    } else if (!is && since !== undefined) {
      this.since.delete(kind);
      this.report(kind, { ...data, seconds: Math.round((performance.now() - since) / 1000) });
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
