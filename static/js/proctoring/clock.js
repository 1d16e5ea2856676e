// The server's time, advanced by a monotonic counter, so that a changed system clock has no effect.

export class Clock {
  constructor(serverNow, endsAt) {
    this.set(serverNow);
    this.endsAt = Date.parse(endsAt);
  }

  set(serverNow) {
    this.base = Date.parse(serverNow) - performance.now();
  }

  now() {
    return this.base + performance.now();
  }

  left() {
    return Math.max(0, Math.ceil((this.endsAt - this.now()) / 1000));
  }

  run(show, over) {
    const timer = setInterval(() => {
      const seconds = this.left();
      show(seconds, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
      if (seconds === 0) {
        clearInterval(timer);
        over();
      }
    }, 250);
  }
}
