// The server's time, advanced by a monotonic counter, so that a changed system clock has no effect.
// Its offset is the median of the last samples: one slow answer does not move it.

const SAMPLES = 7;

export class Clock {
  constructor(serverNow, endsAt) {
    this.offsets = [];
    this.base = Date.parse(serverNow) - performance.now();
    this.until(endsAt);
    this.watchSleep();
  }

  // The server's time is that of the middle between the question and its answer.
  sample(serverNow, began = performance.now(), ended = began) {
    const offset = Date.parse(serverNow) - (began + ended) / 2;
    if (Number.isNaN(offset)) return;
    this.offsets = [...this.offsets, offset].slice(-SAMPLES);
    const sorted = [...this.offsets].sort((a, b) => a - b);
    this.base = sorted[Math.floor(sorted.length / 2)];
  }

  // While a computer sleeps, the counter may stand still: older samples are void then.
  watchSleep() {
    let drift = Date.now() - performance.now();
    setInterval(() => {
      const now = Date.now() - performance.now();
      if (Math.abs(now - drift) > 2000) {
        this.offsets = [];
        document.dispatchEvent(new Event("clock-doubtful"));
      }
      drift = now;
    }, 1000);
  }

  until(endsAt) {
    const time = Date.parse(endsAt);
    if (!Number.isNaN(time)) this.endsAt = time;
  }

  now() {
    return this.base + performance.now();
  }

  // While the test is paused the time that is left does not run.
  stand(is, since) {
    const at = Date.parse(since || "") || this.now();
    this.stood = is ? (this.stood ?? Math.max(0, Math.ceil((this.endsAt - at) / 1000))) : null;
  }

  left() {
    if (this.stood !== null && this.stood !== undefined) return this.stood;
    return Math.max(0, Math.ceil((this.endsAt - this.now()) / 1000));
  }
}

export function minutes(seconds) {
  const hours = Math.floor(seconds / 3600);
  const rest = `${Math.floor((seconds % 3600) / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return hours ? `${hours}:${rest.padStart(5, "0")}` : rest;
}
