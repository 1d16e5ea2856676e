// The journal of what the page saw. An observation is stored in this browser, chained to the one
// before, and then sent until the server says what became of it: over the socket, or by plain
// HTTP while there is none. What a closed tab left behind is sent by the next page.

import { sha256 } from "./entries.js";
import { claim } from "./journal.js";

const FORMAT = "hitouch-event-1";
const TABLE = "observations";
const MOST = 100; // in a batch
const MOST_CHARS = 48000;
const ANSWER = 10000;
const BY_HTTP = 4000; // without a socket
const RESCAN = 15000;
const DEVICE = "watching-device";

const bySequence = (a, b) => a.sequence - b.sequence;
const encode = (text) => new TextEncoder().encode(text);

// JSON with sorted keys, as the server writes it.
export function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

export const canonical = (row) =>
  JSON.stringify([FORMAT, row.sitting, row.device, row.sequence, row.previous_hash, row.kind, row.at, sorted(row.data)]);

export async function chained(row, { sequence, hash }) {
  const next = { ...row, sequence: sequence + 1, previous_hash: hash };
  return { ...next, hash: await sha256(encode(canonical(next))) };
}

const wire = ({ sequence, previous_hash, hash, kind, at, data }) => ({ sequence, previous_hash, hash, kind, at, data });

function remembered(value) {
  try {
    if (value) sessionStorage.setItem(DEVICE, value);
    return sessionStorage.getItem(DEVICE);
  } catch {
    return null;
  }
}

export class Observations {
  constructor({ sitting, api, store, clock }) {
    Object.assign(this, { sitting, api, store, clock });
    this.rows = [];
    this.others = new Map(); // rows of tabs that are gone, by device
    this.head = { sequence: 0, hash: "" };
    this.writing = Promise.resolve();
    this.last = 0;
    this.over = false;
    this.connection = null;
    this.onTold = this.onOver = () => {};
  }

  async open() {
    await this.store.open();
    const known = this.store.refused ? null : remembered();
    this.device = known && (await claim(known)) ? known : crypto.randomUUID();
    if (this.device !== known) await claim(this.device);
    remembered(this.device);
    this.rows = (await this.stored()).filter((row) => row.device === this.device).sort(bySequence);
    const last = this.rows.at(-1);
    if (last) this.head = { sequence: last.sequence, hash: last.hash };
    await this.takeOver();
    addEventListener("online", () => this.send());
    addEventListener("pagehide", () => this.leave());
    setInterval(() => this.takeOver().then(() => this.send()), RESCAN);
  }

  async stored() {
    return (await this.store.all(TABLE)).filter((row) => row.sitting === this.sitting);
  }

  async takeOver() {
    const rows = (await this.stored()).filter((row) => row.device !== this.device && !row.done);
    for (const device of new Set(rows.map((row) => row.device))) {
      if (this.others.has(device) || !(await claim(device))) continue;
      this.others.set(device, rows.filter((row) => row.device === device).sort(bySequence));
    }
  }

  // Its sequence, as soon as it is stored.
  report(kind, data = {}) {
    const time = Math.max(Math.round(this.clock.now()), this.last + 1);
    this.last = time;
    const fresh = { sitting: this.sitting, device: this.device, kind, at: new Date(time).toISOString(), data, done: "" };
    const written = this.writing.then(async () => {
      const row = await chained(fresh, this.head);
      this.head = { sequence: row.sequence, hash: row.hash };
      this.rows.push(row);
      await this.store.put(TABLE, row);
      this.send();
      return row.sequence;
    });
    this.writing = written.catch(() => {});
    return written;
  }

  // The server knows more of this device than this browser: its storage was cleared. What is not
  // yet sent goes on from the server's end.
  welcome({ next_sequence: next = 1, head = "" }) {
    this.flying = null;
    this.writing = this.writing.then(async () => {
      const first = this.rows[0]?.sequence || this.head.sequence + 1;
      const isAhead = next > first && !this.rows.some((row) => row.sequence === next - 1);
      if (isAhead) {
        this.head = { sequence: next - 1, hash: head };
        const old = this.rows.filter((row) => !row.done);
        await this.store.remove(TABLE, ...this.rows);
        this.rows = [];
        for (const row of old) {
          const moved = await chained(row, this.head);
          this.head = { sequence: moved.sequence, hash: moved.hash };
          this.rows.push(moved);
        }
        await this.store.put(TABLE, ...this.rows);
      }
    });
    return this.writing.then(() => this.send());
  }

