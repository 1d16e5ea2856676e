// Writing an answer: kept on the server while one types, and in the browser until it is there;
// others are told that somebody writes; canned replies; a warning before two send at once.

const PAUSE = 600;
const WRITING_FOR = 8000;
const PRESENCE_EVERY = 15_000;
const ZONE = { hour: "numeric", minute: "2-digit", timeZone: "Asia/Kolkata" };

export class Composer {
  constructor(pane) {
    this.pane = pane;
    this.ticket = pane.dataset.ticket;
    this.api = pane.dataset.api;
    this.form = pane.querySelector("[data-answer]");
    this.text = pane.querySelector("[data-answer-text]");
    this.note = pane.querySelector("[data-note-text]");
    this.saved = pane.querySelector("[data-saved]");
    this.token = document.querySelector("[data-desk] [name=csrfmiddlewaretoken]").value;
    this.timers = [setInterval(() => this.tellPresence(), PRESENCE_EVERY)];
    this.tellPresence();
    this.replies = JSON.parse(document.getElementById("desk-replies")?.textContent || "[]");
    if (!this.text) return;
    this.key = `desk-draft ${this.form.dataset.user} ${this.ticket}`;
    this.noteKey = `desk-note ${this.form.dataset.user} ${this.ticket}`;
    this.onServer = this.text.value;
    this.restore();
    this.grow();
    this.text.addEventListener("input", () => this.typed());
    this.note.addEventListener("input", () => keep(this.noteKey, this.note.value));
    this.text.addEventListener("keydown", (event) => this.pressed(event));
    pane.querySelector("[data-opens-replies]")?.addEventListener("click", () => this.openReplies());
    pane.querySelector("[data-replies-search]").addEventListener("input", (event) => this.listReplies(event.target.value));
    pane.querySelector("[data-newer-read]").addEventListener("click", () => this.hasRead());
    this.leaving = () => this.save({ keepalive: true });
    addEventListener("pagehide", this.leaving);
    addEventListener("online", this.leaving);
  }

