// The socket of this page to the server: opened again whenever it is lost, and given up as lost
// when the server says nothing for as long as it holds a lease without a beat.

const BEAT = 5000;
const SILENCE = 15000;
const DELAYS = [500, 1000, 2000, 4000, 8000];
const ENDED = 4409;

export class Connection {
  // `hello` and `beat` give what the frames of these names say; `on` hears frames by their type.
  constructor({ sitting, hello, beat, on }) {
    Object.assign(this, { sitting, hello, beat, on });
    this.tries = 0;
    this.over = false;
    this.isWelcome = false;
    this.active = true;
    for (const kind of ["keydown", "pointerdown", "input"]) {
      document.addEventListener(kind, () => (this.active = true), { passive: true });
    }
    addEventListener("online", () => this.retry());
    addEventListener("offline", () => this.on.quiet?.());
    setInterval(() => this.sendBeat(), BEAT);
    setInterval(() => this.watch(), 1000);
  }

  open() {
    clearTimeout(this.timer);
    this.isWelcome = false;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/sittings/${this.sitting}/`);
    this.socket = socket;
    this.openedAt ??= performance.now();
    this.heardAt = performance.now();
    socket.addEventListener("open", () => this.send({ type: "hello", ...this.hello(this.id) }));
    socket.addEventListener("message", ({ data }) => socket === this.socket && this.hear(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => socket === this.socket && this.lost(code));
  }

  hear(frame) {
    this.heardAt = performance.now();
    if (frame.type === "welcome") {
      this.isWelcome = true;
      this.id = frame.connection;
      this.tries = 0;
    }
    this.on.any?.(frame);
    this.on[frame.type]?.(frame);
  }

  lost(code) {
    this.socket = null;
    this.isWelcome = false;
    if (this.over) return;
    this.on.down?.(code);
    if (code === ENDED) return;
    this.tries += 1;
    const delay = DELAYS[Math.min(this.tries, DELAYS.length) - 1];
    this.timer = setTimeout(() => this.open(), delay * (0.8 + 0.4 * Math.random()));
  }

  // Now, instead of when the next try is due.
  retry({ anew = false } = {}) {
    if (this.over || (this.isWelcome && !anew)) return;
    this.drop();
    this.open();
  }

  drop() {
    const { socket } = this;
    this.socket = null;
    this.isWelcome = false;
    socket?.close();
  }

  // A connection that says nothing is none, whatever the browser thinks.
  watch() {
    if (this.over || !this.socket || performance.now() - this.heardAt < SILENCE) return;
    this.drop();
    this.lost(0);
  }

  isUp() {
    return this.isWelcome && this.socket?.readyState === WebSocket.OPEN;
  }

  send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  sendBeat() {
    if (!this.isUp()) return;
    this.send({ type: "beat", active: this.active, visible: !document.hidden, ...this.beat() });
    this.active = false;
  }

  end() {
    this.over = true;
    clearTimeout(this.timer);
    this.drop();
  }
}
