// The journal of answers. An entry is stored in this browser before the page says anything, then
// sent in order over plain HTTP until the server has it. Each tab is a device with a chain of its
// own; what a closed or crashed tab left behind is sent by the next one.

import { chained, storable, wire } from "./entries.js";

const BATCH = 50;
const BATCH_CHARS = 150000;
const DELAYS = [1000, 2000, 4000, 8000, 15000];
const RESCAN = 15000;
const KEPT_DAYS = 8;

const lockOf = (device) => `hitouch-device-${device}`;
const bySequence = (a, b) => a.sequence - b.sequence;

// Held until this tab ends; false while the device's own tab lives.
export function claim(device) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks
      .request(lockOf(device), { ifAvailable: true }, (lock) => {
        resolve(Boolean(lock));
        return lock ? new Promise(() => {}) : undefined;
      })
      .catch(() => resolve(true));
  });
}

function remembered(value) {
  try {
    if (value) sessionStorage.setItem("device", value);
    return sessionStorage.getItem("device");
  } catch {
    return null;
  }
}

export class Journal {
  constructor({ sitting, api, store, clock }) {
    Object.assign(this, { sitting, api, store, clock });
    this.entries = [];
    this.held = new Map();
    this.taken = new Set();
    this.writing = Promise.resolve();
    this.queued = [];
    this.lastWritten = 0;
    this.tries = 0;
    this.limit = BATCH;
    this.online = true;
    this.savedAt = null;
    this.onChange = this.onHeld = this.onRefused = this.onServer = () => {};
  }

  async open() {
    await this.store.open();
    const known = this.store.refused ? null : remembered();
    this.device = known && (await claim(known)) ? known : await this.newDevice();
    const rows = (await this.store.all("entries")).filter((row) => row.sitting === this.sitting);
    this.entries = rows.filter((row) => row.device === this.device).sort(bySequence);
    this.head = this.entries.at(-1) || null;
    await this.takeOver();
    addEventListener("online", () => this.send());
    addEventListener("pagehide", () => this.leave());
    setInterval(() => this.takeOver().then(() => this.waiting() && this.send()), RESCAN);
  }

  async newDevice() {
    const device = crypto.randomUUID();
    await claim(device);
    remembered(device);
    return device;
  }

  // Unsent entries of tabs that are gone.
  async takeOver() {
    const rows = (await this.store.all("entries")).filter(
      (row) => row.sitting === this.sitting && row.device !== this.device && !this.taken.has(row.device),
    );
    for (const device of new Set(rows.filter((row) => !row.done).map((row) => row.device))) {
      if (!(await claim(device))) continue;
      this.taken.add(device);
      this.entries.push(...rows.filter((row) => row.device === device));
    }
  }

  write(question, kind, value, at = this.clock.now()) {
    this.queued.push(question);
    this.onChange();
    this.writing = this.writing
      .then(() => this.append(question, kind, value, at))
      .finally(() => this.queued.splice(this.queued.indexOf(question), 1))
      .catch(() => {});
    return this.writing;
  }

  async append(question, kind, value, at) {
    const time = Math.max(Math.round(at), this.lastWritten + 1);
    this.lastWritten = time;
    const facts = {
      sitting: this.sitting,
      device: this.device,
      question,
      kind,
      value: storable(value),
      seen: this.held.get(question)?.entry || null,
      written_at: new Date(time).toISOString(),
      done: "",
    };
    const entry = await chained(facts, this.head);
    await this.store.put("entries", entry);
    this.entries.push(entry);
    this.head = entry;
    this.onChange();
    this.send();
  }

  unsent(device) {
    const rows = this.entries.filter((row) => !row.done && (!device || row.device === device));
    return rows.sort(bySequence);
  }

  // What the server refused because it came too late: a rescue file can bring it.
  tooLate() {
    return this.entries.filter((row) => row.done === "over");
  }

  // How many answers the server does not have yet.
  waiting() {
    return new Set(this.unsent().map((row) => row.question)).size;
  }