  // Another ticket is shown now.
  end() {
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.saving);
    clearTimeout(this.writing);
    if (!this.text) return;
    removeEventListener("pagehide", this.leaving);
    removeEventListener("online", this.leaving);
    this.save({ keepalive: true });
  }

  restore() {
    const kept = recall(this.key);
    if (kept && kept !== this.text.value) {
      this.text.value = kept;
      this.tell("We restored what you had written.");
      this.soon();
    }
    this.note.value ||= recall(this.noteKey);
  }

  typed() {
    keep(this.key, this.text.value);
    this.grow();
    this.soon();
    if (this.text.value.trim()) this.isWriting();
    const line = this.text.value.slice(0, this.text.selectionStart).split("\n").at(-1);
    if (line === "/" && this.replies.length) this.openReplies({ slash: true });
  }

  grow() {
    this.text.rows = Math.min(Math.max(this.text.value.split("\n").length + 1, 3), 12);
  }

  pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit(this.form.querySelector("[type=submit]:not([name])"));
    }
  }

  soon() {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), PAUSE);
  }

  async save({ keepalive = false } = {}) {
    clearTimeout(this.saving);
    const text = this.text.value;
    if (text === this.onServer || this.sending) return true;
    const answer = await this.call("PUT", "draft/", { text }, keepalive);
    if (!answer?.ok) {
      this.tell(answer ? "Not saved on the server. It is kept in this browser." : "No connection. What you write is kept in this browser.");
      return false;
    }
    this.onServer = text;
    if (this.text.value === text) forget(this.key);
    this.tell(text ? `Draft saved ${new Date().toLocaleTimeString("en-IN", ZONE)}` : "");
    return true;
  }

  // Sent: nothing of it is a draft any more.
  sent() {
    this.onServer = "";
    this.text.value = "";
    forget(this.key);
  }

  noteSent() {
    this.note.value = "";
    forget(this.noteKey);
  }

  isWriting() {
    clearTimeout(this.writing);
    this.writing = setTimeout(() => this.setWriting(false), WRITING_FOR);
    this.setWriting(true);
  }

  setWriting(is) {
    if (this.writes === is) return;
    this.writes = is;
    this.tellPresence();
  }

  tellPresence() {
    if (!document.hidden) this.call("POST", "presence/", { writing: Boolean(this.writes) });
  }

  async call(method, part, body, keepalive = false) {
    try {
      return await fetch(this.api + part, {
        method,
        keepalive,
        headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(body),
      });
    } catch {
      return null;
    }
  }

  tell(words) {
    this.saved.textContent = words;
  }

  // Messages that came while somebody writes are pointed out; without a text they count as read.
  refreshed() {
    const newest = this.pane.querySelector("#desk-lines")?.dataset.seen;
    const field = this.form?.querySelector("[data-seen-field]");
    if (!field || !newest || field.value === newest) return;
    if (!this.text.value.trim()) {
      field.value = newest;
      return;
    }
    const line = this.pane.querySelector(`[data-key="${newest}"]`);
    const name = line?.querySelector("strong")?.textContent || "Somebody";
    this.pane.querySelector("[data-newer-words]").textContent = `${name} wrote while you were writing.`;
    this.pane.querySelector("[data-newer]").hidden = false;
  }

  hasRead() {
    this.form.querySelector("[data-seen-field]").value = this.pane.querySelector("#desk-lines").dataset.seen;
    this.pane.querySelector("[data-newer]").hidden = true;
    this.text.focus();
  }

  // Whether the answer may go out; asks while another member writes.
  mayBeSent(button) {
    const names = [...this.pane.querySelectorAll("[data-writing]")].map((each) => each.dataset.writing);
    if (!names.length || this.form.querySelector("[name=confirmed]:checked, [name=confirmed][type=hidden]")) return true;
    const dialog = document.getElementById("desk-collision");
    dialog.querySelector("[data-collision-words]").textContent = `${names.join(" and ")} is writing an answer to this ticket right now.`;
    dialog.querySelector("[data-send-anyway]").onclick = () => {
      const sure = Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value: "on" });
      this.form.append(sure);
      dialog.close();
      this.form.requestSubmit(button);
      sure.remove();
    };
    dialog.onclose = () => !dialog.returnValue && this.setWriting(false);
    dialog.showModal();
    return false;
  }

  openReplies({ slash = false } = {}) {
    if (!this.replies.length) return;
    this.slash = slash;
    this.mode("answer");
    const dialog = document.getElementById("desk-replies-dialog");
    dialog.querySelector("[data-replies-search]").value = "";
    this.listReplies("");
    dialog.showModal();
    dialog.querySelector("[data-replies-search]").focus();
    dialog.onkeydown = (event) => {
      const buttons = [...dialog.querySelectorAll("[data-replies-list] button")];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        const at = buttons.indexOf(document.activeElement) + step;
        (buttons[at] || dialog.querySelector("[data-replies-search]")).focus();
      } else if (event.key === "Enter" && event.target.matches("input")) {
        event.preventDefault();
        buttons[0]?.click();
      }
    };
    dialog.onclose = () => this.text.focus();
  }

  listReplies(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.replies.filter((reply) => wanted.every((word) => `${reply.title} ${reply.text}`.toLowerCase().includes(word)));
    const list = this.pane.querySelector("[data-replies-list]");
    list.replaceChildren(...found.map((reply) => this.replyLine(reply)));
    this.pane.querySelector("[data-replies-none]").hidden = found.length > 0;
  }

  replyLine(reply) {
    const [line, button, title, text] = ["li", "button", "strong", "span"].map((name) => document.createElement(name));
    title.textContent = reply.title;
    text.textContent = reply.text;
    button.type = "button";
    button.append(title, text);
    button.addEventListener("click", () => this.insert(reply));
    line.append(button);
    return line;
  }

  insert(reply) {
    const { text } = this;
    const start = this.slash ? text.selectionStart - 1 : text.selectionStart;
    text.setRangeText(reply.text, Math.max(start, 0), text.selectionEnd, "end");
    this.form.elements.canned_reply.value = reply.id;
    document.getElementById("desk-replies-dialog").close();
    this.typed();
  }

  mode(name) {
    const radio = this.pane.querySelector(`[name=composer][value=${name}]`);
    if (!radio) return;
    radio.checked = true;
    document.getElementById("pane-thread").checked = true;
    (name === "note" ? this.note : this.text).focus();
  }
}

const keep = (key, text) => {
  try {
    if (text.trim()) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {
    // Storage is blocked: the server's draft remains.
  }
};
const recall = (key) => {
  try {
    return localStorage.getItem(key) || "";
  } catch {
    return "";
  }
};
const forget = (key) => keep(key, "");
