// What a proctor does to a sitting: one dialog for all acts. An act keeps its id while its dialog is
// open, so that one that is sent again after a lost answer is done once.

const ACTS = {
  message: {
    title: (name) => `Message to ${name}`,
    about: "It appears on the assessment's page at once.",
    send: "Send message",
    done: (name) => `Message sent to ${name}.`,
    reason: "CANDIDATE",
    phrases: [
      "Please move so that your whole face is visible.",
      "Please turn on a light. Your picture is dark.",
      "Please sit so that nobody else is in the picture.",
      "You can go on. We have solved the problem.",
    ],
  },
  warn: {
    title: (name) => `Warn ${name}`,
    about: "It appears on the assessment's page at once. It adds no points.",
    send: "Send warning",
    done: (name) => `Warning sent to ${name}.`,
    reason: "CANDIDATE",
    phrases: [
      "Please keep the assessment in full screen.",
      "Please put your phone away.",
      "Please look at your own screen only.",
      "Nobody else may be in the room.",
    ],
  },
  pause: {
    title: (name) => `Pause ${name}'s assessment`,
    about: "The clock stops and the questions are hidden, until somebody resumes it. After 30 minutes it goes on by itself.",
    send: "Pause assessment",
    done: (name) => `${name}'s assessment is paused.`,
    reason: "",
    phrases: ["We have a technical problem. Your clock is stopped. Please stay at your place.", "Please solve the problem in your room. Your clock is stopped."],
  },
  resume: {
    title: (name) => `Resume ${name}'s assessment`,
    about: "The clock goes on, and the time of the pause is given back.",
    send: "Resume assessment",
    done: (name) => `${name}'s assessment goes on.`,
    reason: "PROCTOR",
    optional: true,
    phrases: [],
  },
  "more-time": {
    title: (name) => `Add time for ${name}`,
    about: "It is added to the section that is open.",
    send: "Add time",
    done: (name) => `Time added for ${name}.`,
    reason: "TECHNICAL",
    optional: true,
    minutes: true,
    phrases: ["You get more time because of the interruption."],
  },
  end: {
    title: (name) => `End ${name}'s assessment?`,
    about: "It ends at once and cannot be started again. What was answered is graded, and a reviewer decides whether the result counts.",
    send: "End assessment",
    done: (name) => `${name}'s assessment has ended.`,
    reason: "",
    danger: true,
    phrases: [],
  },
  "another-photo": {
    title: (name) => `Ask ${name} for another photo`,
    about: "The candidate takes a new photo, with three new tries.",
    send: "Ask for a photo",
    done: (name) => `${name} is asked for another photo.`,
    samePerson: null,
    phrases: ["Please look straight into the camera, in good light.", "Please take off what covers your face, if you can."],
  },
  "different-person": {
    title: (name) => `Is this not ${name}?`,
    about: "This attempt is closed without counting. The candidate reads the reason and can start again.",
    send: "Different person",
    done: (name) => `${name}'s attempt is closed.`,
    samePerson: false,
    danger: true,
    phrases: [],
  },
};
const isIdentity = (act) => act.samePerson !== undefined;

export class Acts {
  constructor({ dialog, requests, say, onDecided }) {
    Object.assign(this, { dialog, requests, say, onDecided });
    this.form = dialog.querySelector("form");
    this.part = (name) => dialog.querySelector(`[data-${name}]`);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.part("phrases").addEventListener("click", (event) => {
      const phrase = event.target.closest("button");
      if (!phrase) return;
      this.form.text.value = phrase.textContent;
      this.form.text.focus();
    });
    this.form.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
    });
  }

  open(kind, row) {
    const act = ACTS[kind];
    if (!act || !row) return;
    Object.assign(this, { kind, act, row, actId: crypto.randomUUID() });
    this.form.reset();
    this.part("title").textContent = act.title(row.name);
    this.part("about").textContent = act.about;
    this.part("send").textContent = act.send;
    this.part("send").classList.toggle("danger", Boolean(act.danger));
    this.part("optional").hidden = !act.optional;
    this.part("minutes-field").hidden = !act.minutes;
    this.part("reasons").hidden = isIdentity(act);
    this.fail("");
    for (const radio of this.form.elements.reason) radio.checked = radio.value === act.reason;
    this.part("phrases").replaceChildren(
      ...act.phrases.map((words) => {
        const phrase = document.createElement("button");
        Object.assign(phrase, { type: "button", className: "chip", textContent: words });
        return phrase;
      }),
    );
    this.dialog.showModal();
    (act.minutes ? this.form.minutes : this.form.text).focus();
  }

  fail(words, field) {
    this.part("fault").hidden = !words;
    this.part("fault-words").textContent = words;
    for (const input of [this.form.text, this.form.minutes]) {
      if (words && input === field) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    field?.focus();
  }

  async send() {
    const { kind, act, row, form } = this;
    const text = form.text.value.trim();
    const reason = form.elements.reason.value;
    const minutes = Number(form.minutes.value);
    if (act.minutes && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= 120)) {
      return this.settle("Add between 1 and 120 minutes.", form.minutes);
    }
    if (!reason && !isIdentity(act)) return this.settle("Select a reason.", form.elements.reason[0]);
    if (!text && !act.optional) return this.settle("Write what the candidate should read.", form.text);
    const body = isIdentity(act)
      ? { ...(act.samePerson === null ? {} : { same_person: act.samePerson }), reason: text }
      : { id: this.actId, reason, text, ...(act.minutes ? { minutes } : {}) };
    const place = this.requests.sitting(row.id, isIdentity(act) ? "identity" : kind);
    const answer = await this.requests.post(place, body);
    if (!answer.ok) return this.settle(answer.words, form.text);
    this.settle("");
    this.dialog.close();
    if (isIdentity(act)) this.onDecided(row.id);
    return this.say(act.done(row.name), { toast: true });
  }

  settle(words, field) {
    this.part("send").removeAttribute("aria-busy");
    this.fail(words, field);
  }
}