  isWaiting(question) {
    const isUnsent = this.entries.some((row) => !row.done && row.question === question);
    return isUnsent || this.queued.includes(question);
  }

  // The newest answer that only this browser has.
  unsentAnswer(question) {
    const rows = this.entries.filter(
      (row) => !row.done && row.question === question && ["ANSWER", "CHOOSE"].includes(row.kind),
    );
    return rows.sort((a, b) => a.written_at.localeCompare(b.written_at)).at(-1);
  }

  async send() {
    clearTimeout(this.timer);
    if (this.sending) {
      this.more = true;
      return;
    }
    this.sending = true;
    let sent = true;
    try {
      do {
        this.more = false;
        for (const device of [this.device, ...this.taken]) sent &&= await this.sendDevice(device);
      } while (sent && this.more);
    } finally {
      this.sending = false;
    }
    this.tries = sent ? 0 : this.tries + 1;
    if (!sent) this.later();
    this.onChange();
  }

  later() {
    const delay = Math.max(DELAYS[Math.min(this.tries, DELAYS.length) - 1], this.pause || 0);
    this.pause = 0;
    this.timer = setTimeout(() => this.send(), delay * (0.8 + 0.4 * Math.random()));
  }

  // Until nothing waits any more, however long that takes.
  async sent() {
    await this.writing;
    this.send();
    while (this.unsent().length) {
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  batch(device) {
    const rows = this.unsent(device).slice(0, this.limit);
    let size = 0;
    const fits = rows.findIndex((row, index) => (size += row.value.length + 400) > BATCH_CHARS && index);
    return fits > 0 ? rows.slice(0, fits) : rows;
  }

  async sendDevice(device) {
    for (;;) {
      const rows = this.batch(device);
      if (!rows.length) return true;
      const json = { device, entries: rows.map(wire) };
      const answer = await this.api.call("POST", this.address(), { json });
      this.online = answer.status !== 0;
      if (!(await this.took(device, rows, answer))) return false;
      this.onChange();
    }
  }

  address() {
    return `/api/v1/sittings/${this.sitting}/journal/`;
  }

  // Whether to go on with the next batch at once.
  async took(device, rows, answer) {
    const { status, data = {}, wait = 0 } = answer;
    this.pause = wait * 1000;
    if (status === 200) return this.accepted(device, rows, answer);
    if (data.code === "chain_broken") return this.repair(device, data);
    if (["not_monitored", "paused"].includes(data.code)) return false; // later again
    if (status === 409 || status === 410) {
      await this.mark(this.unsent(device), "over", data.code);
      this.onServer({ over: true });
      return true;
    }
    if ([400, 413, 422].includes(status)) {
      if (rows.length > 1) this.limit = Math.ceil(rows.length / 2);
      else await this.setAside(rows[0], data);
      return true;
    }
    return false;
  }

  async accepted(device, rows, { data, began, ended }) {
    this.limit = BATCH;
    this.savedAt = performance.now();
    let progress = false;
    for (const result of data.results) {
      const row = rows.find((each) => each.sequence === result.sequence);
      if (!row || result.code === "chain_broken") continue;
      progress = true;
      row.done = result.status;
      row.code = result.code || "";
      if (result.status === "refused") {
        if (["sitting_over", "section_closed", "too_late"].includes(result.code)) row.done = "over";
        this.onRefused(row, result.message || "");
      }
    }
    await this.store.put("entries", ...rows);
    this.listen({ data, began, ended });
    this.repairs = progress ? 0 : this.repairs;
    return progress || this.repair(device, data);
  }

  // The server's clock, deadline and answers, from whichever request. Responses may overtake each
  // other: the deadline and the answers of one that is older than the newest are out of date.
  listen({ data, began, ended }) {
    if (data.now) this.clock.sample(data.now, began, ended);
    const told = Date.parse(data.now || "");
    if (told < (this.newest || 0)) return this.onServer(data);
    this.newest = told || this.newest;
    if (data.ends_at) this.clock.until(data.ends_at);
    for (const [question, held] of Object.entries(data.held || {})) this.hold(question, held);
    return this.onServer(data);
  }

  hold(question, held) {
    if (!held) return;
    this.held.set(question, held);
    this.onHeld(question, held);
  }

  // The server's end of the chain is another than ours: send on from there, or, when the two chains
  // differ, send the rest as a chain of its own. Nothing that is unsent is dropped.
  async repair(device, told) {
    const known = told.next_sequence ? told : await this.headOf(device);
    if (!known) return false;
    const next = known.next_sequence;
    const rows = this.entries.filter((row) => row.device === device);
    const before = rows.find((row) => row.sequence === next - 1);
    this.repairs = (this.repairs || 0) + 1;
    if (this.repairs > 6) {
      this.repairs = 0;
      return false; // later again, instead of at once for ever
    }
    const agrees = next === 1 ? rows.some((row) => row.sequence === 1) : before?.hash === known.head_hash;
    if (agrees && this.repairs < 3) {
      for (const row of rows) {
        if (row.sequence < next) row.done ||= "known";
        else if (row.done !== "moved") row.done = "";
      }
      await this.store.put("entries", ...rows);
    } else {
      this.writing = this.writing.then(() => this.rechain(device));
      await this.writing;
    }
    this.more = true;
    return true;
  }

  async headOf(device) {
    const { status, data } = await this.api.call("GET", this.address());
    if (status !== 200) return null;
    const heads = Array.isArray(data.devices) ? data.devices : [];
    const head = heads.find((each) => each.device === device) || data.devices?.[device];
    return head || { next_sequence: 1, head_hash: "" };
  }

  async rechain(device) {
    const rows = this.unsent(device);
    const isOwn = device === this.device;
    const fresh = isOwn ? await this.newDevice() : crypto.randomUUID();
    let head = null;
    const moved = [];
    for (const row of rows) {
      head = await chained({ ...row, device: fresh }, head);
      moved.push(head);
    }
    await this.store.put("entries", ...moved);
    await this.mark(rows, "moved");
    this.entries.push(...moved);
    if (isOwn) {
      this.device = fresh;
      this.head = head;
    } else if (await claim(fresh)) this.taken.add(fresh);
  }

  async mark(rows, done, code = "") {
    for (const row of rows) Object.assign(row, { done, code });
    await this.store.put("entries", ...rows);
  }

  async setAside(row, { detail = "", code = "" }) {
    await this.mark([row], "refused", code);
    this.onRefused(row, detail);
    this.writing = this.writing.then(() => this.rechain(row.device));
    await this.writing;
  }

  // The page is going away: one small request may outlive it.
  leave() {
    const rows = this.batch(this.device);
    if (!rows.length) return;
    const json = { device: this.device, entries: rows.map(wire) };
    this.api.once("POST", this.address(), { json, leaving: true });
  }

  // The sitting is over and the server has everything: nothing of it stays in this browser.
  async clean() {
    if (this.unsent().length || this.tooLate().length) return;
    const rows = (await this.store.all("entries")).filter((row) => row.sitting === this.sitting);
    const isKept = rows.some((row) => !row.done || row.done === "over");
    if (!isKept) await this.store.remove("entries", ...rows);
  }
}

// What earlier sittings left in this browser, and what is too old for any use.
export async function sendLeftovers({ sitting, api, store, clock: ours }) {
  const clock = { now: () => ours.now(), sample() {}, until() {} };
  const rows = await store.all("entries");
  const oldest = new Date(clock.now() - KEPT_DAYS * 86400000).toISOString();
  await store.remove("entries", ...rows.filter((row) => row.written_at < oldest));
  const others = rows.filter((row) => row.sitting !== sitting && row.written_at >= oldest);
  for (const other of new Set(others.map((row) => row.sitting))) {
    const journal = new Journal({ sitting: other, api, store, clock });
    await journal.takeOver();
    for (const device of journal.taken) if (!(await journal.sendDevice(device))) break;
    await journal.clean();
  }
}
