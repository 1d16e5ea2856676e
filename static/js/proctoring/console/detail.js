// One sitting at the side: pictures, facts, what was seen as it comes, what was done.

import { ago, at, clock, countdown, duration, now, plural } from "./times.js";

const STANDING = { WARNED: ["Warning", "warn"], COUNTED: ["Counted", "bad"] };
const STATES = { IN_PROGRESS: "In progress", PAUSED: "Paused", IDENTITY_REVIEW: "Waits for identity check" };
const CHECKS = { CONTRADICTED: "our check disagrees", CONFIRMED: "our check agrees" };

const make = (name, text = "", className = "") => {
  const element = document.createElement(name);
  element.textContent = text;
  if (className) element.className = className;
  return element;
};

export class Detail {
  constructor({ root, requests, sittings, onClose }) {
    this.root = root;
    this.requests = requests;
    this.sittings = sittings;
    this.id = "";
    this.part = (name) => root.querySelector(`[data-${name}]`);
    this.part("close").addEventListener("click", onClose);
    this.part("strip").addEventListener("click", (event) => {
      const picture = event.target.closest("button");
      if (picture) this.showStill(this.stills[Number(picture.dataset.index)], { chosen: true });
    });
  }

  isOpen = () => Boolean(this.id);
  row = () => this.sittings.rows.get(this.id);

  open(id) {
    this.id = id;
    this.chosen = "";
    this.stills = [];
    this.root.hidden = false;
    for (const name of ["strip", "seen", "acts", "gaps"]) this.list(name).replaceChildren();
    this.part("face").hidden = true;
    this.part("face").removeAttribute("src");
    this.draw();
    return this.load();
  }

  close() {
    this.id = "";
    this.root.hidden = true;
  }

  list(name) {
    return this.root.querySelector(`ol[data-${name}], ul[data-${name}]`);
  }

  changed() {
    this.draw();
    if (this.row()) this.load();
  }

  // Several changes at once lead to one request after the running one.
  async load() {
    if (this.loading) {
      this.again = true;
      return;
    }
    this.loading = true;
    const id = this.id;
    const answer = await this.requests.get(this.requests.sitting(id, "live"));
    this.loading = false;
    if (answer.ok && id === this.id) this.fill(answer.data);
    if (this.row() && (this.again || id !== this.id)) {
      this.again = false;
      await this.load();
    }
  }

  draw() {
    const row = this.row();
    const acts = this.root.querySelectorAll("[data-act], [data-watch]");
    for (const button of acts) button.disabled = !row;
    if (!row) {
      this.part("state-word").textContent = "Ended";
      this.part("need").hidden = true;
      return;
    }
    this.part("name").textContent = row.name;
    this.part("assessment").textContent = `${row.assessment}, attempt ${row.attempt}`;
    this.part("state-word").textContent = STATES[row.state];
    const pause = this.root.querySelector("[data-act='pause'], [data-act='resume']");
    const isPaused = row.state === "PAUSED";
    pause.dataset.act = isPaused ? "resume" : "pause";
    pause.firstChild.textContent = isPaused ? "Resume " : "Pause ";
    this.root.querySelector("[data-act='more-time']").disabled = isPaused;
    this.part("watch").firstChild.textContent = this.sittings.isMine(row) ? "Unwatch " : "Watch ";
    this.part("case").href = `/proctor/${row.id}/`;
    this.tick();
  }

  tick() {
    const row = this.row();
    if (!row) return;
    const need = this.sittings.need(row);
    const badge = this.part("need");
    badge.hidden = need.kind === "PAUSED";
    badge.textContent = need.label;
    badge.className = `badge tone-${need.tone}`;
    this.drawFacts(row);
    const shown = this.shown;
    if (shown) this.part("face-words").textContent = this.stillWords(shown);
  }

  drawFacts(row) {
    const moment = now();
    const paused = row.state === "PAUSED";
    const facts = [
      ["Last seen", row.last_beat_at ? ago(moment - at(row.last_beat_at)) : "not yet"],
      ["Time left", paused ? `clock stopped ${duration(moment - at(row.paused_at))} ago` : countdown(at(row.ends_at) - moment)],
      ["Section", row.section || "none open"],
      ["Monitored", `${Math.floor((row.coverage ?? 1) * 100)} %${row.open_gap ? `, now not: ${row.open_gap}` : ""}`],
      ["Counted", `${plural(row.points, "point")}, ${plural(row.warnings, "warning")}`],
      ["Watched by", row.watchers.map((who) => who.name).join(", ") || "nobody"],
    ];
    if (this.device) facts.push(["Computer", this.device]);
    if (this.waived) facts.push(["Accommodation", this.waived]);
    const list = this.part("facts");
    while (list.children.length > facts.length) list.lastElementChild.remove();
    facts.forEach(([name, words], index) => {
      const line = list.children[index] || list.appendChild(make("div"));
      if (!line.children.length) line.append(make("dt"), make("dd"));
      if (line.children[0].textContent !== name) line.children[0].textContent = name;
      if (line.children[1].textContent !== words) line.children[1].textContent = words;
    });
  }

