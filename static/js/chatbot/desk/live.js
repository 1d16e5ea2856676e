// The socket of the desk. It connects again after a loss; only while there is none, the page is
// read now and then instead.

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
const SILENCE = 30_000;
const READ_EVERY = 15_000;
const REFUSED = [4401, 4403];

export class Live {
  // onChange(ticket, what); onState(state): connecting, live, slow, refused.
  constructor({ onChange, onState, onRead }) {
    Object.assign(this, { onChange, onState, onRead });
    this.wait = FIRST_WAIT;
    this.failures = 0;
    this.ticket = "";
    this.connect();
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => !document.hidden && this.now());
    setInterval(() => this.watch(), 5000);
  }

  connect() {
    clearTimeout(this.timer);
    this.heardAt = performance.now();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/desk/`);
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => socket === this.socket && this.hear(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => socket === this.socket && this.lost(code));
  }

  hear(frame) {
    this.heardAt = performance.now();
    if (frame.type === "hello") this.opened();
    if (frame.type === "changed") this.onChange(frame.ticket, frame.what);
    if (frame.type === "following") this.onRead(); // who came between the page and this
  }

  opened() {
    const wasDown = this.failures > 0;
    this.wait = FIRST_WAIT;
    this.failures = 0;
    clearInterval(this.reading);
    this.reading = null;
    this.onState("live");
    this.follow(this.ticket);
    if (wasDown) this.onRead(); // what was missed
  }

  // Be told who else looks at this ticket.
  follow(ticket) {
    this.ticket = ticket;
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ ticket }));
  }

  now() {
    if (this.socket?.readyState === WebSocket.CLOSED && !this.refused) this.connect();
  }

  watch() {
    if (this.refused || performance.now() - this.heardAt < SILENCE) return;
    const { socket } = this;
    this.socket = null;
    socket?.close();
    this.lost(0);
  }

  lost(code) {
    if (REFUSED.includes(code)) {
      this.refused = true;
      clearInterval(this.reading);
      return this.onState("refused");
    }
    this.failures += 1;
    this.heardAt = performance.now();
    this.onState(this.failures > 1 ? "slow" : "connecting");
    if (this.failures > 1) this.reading ??= setInterval(() => this.onRead(), READ_EVERY);
    this.timer = setTimeout(() => this.connect(), this.wait * (0.5 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return undefined;
  }
}
