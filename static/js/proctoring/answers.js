// Keeps each change in this browser until the server has saved it, and shows the time.

const RETRY = 3000;

export class Answers {
  constructor(form, { address, token, part, tell, over }) {
    Object.assign(this, { form, address, token, tell, over });
    this.key = `answers-${part}`;
    this.waiting = JSON.parse(localStorage.getItem(this.key) || "{}");
    this.timers = {};
    this.restore();
    form.addEventListener("input", (event) => this.changed(event.target));
    document.addEventListener("before-log-out", (event) => {
      if (this.count()) event.detail.push(this.flush().then(() => !this.count()));
    });
  }

  restore() {
    for (const [question, { revision, value }] of Object.entries(this.waiting)) {
      const box = this.form.querySelector(`[data-question="${question}"]`);
      if (!box || revision <= Number(box.dataset.revision)) delete this.waiting[question];
      else this.put(box, revision, value);
    }
    this.keep();
  }

  put(box, revision, value) {
    box.dataset.revision = revision;
    const text = box.querySelector("input.gap");
    if (text) text.value = value;
    for (const choice of box.querySelectorAll("input[type=radio]")) choice.checked = choice.value === value;
    this.send(box.dataset.question);
  }

  changed(input) {
    const box = input.closest("[data-question]");
    if (!box) return;
    const question = box.dataset.question;
    box.dataset.revision = Number(box.dataset.revision) + 1;
    this.waiting[question] = { revision: Number(box.dataset.revision), value: input.value };
    this.keep();
    clearTimeout(this.timers[question]);
    this.timers[question] = setTimeout(() => this.send(question), input.type === "radio" ? 0 : 500);
  }

  async send(question) {
    const answer = this.waiting[question];
    if (!answer) return;
    try {
      const response = await fetch(`${this.address}answers/${question}/`, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(answer),
        keepalive: true,
      });
      if (response.ok) this.saved(question, answer.revision, await response.json());
      else if (response.status === 409) this.closed();
      else this.later(question);
    } catch {
      this.later(question);
    }
  }

  saved(question, revision, told) {
    if (this.waiting[question]?.revision === revision) delete this.waiting[question];
    this.keep();
    const time = new Date(told.saved_at).toLocaleTimeString("en-IN", { hour: "numeric", minute: "2-digit" });
    this.tell(this.count() ? this.words() : `Saved ${time}`);
  }

  closed() {
    this.waiting = {};
    this.keep();
    this.over();
  }

  later(question) {
    this.tell(this.words());
    this.timers[question] = setTimeout(() => this.send(question), RETRY);
  }

  words() {
    const count = this.count();
    return `${count} answer${count === 1 ? "" : "s"} waiting to be saved`;
  }

  count() {
    return Object.keys(this.waiting).length;
  }

  keep() {
    if (this.count()) localStorage.setItem(this.key, JSON.stringify(this.waiting));
    else localStorage.removeItem(this.key);
  }

  async flush() {
    await Promise.all(Object.keys(this.waiting).map((question) => this.send(question)));
  }
}
