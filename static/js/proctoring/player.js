// Plays a listening clip. The server counts the plays; a play that a reload or a lost connection
// cut short goes on from where it was and is not counted again.

const TRIES = 5;
let playing = null; // one clip at a time on the whole page

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

export class Player {
  constructor(box, { question, api, clock, announce }) {
    Object.assign(this, { box, question, api, clock, announce });
    this.button = box.querySelector("[data-play]");
    this.progress = box.querySelector("progress");
    this.words = box.querySelector("[data-plays]");
    this.key = `play-${question.id}`;
    this.left = question.told?.plays_left ?? null;
    this.problem = "";
    this.button.addEventListener("click", () => this.start());
    this.draw();
  }

  // The play that was cut short, while its token is valid.
  cut() {
    const kept = JSON.parse(sessionStorage.getItem(this.key) || "null");
    return kept && Date.parse(kept.until) > this.clock.now() ? kept : null;
  }

  draw() {
    const isBusy = playing === this;
    const cut = !isBusy && this.cut();
    const mayPlay = cut || this.left !== 0;
    this.button.textContent = isBusy ? "Playing" : cut ? "Continue" : "Play";
    this.button.setAttribute("aria-disabled", String(isBusy || !mayPlay));
    const count = this.left === null ? "" : `${this.left} play${this.left === 1 ? "" : "s"} left`;
    const words = this.problem || (cut ? `Cut short: continuing uses no play. ${count}` : count);
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  async start() {
    if (playing || this.button.getAttribute("aria-disabled") === "true") return;
    playing = this;
    this.problem = "";
    this.draw();
    try {
      const play = this.cut() || (await this.ask());
      if (play) await this.run(play);
    } finally {
      playing = null;
      this.draw();
    }
  }

  async ask() {
    const { status, data = {} } = await this.api.call("POST", `questions/${this.question.id}/plays/`);
    if (status !== 200 && status !== 201) {
      this.problem = data.detail || "No connection. Try again when it is back.";
      if (data.code === "no_plays_left") this.left = 0;
      this.announce(this.problem);
      return null;
    }
    this.left = data.plays_left;
    const url = new URL(data.url, location.href);
    if (data.token && !url.searchParams.has("token")) url.searchParams.set("token", data.token);
    const play = { url: url.pathname + url.search, until: data.until, at: 0 };
    this.keep(play);
    this.draw();
    return play;
  }

  keep(play) {
    sessionStorage.setItem(this.key, JSON.stringify(play));
  }

  // The whole clip is fetched before it plays, so a bad line does not cut it.
  async fetchClip(url) {
    for (let round = 1; round <= TRIES; round += 1) {
      const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(30000) }).catch(() => null);
      if (answer?.ok) return answer.blob().catch(() => null);
      if (answer && answer.status < 500) return null;
      await pause(1000 * round);
    }
    return null;
  }

  async run(play) {
    const clip = await this.fetchClip(play.url);
    if (!clip) {
      this.problem = "The clip did not arrive. Press Continue to try again; it uses no play.";
      return;
    }
    const audio = new Audio(URL.createObjectURL(clip));
    audio.currentTime = play.at;
    const ended = new Promise((resolve) => {
      audio.onended = () => resolve(true);
      audio.onerror = () => resolve(false);
      // Questions that are hidden are not heard either.
      document.addEventListener("questions-hidden", () => (audio.pause(), resolve(false)), { once: true });
    });
    audio.ontimeupdate = () => {
      if (Number.isFinite(audio.duration)) this.progress.value = audio.currentTime / audio.duration;
      this.keep({ ...play, at: audio.currentTime });
    };
    try {
      await audio.play();
    } catch {
      this.problem = "Your browser did not play the clip. Press Continue to try again; it uses no play.";
      return;
    }
    if (await ended) sessionStorage.removeItem(this.key);
    else this.problem = "The clip stopped. Press Continue to hear the rest; it uses no play.";
    URL.revokeObjectURL(audio.src);
  }
}
