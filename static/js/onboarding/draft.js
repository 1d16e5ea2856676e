// Saves a form's input on the server as a draft after a pause, and keeps it in the tab while offline.
// Sends the revision that this page is based on, so that another device's draft is not overwritten.

const PAUSE = 700;
const RETRY = [2000, 4000, 8000, 15000, 30000];
// Hidden fields that belong to the input: the number of rows, and each row's language.
const ROW_OF_LANGUAGE = /^fluency-(TOTAL_FORMS|\d+-)/;
const ZONE = { hour: "numeric", minute: "2-digit", timeZone: "Asia/Kolkata" };
const textOf = (input) => (input.type === "checkbox" ? (input.checked ? "on" : "") : input.value);

export class Draft {
  constructor(form) {
    this.form = form;
    this.address = form.dataset.draft;
    this.key = `draft ${form.dataset.of} ${this.address}`;
    this.revision = Number(form.dataset.revision);
    this.token = form.elements.csrfmiddlewaretoken.value;
    this.line = document.getElementById("saved");
    this.waiting = {};
    this.refused = {};
    this.tries = 0;
    this.stopped = false;
  }

  begin() {
    this.form.addEventListener("input", (event) => this.changed(event.target));
    this.form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("online", () => this.send());
    addEventListener("pagehide", () => this.send());
    document.addEventListener("before-log-out", (event) => this.leaving(event.detail));
    document.addEventListener("visibilitychange", () => document.hidden && this.send());
    document.getElementById("keep-mine").addEventListener("click", () => this.keepMine());
    document.getElementById("take-theirs").addEventListener("click", () => this.forget());
    this.restore();
  }

  named(name) {
    return this.form.elements.namedItem(name);
  }

  changed(input) {
    if (!input.name) return;
    const text = textOf(input);
    delete this.refused[input.name];
    if (this.waiting[input.name] === text) return;
    this.waiting[input.name] = text;
    this.keep();
    this.soon(PAUSE);
  }

