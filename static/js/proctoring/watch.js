// Reports browser events (tab, focus, clipboard, keys). The server decides what they mean.

import { isOn } from "./camera.js";

const DEVELOPER = new Set(["i", "j", "c"]);
const ALLOWED = new Set(["a", "z", "y", "c", "v", "x"]);

export class Watch {
  constructor(report) {
    this.report = report;
    this.running = false;
    this.off = new Set();
    this.listen();
    setInterval(() => this.devices(), 1000);
  }

  see(kind, data) {
    if (this.running) this.report(kind, data);
  }

  listen() {
    addEventListener("beforeunload", () => this.rest());
    addEventListener("pagehide", () => (this.running = false));
    document.addEventListener("visibilitychange", () => document.hidden && this.see("TAB_HIDDEN"));
    addEventListener("blur", () => this.see("WINDOW_BLUR"));
    document.documentElement.addEventListener("mouseleave", () => this.see("MOUSE_LEFT"));
    for (const kind of ["copy", "cut", "paste"]) {
      document.addEventListener(kind, (event) => this.stop(event, kind.toUpperCase()));
    }
    document.addEventListener("contextmenu", (event) => this.stop(event, "RIGHT_CLICK"));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  // Submitting a page also causes blur and leaves full screen; these are not reported.
  rest() {
    this.running = false;
    setTimeout(() => (this.running = true), 3000);
  }

  stop(event, kind) {
    if (!this.running) return;
    event.preventDefault();
    this.see(kind);
  }

  key(event) {
    const key = event.key.toLowerCase();
    const held = event.ctrlKey || event.metaKey;
    if (key === "f12" || (held && event.shiftKey && DEVELOPER.has(key))) this.stop(event, "DEVELOPER_TOOLS");
    else if (key === "printscreen" || (held && key.length === 1 && !ALLOWED.has(key))) this.stop(event, "SHORTCUT");
  }

  devices() {
    for (const [kind, name] of [["video", "CAMERA_OFF"], ["audio", "MICROPHONE_OFF"]]) {
      const on = this.stream ? isOn(this.stream, kind) : false;
      if (on) this.off.delete(kind);
      else if (this.running && !this.off.has(kind)) {
        this.off.add(kind);
        this.see(name);
      }
    }
  }
}