  unsent(rows = this.rows) {
    let size = 0;
    return rows
      .filter((row) => !row.done)
      .slice(0, MOST)
      .filter((row, index) => (size += JSON.stringify(wire(row)).length + 1) < MOST_CHARS || !index);
  }

  waiting() {
    return this.rows.filter((row) => !row.done).length;
  }

  // One batch at a time; the next when the server answered.
  send() {
    if (this.over || this.flying) return;
    const batch = this.unsent();
    if (batch.length && this.connection?.isUp() && this.connection.send({ type: "events", events: batch.map(wire) })) {
      const flying = (this.flying = { since: performance.now() });
      setTimeout(() => this.flying === flying && ((this.flying = null), this.send()), ANSWER);
      return;
    }
    clearTimeout(this.timer);
    const hasMore = batch.length || [...this.others.values()].some((rows) => rows.length);
    if (hasMore) this.timer = setTimeout(() => this.post(), batch.length ? BY_HTTP : 0);
  }

  // By HTTP: what other tabs left, and ours while there is no socket.
  async post() {
    if (this.over || this.posting) return;
    this.posting = true;
    for (const [device, rows] of this.others) {
      if (await this.postDevice(device, rows)) this.others.delete(device);
    }
    if (!this.flying && !this.connection?.isUp()) await this.postDevice(this.device, this.rows);
    this.posting = false;
    if (this.unsent().length || this.others.size) this.timer = setTimeout(() => this.send(), BY_HTTP);
  }

  // Whether nothing of the device waits any more.
  async postDevice(device, rows) {
    for (;;) {
      const batch = this.unsent(rows);
      if (!batch.length) return true;
      const json = { device, events: batch.map(wire) };
      const { status, data = {} } = await this.api.call("POST", "events/", { json });
      if (status === 200) await this.settle(rows, data);
      else if ([409, 410].includes(status) && !["not_monitored", "paused"].includes(data.code)) return this.close();
      else if ([400, 413, 422].includes(status)) await this.mark(batch, data.code || "refused");
      else return false;
      if (this.unsent(rows)[0] === batch[0]) return false;
    }
  }

  // The server could not save the batch.
  again() {
    this.flying = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), BY_HTTP);
  }

  async taken(frame) {
    this.flying = null;
    await this.settle(this.rows, frame);
    this.send();
  }

  // A refused observation is done with as well: it would be refused for ever.
  async settle(rows, { results = [], told = [] }) {
    const codes = new Map(results.map((each) => [each.sequence, each.code || each.status]));
    await this.mark(rows.filter((row) => codes.has(row.sequence)), (row) => codes.get(row.sequence));
    for (const each of told) this.onTold(each);
  }

  // The last row stays, because the next one is chained to it.
  async mark(rows, code) {
    for (const row of rows) row.done = typeof code === "function" ? code(row) : code;
    await this.store.put(TABLE, ...rows);
    const gone = this.rows.filter((row) => row.done && row.sequence !== this.head.sequence);
    const last = rows.filter((row) => row.device !== this.device);
    this.rows = this.rows.filter((row) => !gone.includes(row));
    await this.store.remove(TABLE, ...gone, ...last);
  }

  // Everything of this sitting that any closed tab left, from a page that watches nothing.
  async flush() {
    await this.store.open();
    this.device = null;
    await this.takeOver();
    for (const [device, rows] of this.others) await this.postDevice(device, rows);
    await this.clean();
  }

  close() {
    this.over = true;
    this.onOver();
    return true;
  }

  // The sitting is over and the server has all it takes.
  async clean() {
    await this.writing;
    if (this.device && !this.over && this.unsent().length) await this.postDevice(this.device, this.rows);
    await this.store.remove(TABLE, ...(await this.stored()).filter((row) => row.done || this.over));
  }

  leave() {
    const batch = this.unsent();
    if (batch.length && !this.over) this.api.once("POST", "events/", { json: { device: this.device, events: batch.map(wire) }, leaving: true });
  }
}
