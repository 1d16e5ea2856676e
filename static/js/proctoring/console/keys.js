// Single keys as shortcuts. They can be switched off, and do nothing while somebody types.

const STORED = "console-keys";

export class Keys {
  constructor({ box, actions }) {
    this.actions = actions;
    this.on = localStorage.getItem(STORED) !== "off";
    box.checked = this.on;
    box.addEventListener("change", () => {
      this.on = box.checked;
      localStorage.setItem(STORED, this.on ? "on" : "off");
    });
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      if (this.actions.Escape(event)) event.preventDefault();
      return;
    }
    const action = this.actions[event.key];
    if (!action || typing || !this.on) return;
    event.preventDefault();
    action(event);
  }
}
