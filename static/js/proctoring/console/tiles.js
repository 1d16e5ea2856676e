// The grid of live faces: one element for each sitting, changed in place and moved by its key.

import { at, brief, countdown, now, plural } from "./times.js";

const SOON = 5 * 60_000;
const LAST_MINUTES = 10;
const OLD_PICTURE = 30_000;

const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

export class Tiles {
  constructor({ list, template, sittings, onOpen }) {
    Object.assign(this, { list, template, sittings, onOpen });
    this.tiles = new Map();
    this.shown = [];
    this.pointed = false;
    // A finger lifts itself; a mouse rests over what it may press next.
    list.addEventListener("pointerenter", (event) => (this.pointed = event.pointerType === "mouse"));
    list.addEventListener("pointerleave", () => (this.pointed = false));
    this.seen = new IntersectionObserver((entries) => entries.forEach((entry) => this.scrolled(entry)), {
      rootMargin: "200px",
    });
  }

  // While someone points at the list or moves in it, nothing jumps away under their hands.
  isHeld() {
    return this.pointed || this.list.contains(document.activeElement);
  }

  // Returns whether the order that is shown is the order by need.
  arrange(rows, { now: atOnce = false } = {}) {
    const wanted = rows.map((row) => row.id);
    let order = wanted;
    if (this.isHeld() && !atOnce) {
      const kept = this.shown.filter((id) => this.tiles.has(id));
      order = [...kept, ...wanted.filter((id) => !kept.includes(id))];
    }
    const focused = document.activeElement;
    for (const [id, tile] of this.tiles) if (!order.includes(id)) this.remove(id, tile);
    order.forEach((id, index) => {
      const tile = this.tiles.get(id) || this.make(id);
      if (this.list.children[index] !== tile.element) {
        this.list.insertBefore(tile.element, this.list.children[index] || null);
      }
    });
    if (focused !== document.activeElement && this.list.contains(focused)) focused.focus({ preventScroll: true });
    this.shown = order;
    return order.length === wanted.length && order.every((id, index) => id === wanted[index]);
  }

  make(id) {
    const element = this.template.content.firstElementChild.cloneNode(true);
    const find = (name) => element.querySelector(name);
    const tile = {
      id,
      element,
      button: find("button"),
      face: find("img"),
      none: find(".tile-none"),
      need: find(".tile-need"),
      age: find(".tile-age"),
      name: find(".tile-name"),
      seen: find(".tile-seen"),
      what: find(".tile-what"),
      bar: find(".bar"),
      share: find(".tile-share"),
      minutes: Array.from({ length: LAST_MINUTES }, () => find(".minutes").appendChild(document.createElement("i"))),
      watchers: find(".tile-watchers"),
      visible: false,
      still: "",
    };
    element.dataset.id = id;
    tile.name.id = `name-${id}`;
    tile.need.id = `need-${id}`;
    tile.button.setAttribute("aria-labelledby", `${tile.name.id} ${tile.need.id}`);
    tile.button.addEventListener("click", () => this.onOpen(id));
    this.tiles.set(id, tile);
    this.seen.observe(element);
    this.draw(id);
    return tile;
  }

  remove(id, tile) {
    this.seen.unobserve(tile.element);
    tile.element.remove();
    this.tiles.delete(id);
  }

  scrolled({ target, isIntersecting }) {
    const tile = this.tiles.get(target.dataset.id);
    if (!tile) return;
    tile.visible = isIntersecting;
    if (isIntersecting) this.draw(tile.id);
  }

