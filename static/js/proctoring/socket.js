// The socket to the server. Events are queued until the server acknowledges them.

const BEAT = 5000;

export class Line {
  constructor({ id, token, now, onWarnings, onEnd }) {
    Object.assign(this, { id, token, now, onWarnings, onEnd });
    this.events = new Map();
    this.tries = 0;
    this.active = true;
    this.over = false;
    for (const kind of ["keydown", "pointerdown", "input"]) {
      document.addEventListener(kind, () => (this.active = true), { passive: true });
    }
    this.connect();
    setInterval(() => this.beat(), BEAT);
  }

  page() {
    const known = sessionStorage.getItem("page") || crypto.randomUUID();
    sessionStorage.setItem("page", known);
    return known;
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/ws/sittings/${this.id}/?page=${this.page()}`);
    this.socket.addEventListener("open", () => {
      this.tries = 0;
      this.send();
    });
    this.socket.addEventListener("message", (message) => this.heard(JSON.parse(message.data)));
    this.socket.addEventListener("close", () => this.again());
  }

  again() {
    if (this.over) return;
    this.tries += 1;
    setTimeout(() => this.connect(), Math.min(1000 * 2 ** (this.tries - 1), 8000));
    if (this.tries > 1) this.post();
  }

  isOpen() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  beat() {
    if (!this.isOpen()) return;
    this.socket.send(JSON.stringify({ type: "beat", active: this.active }));
    this.active = false;
  }

  report(kind, data = {}) {
    const id = crypto.randomUUID();
    this.events.set(id, { id, kind, at: new Date(this.now()).toISOString(), data });
    this.send();
    return id;
  }

  batch() {
    return [...this.events.values()].slice(0, 50);
  }

  send() {
    if (this.events.size && this.isOpen()) {
      this.socket.send(JSON.stringify({ type: "events", events: this.batch() }));
    }
  }

  async post() {
    if (!this.events.size) return;
    const response = await fetch(`/api/v1/sittings/${this.id}/events/`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token() },
      body: JSON.stringify({ events: this.batch() }),
    }).catch(() => null);
    if (response?.ok) this.took(await response.json());
    else if (response?.status === 409) this.end();
  }

  heard(frame) {
    // Who was logged out can log in again in another tab: that is no end.
    if (frame.type === "ended" || frame.code === "sitting_over") this.end();
    if (frame.type === "taken" || frame.type === "hello") this.took(frame);
  }

  took(frame) {
    for (const id of [...(frame.taken || []), ...(frame.unknown || [])]) this.events.delete(id);
    if (frame.warnings?.length) this.onWarnings(frame.warnings);
    if (frame.state && frame.state !== "IN_PROGRESS") this.end();
  }

  end() {
    if (this.over) return;
    this.over = true;
    this.onEnd();
  }
}
