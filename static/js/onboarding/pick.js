// Turns a comma-separated field into tags that can be chosen, added and removed by keyboard.
// The field itself is submitted; the tags only write into it.

const MOST = 8;
const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s\p{P}]+/gu, "");

export function pickFrom(input, source) {
  const known = [...source.options].map((option) => ({
    name: option.value,
    keys: [option.value, ...option.text.split(", ")].map(plain).filter(Boolean),
  }));
  new Picker(input, known);
}

class Picker {
  constructor(input, known) {
    Object.assign(this, { input, known, found: [], at: -1 });
    this.words = split(input.value);
    this.build();
    this.show();
  }

  build() {
    const { input } = this;
    const id = input.id;
    const make = (tag, set) => Object.assign(document.createElement(tag), set);
    this.chips = make("ul", { className: "list picked" });
    this.box = make("input", { type: "text", id: `${id}-type`, autocomplete: "off", className: "bare" });
    this.list = make("ul", { className: "list choices", id: `${id}-choices`, hidden: true });
    this.said = make("p", { className: "visually-hidden" });
    this.said.setAttribute("role", "status");
    this.list.setAttribute("role", "listbox");
    const label = document.querySelector(`label[for="${id}"]`);
    label.htmlFor = this.box.id;
    this.chips.setAttribute("aria-label", `${label.firstChild.textContent.trim()}, chosen`);
    this.list.setAttribute("aria-label", label.firstChild.textContent.trim());
    const facts = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(facts)) this.box.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (input.hasAttribute(name)) this.box.setAttribute(name, input.getAttribute(name));
    }
    input.type = "hidden";
    const whole = make("div", { className: "picker" });
    whole.append(this.chips, this.box, this.list, this.said);
    input.after(whole);
    this.listen(whole);
  }

  listen(whole) {
    this.box.addEventListener("input", (event) => {
      event.stopPropagation();
      if (/[,;\n]/.test(this.box.value)) this.add(...split(this.box.value));
      else this.suggest();
    });
    this.box.addEventListener("change", (event) => event.stopPropagation());
    this.box.addEventListener("keydown", (event) => this.pressed(event));
    this.box.addEventListener("blur", () => {
      this.add(...split(this.box.value));
      this.close();
    });
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the input keeps the focus
      const choice = event.target.closest("[role=option]");
      if (choice) this.add(choice.textContent);
    });
    this.chips.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.remove(button.dataset.word);
    });
    this.input.addEventListener("restore", () => {
      this.words = split(this.input.value);
      this.show();
    });
    whole.addEventListener("focusin", () => this.box.value && this.suggest());
  }

  pressed(event) {
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return this.suggest(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.mark((this.at + step + this.found.length) % this.found.length);
    } else if (event.key === "Enter" && (this.box.value || this.at >= 0)) {
      event.preventDefault();
      this.add(...(this.at >= 0 ? [this.found[this.at]] : split(this.box.value)));
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Backspace" && !this.box.value && this.words.length) {
      this.remove(this.words.at(-1));
    }
  }

  suggest(all = false) {
    const typed = plain(this.box.value);
    if (!typed && !all) return this.close();
    const chosen = new Set(this.words.map(plain));
    const fits = (test) => this.known.filter((word) => !chosen.has(plain(word.name)) && word.keys.some(test));
    const names = [...fits((key) => key.startsWith(typed)), ...fits((key) => key.includes(typed))].map((word) => word.name);
    this.found = [...new Set(names)].slice(0, MOST);
    this.list.replaceChildren(
      ...this.found.map((name, index) => {
        const choice = document.createElement("li");
        choice.id = `${this.list.id}-${index}`;
        choice.textContent = name;
        choice.setAttribute("role", "option");
        choice.setAttribute("aria-selected", "false");
        return choice;
      }),
    );
    this.at = -1;
    this.list.hidden = !this.found.length;
    this.box.setAttribute("aria-expanded", String(!this.list.hidden));
    this.box.removeAttribute("aria-activedescendant");
  }

  mark(index) {
    this.at = index;
    [...this.list.children].forEach((choice, i) => choice.setAttribute("aria-selected", String(i === index)));
    this.box.setAttribute("aria-activedescendant", this.list.children[index].id);
    this.list.children[index].scrollIntoView({ block: "nearest" });
  }

  close() {
    this.list.hidden = true;
    this.at = -1;
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
  }

  add(...typed) {
    const chosen = new Set(this.words.map(plain));
    const fresh = typed.map((text) => this.normal(text)).filter((word) => word && !chosen.has(plain(word)));
    this.box.value = "";
    this.close();
    if (!fresh.length) return;
    this.words.push(...new Set(fresh));
    this.changed(`${fresh.join(", ")} added`);
  }

  normal(text) {
    const key = plain(text);
    return this.known.find((word) => word.keys.includes(key))?.name ?? text.trim().replace(/\s+/g, " ");
  }

  remove(word) {
    this.words = this.words.filter((each) => each !== word);
    this.changed(`${word} removed`);
    this.box.focus();
  }

  changed(words) {
    this.input.value = this.words.join(", ");
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.said.textContent = words;
    this.show();
  }

  show() {
    this.chips.hidden = !this.words.length;
    this.chips.replaceChildren(
      ...this.words.map((word) => {
        const [item, button] = [document.createElement("li"), document.createElement("button")];
        button.type = "button";
        button.dataset.word = word;
        button.setAttribute("aria-label", `Remove ${word}`);
        button.textContent = "×";
        item.append(word, button);
        return item;
      }),
    );
  }
}

function split(text) {
  return text.split(/[,;\n]+/).map((part) => part.trim()).filter(Boolean);
}