  // What changes with the row.
  draw(id) {
    const tile = this.tiles.get(id);
    const row = this.sittings.rows.get(id);
    if (!tile) return;
    tile.element.classList.toggle("over", !row);
    if (!row) {
      setText(tile.need, "Ended");
      tile.need.hidden = false;
      tile.need.className = "badge tile-need";
      setText(tile.seen, "");
      return;
    }
    setText(tile.name, row.name);
    this.drawCoverage(tile, row);
    const most = Math.max(4, ...row.minutes);
    row.minutes.slice(-LAST_MINUTES).forEach((count, index) => {
      tile.minutes[index].style.setProperty("--share", count / most);
    });
    const mine = this.sittings.isMine(row);
    const others = row.watchers.filter((who) => who.id !== this.sittings.me).map((who) => who.name);
    setText(tile.watchers, row.watchers.length ? `Watched by ${[...(mine ? ["you"] : []), ...others].join(", ")}` : "Nobody watches");
    tile.element.classList.toggle("mine", mine);
    tile.element.classList.toggle("unwatched", !row.watchers.length);
    this.drawFace(tile, row);
    this.tick(tile, row);
  }

  drawCoverage(tile, row) {
    const share = row.coverage ?? 1;
    tile.bar.style.setProperty("--share", share);
    tile.bar.classList.toggle("low", share < 0.9);
    const words = [];
    if (row.points) words.push(plural(row.points, "point"));
    if (row.warnings) words.push(plural(row.warnings, "warning"));
    words.push(`${Math.floor(share * 100)} % monitored`);
    if (row.open_gap) words.unshift(`Off: ${row.open_gap.toLocaleLowerCase("en-IN")}`);
    setText(tile.share, words.join(", "));
    tile.share.classList.toggle("counted", row.points + row.warnings > 0);
  }

  drawFace(tile, row) {
    const id = row.still?.id || "";
    tile.none.hidden = Boolean(id);
    if (!id || !tile.visible || tile.still === id) return;
    tile.still = id;
    const fresh = new Image();
    fresh.src = row.still.url;
    // The old picture stays until the new one can be drawn, so that nothing flickers.
    fresh.decode().then(
      () => {
        if (tile.still !== id) return;
        tile.face.src = fresh.src;
        tile.face.hidden = false;
      },
      () => (tile.still = ""),
    );
  }

  // What changes with the time.
  tick(tile, row) {
    const moment = now();
    const need = this.sittings.need(row);
    setText(tile.need, need.label);
    tile.need.hidden = need.kind === "FINE";
    const classes = `badge tile-need tone-${need.tone}`;
    if (tile.need.className !== classes) tile.need.className = classes;
    tile.element.classList.toggle("attention", need.attention);
    tile.element.dataset.tone = need.attention ? need.tone : "";
    const heard = at(row.last_beat_at);
    setText(tile.seen, heard === null ? "" : `${brief(moment - heard)} ago`);
    const age = row.still ? moment - at(row.still.taken_at) : 0;
    setText(tile.age, age > OLD_PICTURE ? `picture ${brief(age)} old` : "");
    const left = at(row.ends_at) - moment;
    const isPaused = row.state === "PAUSED";
    const time = isPaused ? "clock stopped" : `${countdown(left)} left`;
    setText(tile.what, row.section ? `${row.section}, ${time}` : time);
    tile.what.classList.toggle("soon", !isPaused && left < SOON);
  }

  tickAll() {
    for (const tile of this.tiles.values()) {
      const row = this.sittings.rows.get(tile.id);
      if (row && tile.visible) this.tick(tile, row);
    }
  }

  press(id) {
    for (const tile of this.tiles.values()) tile.button.setAttribute("aria-pressed", String(tile.id === id));
  }

  focus(id) {
    const tile = this.tiles.get(id);
    if (!tile) return false;
    tile.button.focus();
    tile.element.scrollIntoView({ block: "nearest" });
    return true;
  }

  focusedId() {
    return document.activeElement?.closest?.(".tile")?.dataset.id || "";
  }

  // The tile that stands so many places after the one that has the focus.
  step(by, from) {
    const start = this.shown.indexOf(this.focusedId() || from);
    const place = start < 0 ? 0 : Math.min(Math.max(start + by, 0), this.shown.length - 1);
    return this.focus(this.shown[place]) ? this.shown[place] : "";
  }
}
