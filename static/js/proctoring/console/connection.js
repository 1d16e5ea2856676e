// The socket of the console. It connects again after a loss, and then gets everything anew. Where
// there is no live connection at all, the list is asked for now and then until there is one.

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
const REFRESH_EVERY = 15_000;
const REFUSED = [4401, 4403];

export class Connection {
  // onFrame(frame): snapshot, rows, beats. onState(state): live, connecting, slow, offline, refused.
  constructor({ api, onFrame, onState }) {
    Object.assign(this, { api, onFrame, onState });
    this.wait = FIRST_WAIT;
    this.failures = 0;
    this.connect();
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.now();
    });
  }

  connect() {
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/ws/proctor/`);
    this.socket.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === "snapshot") this.opened();
      this.onFrame(frame);
    });
    this.socket.addEventListener("close", ({ code }) => this.closed(code));
  }

  now() {
    if (this.socket.readyState === WebSocket.CLOSED && !this.refused) this.connect();
  }

  opened() {
    this.wait = FIRST_WAIT;
    this.failures = 0;
    clearInterval(this.refreshing);
    this.refreshing = null;
  }

  closed(code) {
    if (REFUSED.includes(code)) {
      this.refused = true;
      clearInterval(this.refreshing);
      return this.onState("refused");
    }
    this.failures += 1;
    if (this.failures > 1) this.refreshNowAndThen();
    else this.onState("connecting");
    this.timer = setTimeout(() => this.connect(), this.wait * (0.5 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return undefined;
  }

  refreshNowAndThen() {
    if (this.refreshing) return;
    this.refreshing = setInterval(() => this.refresh(), REFRESH_EVERY);
    this.refresh();
  }

  async refresh() {
    const answer = await this.api.get();
    if (!this.refreshing) return;
    if (answer.status === 401 || answer.status === 403) this.closed(REFUSED[0]);
    else if (answer.ok) {
      this.onState("slow");
      this.onFrame({ type: "snapshot", ...answer.data });
    } else this.onState("offline");
  }
}
