// What was seen, and what to do: calmly, one at a time, until it is read.

const ADVICE = {
  NO_FACE: "Sit so that your whole face is in the picture.",
  SEVERAL_FACES: "Sit alone. Ask others to leave the picture.",
  OTHER_PERSON: "Only you may take this assessment. Look into the camera.",
  STILL_FROZEN: "Check that your camera shows a live picture.",
  SECOND_SCREEN: "Disconnect the second screen.",
  TAB_HIDDEN: "Stay on this page until you have finished.",
  WINDOW_BLUR: "Stay on this page until you have finished.",
  MOUSE_LEFT: "Keep the mouse on this page.",
  FULLSCREEN_LEFT: "Stay in full screen until you have finished.",
  COPY: "Write your answers in your own words, here.",
  CUT: "Write your answers in your own words, here.",
  PASTE: "Write your answers in your own words, here.",
  SHORTCUT: "Use the keyboard for your answers only.",
  DEVELOPER_TOOLS: "Keep the developer tools closed.",
  CAMERA_OFF: "Keep your camera on.",
  MICROPHONE_OFF: "Keep your microphone on.",
};
const MEANING = { WARNED: "This is a warning.", COUNTED: "This is on your record. A person looks at it before it counts." };

export class Warnings {
  constructor(root) {
    this.root = root;
    this.waiting = [];
    this.text = root.querySelector("[data-text]");
    this.advice = root.querySelector("[data-advice]");
    root.querySelector("button").addEventListener("click", () => this.next());
  }

  // Of the policy, about an observation.
  add({ kind, message, standing, advice = ADVICE[kind] || "" }) {
    const last = this.waiting.at(-1) || this.shown;
    const fresh = { kind, text: [message, MEANING[standing]].filter(Boolean).join(" "), advice };
    if (last?.kind === kind && last.text === fresh.text) return;
    this.push(fresh);
  }

  // Of a proctor.
  tell({ message, by }) {
    this.push({ kind: "", text: message, advice: by && by !== "proctor" ? `Message from ${by}.` : "Message from your proctor." });
  }

  push(fresh) {
    this.waiting.push(fresh);
    if (!this.shown) this.next();
  }

  next() {
    const had = this.root.contains(document.activeElement);
    this.shown = this.waiting.shift() || null;
    this.root.hidden = !this.shown;
    this.text.textContent = this.shown?.text || "";
    this.advice.textContent = this.shown?.advice || "";
    if (had && !this.shown) document.querySelector("#section-name")?.focus();
  }
}