  fill(data) {
    this.stills = data.stills;
    this.device = Object.values(data.device).filter((value) => typeof value === "string").join(", ");
    this.waived = data.waived.join(", ");
    this.keyed("strip", data.stills, (still) => still.id, (still) => this.stillButton(still));
    this.list("strip").querySelectorAll("button").forEach((button, index) => (button.dataset.index = index));
    const kept = data.stills.find((still) => still.id === this.chosen);
    this.showStill(kept || data.stills[0], { chosen: Boolean(kept) });
    const keyOf = (row) => `${row.number}-${row.standing}-${row.points}`;
    this.keyed("seen", data.observations, keyOf, (row) => this.observation(row));
    this.part("seen-none").hidden = data.observations.length > 0;
    this.keyed("acts", data.interventions, (row) => row.id, (row) => this.act(row));
    this.part("acts-section").hidden = !data.interventions.length;
    const gapKey = (gap) => `${gap.since}-${gap.until}`;
    this.keyed("gaps", data.gaps, gapKey, (gap) => this.gap(gap));
    this.part("gaps-section").hidden = !data.gaps.length;
    this.draw();
  }

  // Elements stay where their key stays, so that a reader keeps the place.
  keyed(name, rows, keyOf, build) {
    const list = this.list(name);
    const known = new Map([...list.children].map((element) => [element.dataset.key, element]));
    const wanted = rows.map((row) => {
      const key = keyOf(row);
      const element = known.get(key) || build(row);
      element.dataset.key = key;
      known.delete(key);
      return element;
    });
    for (const element of known.values()) element.remove();
    wanted.forEach((element, index) => {
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] || null);
    });
  }

  stillButton(still) {
    const line = make("li");
    const button = make("button");
    button.type = "button";
    button.setAttribute("aria-label", `Picture at ${clock(still.taken_at)}`);
    const picture = make("img");
    Object.assign(picture, { loading: "lazy", src: still.url, alt: "" });
    if (still.check_result === "CONTRADICTED") button.className = "doubted";
    button.append(picture);
    line.append(button);
    return line;
  }

  stillWords(still) {
    const check = CHECKS[still.check_result];
    return `${clock(still.taken_at)}, ${ago(now() - at(still.taken_at))}${check ? `, ${check}` : ""}`;
  }

  showStill(still, { chosen }) {
    this.shown = still || null;
    this.chosen = chosen && still ? still.id : "";
    const face = this.part("face");
    face.hidden = !still;
    if (!still) return;
    if (!face.src.endsWith(still.url)) face.src = still.url;
    face.alt = `${this.row()?.name || "Candidate"}, picture at ${clock(still.taken_at)}`;
    this.part("face-words").textContent = this.stillWords(still);
    for (const button of this.list("strip").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(this.stills[Number(button.dataset.index)]?.id === still.id));
    }
  }

  observation(row) {
    const line = make("li");
    const time = make("time", clock(row.received_at));
    time.dateTime = row.received_at;
    line.append(time, make("span", row.words + (row.count > 1 ? `, ${row.count} times` : "")));
    const [label, tone] = STANDING[row.standing] || [];
    if (label) line.append(make("span", row.points ? `${label}, ${plural(row.points, "point")}` : label, `badge tone-${tone}`));
    return line;
  }

  act(row) {
    const kind = { MESSAGE: "Message", WARNING: "Warning", PAUSE: "Paused", RESUME: "Resumed", END: "Ended" }[row.kind];
    const line = make("li");
    const time = make("time", clock(row.at));
    time.dateTime = row.at;
    const what = kind || `${plural(row.minutes, "minute")} added`;
    line.append(time, make("span", `${what} by ${row.by || "the limit of pauses"}${row.text ? `: ${row.text}` : ""}`));
    return line;
  }

  gap(gap) {
    const line = make("li");
    const time = make("time", clock(gap.since));
    time.dateTime = gap.since;
    const length = gap.until ? duration(at(gap.until) - at(gap.since)) : "until now";
    line.append(time, make("span", `${gap.reason}, ${length}`));
    return line;
  }
}
