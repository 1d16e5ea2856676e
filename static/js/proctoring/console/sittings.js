// The live sittings that the page knows, what each needs now, and the order in which they stand.
// The server sends from when each need holds, so that the order changes by itself.

import { at, now } from "./times.js";

export class Sittings {
  constructor({ kinds, me }) {
    this.me = me;
    this.kinds = new Map(kinds.map((kind, rank) => [kind.kind, { ...kind, rank }]));
    this.rows = new Map();
    this.identityRank = this.kinds.get("IDENTITY").rank;
  }

  reset(rows) {
    this.rows = new Map(rows.map((row) => [row.id, row]));
  }

  update(rows, gone) {
    for (const row of rows) this.rows.set(row.id, row);
    for (const id of gone) this.rows.delete(id);
  }

  // Moves what is due only because nothing was heard: each need of that kind shifts with the beat.
  beat(id, beatAt, activeAt) {
    const row = this.rows.get(id);
    if (!row) return;
    this.shift(row, "MISSING", "last_beat_at", beatAt);
    this.shift(row, "IDLE", "last_active_at", activeAt);
  }

  shift(row, kind, field, moment) {
    if (!moment || row[field] === moment) return;
    const need = row.needs.find((each) => each.kind === kind);
    const before = at(row[field]) ?? at(row.begun_at);
    if (need && before !== null) need.since = new Date(at(need.since) + at(moment) - before).toISOString();
    row[field] = moment;
  }

  need(row) {
    const moment = now();
    const need = row.needs.find((each) => at(each.since) <= moment) || row.needs.at(-1);
    return { ...need, ...this.kinds.get(need.kind) };
  }

  isMine = (row) => row.watchers.some((who) => who.id === this.me);

  inState(state) {
    return [...this.rows.values()].filter((row) => row.state === state);
  }

  // Those that stand in the grid. Who waits for an identity check stands above it.
  running() {
    return [...this.rows.values()].filter((row) => row.state !== "IDENTITY_REVIEW");
  }

  waiting() {
    return this.inState("IDENTITY_REVIEW").sort((a, b) => at(a.needs[0].since) - at(b.needs[0].since));
  }

  counts() {
    const running = this.running();
    return {
      attention: running.filter((row) => this.need(row).attention).length,
      mine: running.filter(this.isMine).length,
      all: running.length,
    };
  }

  sorted({ filter, search }) {
    const wanted = search.trim().toLocaleLowerCase("en-IN");
    const found = [];
    for (const row of this.running()) {
      const need = this.need(row);
      if (filter === "attention" && !need.attention) continue;
      if (filter === "mine" && !this.isMine(row)) continue;
      if (wanted && !row.name.toLocaleLowerCase("en-IN").includes(wanted)) continue;
      found.push({ row, place: [need.rank, row.watchers.length ? 1 : 0, -row.points, at(need.since)] });
    }
    found.sort((a, b) => {
      for (let index = 0; index < a.place.length; index += 1) {
        const difference = a.place[index] - b.place[index];
        if (difference) return difference;
      }
      return a.row.id < b.row.id ? -1 : 1;
    });
    return found.map(({ row }) => row);
  }
}
