// What happens in the browser: tab, focus, full screen, clipboard, keys, screens. The server
// decides what it means.

const DEVELOPER = new Set(["i", "j", "c"]);
const ALLOWED = new Set(["a", "z", "y", "c", "v", "x"]);
const SCREENS = 5000;

// How much of the page, or of an answer, is selected.
function selected() {
  const field = document.activeElement;
  if (field?.matches("textarea, input:not([type=radio])")) return field.selectionEnd - field.selectionStart;
  return document.getSelection()?.toString().length || 0;
}

const place = () => (document.activeElement?.matches("textarea, input") ? "answer" : "page");

export class Watch {
  constructor(conditions, { fullscreen = true } = {}) {
    Object.assign(this, { conditions, needsFullscreen: fullscreen });
    this.listen();
    setInterval(() => this.screens(), SCREENS);
  }

  get running() {
    return this.conditions.running;
  }

  listen() {
    const { conditions } = this;
    addEventListener("beforeunload", () => this.rest());
    addEventListener("pagehide", () => (conditions.running = false));
    document.addEventListener("visibilitychange", () => conditions.set("TAB_HIDDEN", document.hidden));
    addEventListener("blur", () => conditions.set("WINDOW_BLUR", true));
    addEventListener("focus", () => conditions.set("WINDOW_BLUR", false));
    document.documentElement.addEventListener("mouseleave", () => conditions.set("MOUSE_LEFT", true));
    document.documentElement.addEventListener("mouseenter", () => conditions.set("MOUSE_LEFT", false));
    document.addEventListener("fullscreenchange", () => this.fullscreen());
    for (const kind of ["copy", "cut"]) document.addEventListener(kind, (event) => this.copy(event));
    document.addEventListener("paste", (event) => this.paste(event));
    document.addEventListener("contextmenu", (event) => this.stop(event, "RIGHT_CLICK"));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  // Leaving the page also takes focus and full screen: that is no act of its own.
  rest() {
    const wasRunning = this.conditions.running;
    this.conditions.running = false;
    setTimeout(() => (this.conditions.running ||= wasRunning), 3000);
  }

  fullscreen() {
    if (this.needsFullscreen) this.conditions.set("FULLSCREEN_LEFT", !document.fullscreenElement);
  }

  // What a browser may not have told.
  screens() {
    this.conditions.set("TAB_HIDDEN", document.hidden);
    this.conditions.set("SECOND_SCREEN", Boolean(window.screen.isExtended));
  }

  stop(event, kind, data) {
    if (!this.running) return;
    event.preventDefault();
    this.conditions.see(kind, data);
  }

  // The keys of copying with nothing selected copy nothing.
  copy(event) {
    const characters = selected();
    if (characters) this.stop(event, event.type.toUpperCase(), { characters, from: place() });
  }

  paste(event) {
    const characters = event.clipboardData?.getData("text").length || 0;
    const isEmpty = !characters && !event.clipboardData?.types.length;
    if (!isEmpty) this.stop(event, "PASTE", { characters });
  }

  key(event) {
    const key = event.key.toLowerCase();
    const held = event.ctrlKey || event.metaKey;
    const isDeveloper = key === "f12" || (held && (event.shiftKey || event.altKey) && DEVELOPER.has(key));
    if (isDeveloper) this.stop(event, "DEVELOPER_TOOLS");
    else if (event.repeat) return;
    else if (key === "printscreen") this.stop(event, "SHORTCUT", { keys: "printscreen" });
    else if (held && key.length === 1 && !ALLOWED.has(key)) this.stop(event, "SHORTCUT", { keys: this.keys(event, key) });
  }

  keys(event, key) {
    const names = [["ctrl", event.ctrlKey], ["meta", event.metaKey], ["alt", event.altKey], ["shift", event.shiftKey]];
    return [...names.filter(([, is]) => is).map(([name]) => name), key].join("+");
  }
}
