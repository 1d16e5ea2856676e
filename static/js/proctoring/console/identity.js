// Candidates whose photo a person has to compare: both photos whole and beside each other.

import { at, duration, now } from "./times.js";

export class Identity {
  // onReason(kind, row): ask for the reason of a decision that is no good news.
  constructor({ section, template, requests, say, onReason }) {
    Object.assign(this, { section, template, requests, say, onReason });
    this.list = section.querySelector("[data-identity-list]");
    this.cards = new Map();
  }

  draw(rows) {
    const ids = rows.map((row) => row.id);
    for (const [id, card] of this.cards) {
      if (ids.includes(id)) continue;
      card.remove();
      this.cards.delete(id);
    }
    rows.forEach((row, index) => {
      const card = this.cards.get(row.id) || this.make(row);
      if (this.list.children[index] !== card) this.list.insertBefore(card, this.list.children[index] || null);
      card.querySelector("[data-tries]").textContent = `Waiting for ${duration(now() - at(row.needs[0].since))}`;
    });
    this.section.hidden = !rows.length;
  }

  make(row) {
    const card = this.template.content.firstElementChild.cloneNode(true);
    const find = (name) => card.querySelector(`[data-${name}]`);
    card.dataset.id = row.id;
    card.querySelector("h3").textContent = row.name;
    find("photo").src = row.photo_url;
    find("profile").hidden = !row.profile_photo_url;
    find("no-profile").hidden = Boolean(row.profile_photo_url);
    if (row.profile_photo_url) find("profile").src = row.profile_photo_url;
    // Nobody can be the same as a photo that is not there.
    find("same").hidden = !row.profile_photo_url;
    find("same").addEventListener("click", () => this.decide(card, row));
    find("another").addEventListener("click", () => this.onReason("another-photo", row));
    find("different").addEventListener("click", () => this.onReason("different-person", row));
    this.cards.set(row.id, card);
    return card;
  }

  // The case with the focus, or the first.
  current() {
    return document.activeElement?.closest?.(".identity-case") || this.list.firstElementChild;
  }

  press(name) {
    const button = this.current()?.querySelector(`[data-${name}]:not([hidden])`);
    button?.click();
    return Boolean(button);
  }

  async decide(card, row) {
    if (card.dataset.busy) return;
    card.dataset.busy = "yes";
    const answer = await this.requests.post(this.requests.sitting(row.id, "identity"), { same_person: true });
    delete card.dataset.busy;
    const fault = card.querySelector("[data-fault]");
    fault.hidden = answer.ok;
    fault.textContent = answer.words;
    if (!answer.ok) return;
    this.decided(row.id);
    this.say(`${row.name} can start.`, { toast: true });
  }

  // The case goes away, and the next one gets the focus that it had.
  decided(id) {
    const card = this.cards.get(id);
    if (!card) return;
    const hadFocus = card.contains(document.activeElement);
    const next = card.nextElementSibling || card.previousElementSibling;
    this.cards.delete(id);
    card.remove();
    this.section.hidden = !this.cards.size;
    if (hadFocus) next?.focus();
  }
}
