// One section on the page: its questions, the map of them, and what is written into them.

const IDLE = 400; // a pause in typing
const LONGEST = 1000; // at most this much typing is not yet stored

const words = (text) => text.split(/\s+/).filter(Boolean).length;
const time = (moment) =>
  new Date(moment).toLocaleTimeString("en-IN", { hour: "numeric", minute: "2-digit", second: "2-digit" });

export function listed(numbers) {
  if (numbers.length < 2) return numbers.join("");
  return `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}

export class Section {
  constructor(root, { journal, clock, announce, changed }) {
    Object.assign(this, { root, journal, clock, announce });
    this.onTyped = changed;
    this.facts = root.dataset;
    this.form = root.querySelector("form");
    this.map = root.querySelector("#map");
    this.state = JSON.parse(root.querySelector("#state")?.textContent || "{}");
    this.questions = [...root.querySelectorAll("[data-question]")].map((box, index) => ({
      box,
      index,
      id: box.dataset.question,
      position: Number(box.dataset.position),
      kind: box.dataset.kind,
      button: this.map.querySelector(`[data-goes="${box.dataset.question}"]`),
      marked: false,
      recorded: false,
    }));
    this.pending = new Map();
    this.locked = false;
    this.isLinear = this.facts.navigation === "LINEAR";
    this.kept = `section-${this.facts.part}`;
    this.passed = new Set(this.recall());
    this.begin();
  }

  begin() {
    for (const told of this.state.questions || []) {
      const question = this.find(told.id);
      if (!question) continue;
      question.told = told;
      question.marked = Boolean(told.marked);
      if (told.held) this.journal.held.set(told.id, told.held);
    }
    this.restore();
    this.form.addEventListener("input", (event) => this.changed(event.target));
    this.form.addEventListener("change", (event) => this.flush(this.of(event.target)?.id));
    this.form.addEventListener("click", (event) => this.pressed(event.target));
    this.map.addEventListener("click", (event) => this.jump(event.target));
    this.map.addEventListener("keydown", (event) => this.walk(event));
    this.root.querySelector("#next").addEventListener("click", () => this.step(1));
    this.root.querySelector("#previous").addEventListener("click", () => this.step(-1));
    this.root.querySelector("#show-all").addEventListener("click", () => this.toggleAll());
    for (const tools of this.root.querySelectorAll(".tools")) tools.hidden = false;
    for (const mark of this.root.querySelectorAll("[data-marks]")) mark.hidden = !this.facts.mark;
    this.map.hidden = this.questions.length < 2;
    const mayShowAll = !this.isLinear && this.facts.review;
    this.root.querySelector("#show-all").hidden = !mayShowAll;
    this.all = mayShowAll && sessionStorage.getItem("show-all") === "yes";
    const first = this.questions.findIndex((each) => this.mayOpen(each.index) && !this.isAnswered(each));
    this.open(Math.max(first, 0), { focus: false });
  }

  find(id) {
    return this.questions.find((each) => each.id === id);
  }

  of(element) {
    return this.find(element.closest?.("[data-question]")?.dataset.question);
  }

  // What only this browser has is newer than what the server showed.
  restore() {
    for (const question of this.questions) {
      const entry = this.journal.unsentAnswer(question.id);
      const held = this.journal.held.get(question.id);
      if (entry && (!held || entry.written_at > held.written_at)) this.put(question, entry.value);
      else if (held) this.put(question, held.value);
    }
    this.draw();
  }

  value({ box }) {
    const text = box.querySelector("input.gap, textarea");
    return text ? text.value : box.querySelector("input:checked")?.value || "";
  }

  put({ box }, value) {
    const text = box.querySelector("input.gap, textarea");
    if (text && text.value !== value) text.value = value;
    for (const choice of box.querySelectorAll("input[type=radio]")) choice.checked = choice.value === value;
  }

  isAnswered(question) {
    return question.kind === "SPEAKING" ? question.recorded : Boolean(this.value(question).trim());
  }

  missing() {
    return this.questions.filter((each) => !this.isAnswered(each)).map((each) => each.index + 1);
  }

  // Writing

  changed(input) {
    const question = this.of(input);
    if (!question || this.locked) return;
    const now = this.clock.now();
    const waits = this.pending.get(question.id) || { since: now };
    Object.assign(waits, { value: this.value(question), at: now });
    this.pending.set(question.id, waits);
    clearTimeout(waits.timer);
    const delay = input.type === "radio" ? 0 : Math.min(IDLE, LONGEST - (now - waits.since));
    if (delay <= 0) this.flush(question.id);
    else waits.timer = setTimeout(() => this.flush(question.id), delay);
    this.drawQuestion(question);
    this.onTyped();
  }

  flush(id) {
    for (const [question, waits] of [...this.pending]) {
      if (id && id !== question) continue;
      clearTimeout(waits.timer);
      this.pending.delete(question);
      this.journal.write(question, "ANSWER", waits.value, waits.at);
    }
    return this.journal.writing;
  }

  pressed(target) {
    const question = this.of(target);
    if (!question || this.locked) return;
    if (target.matches("[data-marks]")) {
      question.marked = !question.marked;
      this.journal.write(question.id, question.marked ? "MARK" : "UNMARK", "");
    } else if (target.matches("[data-clear]")) {
      this.put(question, "");
      this.journal.write(question.id, "ANSWER", "");
      question.box.querySelector("input")?.focus();
    } else if (target.matches("[data-choose]")) {
      const { value } = question.texts[Number(target.dataset.choose)];
      this.put(question, value);
      this.journal.write(question.id, "CHOOSE", value);
      question.chosen = true;
      this.announce("The answer is chosen.");
      question.box.querySelector("legend").focus();
    }
    this.drawQuestion(question);
  }

  // What the server holds: another device may have written meanwhile.
  held(id, held) {
    const question = this.find(id);
    if (!question) return;
    if (!held.conflict) question.chosen = false;
    const isOurs = held.device === this.journal.device;
    if (!isOurs && !this.pending.has(id) && !this.journal.isWaiting(id) && !held.conflict) {
      this.put(question, held.value);
    }
    this.drawConflict(question, held);
    this.drawQuestion(question);
  }

  drawConflict(question, held) {
    const place = question.box.querySelector("[data-conflict]");
    const show = Boolean(held.conflict) && !question.chosen && !this.journal.isWaiting(question.id);
    if (!show) {
      place.hidden = true;
      question.shown = "";
      return;
    }
    const own = this.value(question);
    const others = held.others || (held.other ? [held.other] : []);
    const texts = [held, ...others].map(({ value, written_at, device }) => ({ value, written_at, device }));
    if (!texts.some((each) => each.value === own)) texts.push({ value: own, device: this.journal.device });
    const different = texts.filter(
      (each, index) => texts.findIndex((other) => other.value === each.value) === index,
    );
    const key = JSON.stringify(different.map((each) => each.value));
    if (different.length < 2 || key === question.shown) return;
    question.shown = key;
    question.texts = different;
    place.replaceChildren(this.choice(question, different));
    place.hidden = false;
    this.announce(`Question ${question.index + 1} was answered in two windows. Choose the answer that counts.`);
  }

  choice(question, texts) {
    const part = document.createElement("div");
    part.className = "stack tight";
    const lead = document.createElement("p");
    lead.textContent = "You answered this question in two windows. Choose the answer that counts. Both are kept.";
    part.append(lead);
    texts.forEach(({ value, written_at, device }, index) => {
      const row = document.createElement("div");
      row.className = "version";
      const where = document.createElement("p");
      where.className = "muted";
      const own = device === this.journal.device ? "This window" : "Another window";
      where.textContent = written_at ? `${own}, ${time(written_at)}` : own;
      const text = document.createElement("blockquote");
      text.textContent = this.shownValue(question, value) || "(empty)";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet small";
      button.dataset.choose = index;
      button.textContent = "Use this answer";
      row.append(where, text, button);
      part.append(row);
    });
    return part;
  }

  shownValue({ box }, value) {
    const choice = [...box.querySelectorAll("input[type=radio]")].find((each) => each.value === value);
    return choice ? choice.closest("label").textContent.trim() : value;
  }

  // Moving

  recall() {
    try {
      return JSON.parse(sessionStorage.getItem(this.kept)) || [];
    } catch {
      return [];
    }
  }

  mayOpen(index) {
    const wasLeft = this.passed.has(index) && !this.facts.review;
    if (this.isLinear) return index <= this.passed.size && !wasLeft;
    return !(wasLeft && this.isAnswered(this.questions[index]));
  }

  // A question that the section does not let one skip has to be answered first.
  leave() {
    const question = this.questions[this.current];
    if (!this.facts.skip && !this.isAnswered(question)) {
      this.tell(question, "Answer this question first.");
      return false;
    }
    this.flush();
    this.passed.add(this.current);
    try {
      sessionStorage.setItem(this.kept, JSON.stringify([...this.passed]));
    } catch {
      // Without a memory of its own the browser forgets where we were, and nothing else.
    }
    return true;
  }

  step(by) {
    let index = this.current + by;
    if (by > 0 && !this.leave()) return;
    if (by < 0) this.flush();
    while (this.questions[index] && !this.mayOpen(index)) index += by;
    if (this.questions[index]) this.open(index);
    else this.draw();
  }

  jump(target) {
    const question = this.find(target.closest("[data-goes]")?.dataset.goes);
    if (!question || question.button.getAttribute("aria-disabled") === "true") return;
    if (question.index > this.current && !this.all && !this.leave()) return;
    this.flush();
    if (this.mayOpen(question.index)) this.open(question.index);
  }

  // Arrow keys in the map.
  walk(event) {
    const at = this.questions.findIndex((each) => each.button === event.target);
    const last = this.questions.length - 1;
    const to = {
      ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last,
    }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const { button } = this.questions[Math.min(Math.max(to, 0), last)];
    this.roving(button);
    button.focus();
  }

  roving(button) {
    for (const each of this.questions) each.button.tabIndex = each.button === button ? 0 : -1;
  }

  // Without the lease the server shows no question.
  isEmpty() {
    return this.questions.length === 0;
  }

  open(index, { focus = true } = {}) {
    this.current = index;
    this.draw();
    if (this.isEmpty()) return;
    const { box, button } = this.questions[index];
    this.roving(button);
    if (!focus) return;
    box.querySelector("legend").focus({ preventScroll: true });
    box.scrollIntoView({ block: "start" });
  }

  toggleAll() {
    this.all = !this.all;
    sessionStorage.setItem("show-all", this.all ? "yes" : "no");
    this.open(this.current, { focus: false });
  }

  // Showing

  draw() {
    for (const question of this.questions) {
      question.box.hidden = !this.all && question.index !== this.current;
      this.drawQuestion(question);
    }
    const button = this.root.querySelector("#show-all");
    button.textContent = this.all ? "Show one question at a time" : "Show all questions";
    button.setAttribute("aria-pressed", String(this.all));
    const before = this.questions.slice(0, this.current).some((each) => this.mayOpen(each.index));
    const isLast = this.current === this.questions.length - 1;
    this.root.querySelector("#previous").hidden = this.all || !before;
    this.root.querySelector("#next").hidden = this.all || isLast;
    this.root.querySelector("#finish").classList.toggle("quiet", !this.all && !isLast);
  }

  drawQuestion(question) {
    const { box, button, index } = question;
    const isAnswered = this.isAnswered(question);
    const isCurrent = index === this.current && !this.all;
    const says = [`Question ${index + 1}`, isAnswered ? "answered" : "not answered"];
    if (question.marked) says.push("marked");
    button.setAttribute("aria-label", says.join(", "));
    button.classList.toggle("answered", isAnswered);
    button.classList.toggle("marked", question.marked);
    button.setAttribute("aria-disabled", String(!this.mayOpen(index) && !isCurrent));
    if (isCurrent) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
    const mark = box.querySelector("[data-marks]");
    mark.setAttribute("aria-pressed", String(question.marked));
    mark.textContent = question.marked ? "Marked for review" : "Mark for review";
    const clear = box.querySelector("[data-clear]");
    if (clear) clear.hidden = !isAnswered || !this.facts.skip;
    this.drawWords(box);
    this.drawSaving(question);
  }

  drawWords(box) {
    const text = box.querySelector("textarea");
    if (!text) return;
    const { least, most } = text.dataset;
    const range = most > 0 ? `, asked for: ${least || 1} to ${most}` : least > 0 ? `, asked for: at least ${least}` : "";
    const count = words(text.value);
    box.querySelector("[data-words]").textContent = `${count} word${count === 1 ? "" : "s"}${range}`;
  }

  drawSaving(question) {
    const isStoring = this.pending.has(question.id) || this.journal.queued.includes(question.id);
    const isWaiting = this.journal.isWaiting(question.id);
    const held = this.journal.held.get(question.id);
    const place = question.box.querySelector("[data-state]");
    if (isStoring || this.isAnswered(question)) question.problem = "";
    const saved = isStoring ? "Saving" : isWaiting ? "Waiting to be sent" : held ? "Saved" : "";
    const text = question.problem || saved;
    if (place.textContent !== text) place.textContent = text;
  }

  drawAllSaving() {
    for (const question of this.questions) this.drawSaving(question);
  }

  tell(question, text) {
    question.problem = text;
    this.drawSaving(question);
    this.announce(text);
  }

  lock(is) {
    this.locked = is;
    this.root.inert = is;
    for (const { box } of this.questions) box.disabled = is;
  }
}