  soon(after) {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.send(), after);
  }

  // Unsaved input is also in sessionStorage, keyed by user, so that a reload or a log-in
  // in between loses nothing.
  keep() {
    try {
      if (!Object.keys(this.waiting).length) sessionStorage.removeItem(this.key);
      else sessionStorage.setItem(this.key, JSON.stringify({ revision: this.revision, fields: this.waiting }));
    } catch {
      // Storage is blocked: it is kept in the page only.
    }
  }

  forget() {
    this.waiting = {};
    this.keep();
  }

  restore() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(this.key));
    } catch {
      // Not readable: ignored.
    }
    if (!kept) return;
    // Already saved by the request that was sent while leaving the page.
    // The second pass finds the rows that the first one created.
    const missing = {};
    for (let look = 0; look < 2; look++) {
      for (const [name, text] of Object.entries(kept.fields)) {
        if (!this.named(name) || textOf(this.named(name)) === text) continue;
        this.put(name, text);
        missing[name] = text;
      }
    }
    this.waiting = missing;
    this.keep();
    if (!Object.keys(missing).length) return;
    if (kept.revision === this.revision) {
      this.tell("We restored your unsaved changes.");
      this.send();
    } else this.compare();
  }

  put(name, text) {
    const input = this.named(name);
    if (!input) return;
    if (input.type === "checkbox") input.checked = text === "on";
    else input.value = text;
    input.dispatchEvent(new Event("restore"));
  }

  send() {
    clearTimeout(this.timer);
    this.sending = (this.sending ?? Promise.resolve()).then(() => this.sendNow());
    return this.sending;
  }

  async sendNow() {
    const fields = { ...this.waiting };
    if (!Object.keys(fields).length || this.stopped) return true;
    this.tell("Saving…");
    let answer = null;
    try {
      answer = await fetch(this.address, {
        method: "PATCH",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token, "If-Match": `"${this.revision}"` },
        body: JSON.stringify({ fields }),
        keepalive: true,
      });
    } catch {
      // No response: shown below.
    }
    return this.answered(answer, fields);
  }

  async answered(answer, fields) {
    if (answer?.ok) return this.took(await answer.json(), fields);
    if (answer?.status === 412) return this.compare();
    if (answer?.status === 422) return this.leaveOut(await answer.json(), fields);
    if (answer && [401, 403, 404, 409].includes(answer.status)) return this.stop(await answer.json().catch(() => ({})));
    this.tell("You're offline. Your changes will be saved when you're back online.");
    this.soon(RETRY[Math.min(this.tries++, RETRY.length - 1)]);
    return false;
  }

  took(told, fields) {
    this.tries = 0;
    this.see(told.revision);
    for (const [name, text] of Object.entries(fields)) if (this.waiting[name] === text) delete this.waiting[name];
    this.keep();
    if (Object.keys(this.waiting).length) this.soon(PAUSE);
    else if (Object.keys(this.refused).length) this.tell(this.refusal, true);
    else this.tell(`Saved ${new Date(told.typed_at ?? Date.now()).toLocaleTimeString("en-IN", ZONE)}`);
    return true;
  }

  see(revision) {
    this.revision = revision;
    this.form.elements.revision.value = revision;
  }

  // A refused field does not block the others, and is not stored in the tab.
  leaveOut(problem, fields) {
    const named = (problem.errors ?? []).map((error) => error.pointer.split("/").at(-1));
    const guilty = named.filter((name) => name in fields);
    if (!guilty.length) return this.stop(problem);
    for (const name of guilty) {
      this.refused[name] = fields[name];
      if (this.waiting[name] === fields[name]) delete this.waiting[name];
    }
    this.keep();
    this.refusal = problem.errors[0].detail ?? problem.detail;
    this.tell(this.refusal, true);
    this.soon(0);
    return false;
  }

  stop(problem) {
    this.stopped = true;
    const loggedOut = problem.code === "not_authenticated";
    const words = loggedOut
      ? "You're logged out. Your changes are still in this tab:"
      : `${problem.detail ?? "We couldn't save this."}`;
    this.tell(words, true);
    if (loggedOut) {
      const link = document.createElement("a");
      link.href = `/log-in/?next=${encodeURIComponent(location.pathname)}`;
      link.textContent = "log in to continue";
      this.line.append(" ", link);
    }
    return false;
  }

  // The server has a newer draft: show both, and let the user choose.
  async compare() {
    const answer = await fetch(this.address).catch(() => null);
    if (!answer?.ok) {
      this.soon(RETRY[0]);
      return false;
    }
    const there = await answer.json();
    this.theirs = there.revision;
    this.stopped = true;
    const rows = Object.entries(there.values).flatMap(([name, text]) => this.difference(name, text));
    if (!rows.length) {
      this.stopped = false;
      return this.took(there, this.waiting); // our own request, sent while leaving the page
    }
    document.getElementById("elsewhere-words").replaceChildren(...rows);
    const notice = document.getElementById("elsewhere");
    document.getElementById("keep-mine").hidden = false;
    notice.hidden = false;
    notice.focus();
    this.tell("Not saved. Choose which version to keep.", true);
    return false;
  }

  difference(name, text) {
    const input = this.named(name);
    if (!input || textOf(input) === text) return [];
    const [row, label, words] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
    const visible = document.getElementById(`${input.id}-type`) ?? input;
    label.textContent = visible.labels?.[0]?.firstChild.textContent.trim() || visible.labels?.[0]?.textContent || name;
    const chosen = [...(input.options ?? [])].find((option) => option.value === text);
    words.textContent = (input.type === "checkbox" ? (text ? "yes" : "no") : chosen?.text ?? text) || "empty";
    row.append(label, words);
    return [row];
  }

  keepMine() {
    for (const input of this.form.elements) {
      const isTyped = !["hidden", "submit"].includes(input.type) || ROW_OF_LANGUAGE.test(input.name);
      if (input.name && isTyped) this.waiting[input.name] = textOf(input);
    }
    for (const name of ["skills", "languages"]) if (this.named(name)) this.waiting[name] = this.named(name).value;
    this.see(this.theirs);
    this.stopped = false;
    document.getElementById("elsewhere").hidden = true;
    this.keep();
    this.send();
  }

  // Save the draft before submitting, so that a failing network loses no input.
  // Without unsaved input the form is submitted directly: browsers ignore a nested submit.
  async submitted(event) {
    const waits = Object.keys(this.waiting).length;
    if (!waits || this.sure || (this.stopped && !this.theirs)) return;
    event.preventDefault();
    event.stopPropagation();
    const button = event.submitter;
    await this.send();
    if (Object.keys(this.waiting).length) return this.line.scrollIntoView({ block: "nearest" });
    setTimeout(() => {
      this.sure = true;
      this.form.requestSubmit(button);
      this.sure = false;
    });
  }

  // Save the draft before a log-out, which deletes what is kept in the tab.
  leaving(saves) {
    const isSaved = () => !Object.keys(this.waiting).length;
    if (!isSaved()) saves.push(this.send().then(isSaved));
  }

  tell(words, warns = false) {
    this.line.textContent = words;
    this.line.classList.toggle("warns", warns);
  }
}
