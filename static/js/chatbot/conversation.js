// A conversation with Help: sends messages and acts without loading the page, and shows what others
// write. Every act is a form that also works by itself; `data-act` are buttons of the thread.

const TYPING_MS = 12_000; // then a sentence stands for the dots
const GIVE_UP_MS = 25_000; // longer than the server may take
const LIVE_POLL_MS = 60_000; // with a socket: should a message be lost
const POLL_MS = 5_000;
const SLOW_POLL_MS = 20_000; // when nothing has changed for a while
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
const HEADERS = { "X-Requested-With": "fetch" };

class LoggedOut extends Error {}
class Refused extends Error {}

/** Fetch a part of the page; throws `LoggedOut`, `Refused`, or what the network throws. */
async function load(url, options = {}) {
  const signal = AbortSignal.timeout(GIVE_UP_MS);
  const answer = await fetch(url, { headers: HEADERS, signal, ...options });
  if (answer.redirected || answer.status === 401 || answer.status === 403) throw new LoggedOut();
  if (answer.ok) return answer.text();
  const problem = await answer.json().catch(() => null);
  throw problem ? new Refused(problem.message) : new Error(`status ${answer.status}`);
}

/** Make a conversation on the page live; returns a function that ends it. */
export function attach(talk) {
  const composer = talk.querySelector("[data-composer]");
  const field = composer.elements.text;
  const fault = talk.querySelector("[data-fault]");
  const scroller = talk.querySelector(".talk-scroll");
  const ended = new AbortController();
  const { signal } = ended;
  const find = (selector) => talk.querySelector(selector);
  let sending = 0;
  let socket = null;
  let wait = FIRST_WAIT;
  let quiet = 0;
  let timer = 0;

  // What was typed stays in this tab until it is sent.
  const DRAFT = "help-draft";
  if (!field.value) field.value = sessionStorage.getItem(DRAFT) ?? "";
  const keepDraft = () => {
    if (field.value) sessionStorage.setItem(DRAFT, field.value);
    else sessionStorage.removeItem(DRAFT);
  };
  field.addEventListener("input", keepDraft, { signal });

  const complain = (words) => {
    fault.textContent = words;
    fault.hidden = !words;
    field.toggleAttribute("aria-invalid", false);
  };
  const explain = (error) => {
    if (error instanceof Refused) complain(error.message);
    else if (error instanceof LoggedOut) complain(talk.dataset.loggedOut);
    else complain(talk.dataset.unsent);
  };
  const atEnd = () => scroller.scrollTop > -80; // in a reversed column the end is 0
  const toEnd = () => (scroller.scrollTop = 0);

  /** Show a thread; messages that are there already stay, so that only new ones are read out. */
  function show(html) {
    const update = new DOMParser().parseFromString(html, "text/html");
    const fresh = update.querySelector("[data-thread]");
    if (!fresh) return;
    const thread = find("[data-thread]");
    if (thread.dataset.stamp === fresh.dataset.stamp && !find(".said.unsent")) return;
    const stays = atEnd();
    const focused = talk.contains(document.activeElement) && document.activeElement.closest(".said");
    const log = find("[data-log]");
    const kept = new Map([...log.children].map((item) => [item.id, item]));
    const items = [...fresh.querySelector("[data-log]").children].map((item) => {
      const old = kept.get(item.id);
      if (old && plain(old) === plain(item)) return old;
      return document.adoptNode(item);
    });
    place(log, items);
    find("[data-state]").replaceWith(fresh.querySelector("[data-state]"));
    for (const part of ["[data-head]", "[data-acts]"])
      if (plain(find(part)) !== plain(update.querySelector(part)))
        find(part).replaceWith(update.querySelector(part));
    Object.assign(thread.dataset, { stamp: fresh.dataset.stamp, mode: fresh.dataset.mode });
    if (items.length) find("[data-start]")?.remove();
    if (focused && !focused.isConnected) field.focus();
    if (stays) toEnd();
    quiet = 0;
  }
  // Tokens against forged requests are other ones in every answer.
  const plain = (item) => item.outerHTML.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1");
  function place(log, items) {
    const wanted = new Set(items);
    for (const item of [...log.children]) if (!wanted.has(item)) item.remove();
    items.forEach((item, place) => {
      if (log.children[place] !== item) log.insertBefore(item, log.children[place] ?? null);
    });
  }

  /** The dots, which become a sentence when the answer takes long, and always end. */
  function showTyping() {
    const state = find("[data-state]");
    const dots = '<span class="talk-dots" aria-hidden="true"><i>.</i><i>.</i><i>.</i></span><span></span>';
    state.innerHTML = dots;
    state.lastElementChild.textContent = talk.dataset.typing;
    return setTimeout(() => (find("[data-state]").textContent = talk.dataset.late), TYPING_MS);
  }

  function showUnsent(text) {
    const item = document.createElement("li");
    item.className = "said you unsent";
    item.id = "m-unsent";
    const who = document.createElement("p");
    who.className = "said-who";
    who.textContent = `${talk.dataset.you} · ${talk.dataset.sending}`;
    const words = document.createElement("div");
    words.className = "said-text";
    words.dir = "auto";
    words.textContent = text;
    item.append(who, words);
    find("[data-log]").append(item);
    toEnd();
    return item;
  }

  /** Send a message. It leaves the field only when the server has it. */
  async function send(text) {
    if (sending || !text.trim()) return;
    sending += 1;
    complain("");
    // The same key when it is sent again, so that nothing is stored twice.
    if (send.text !== text) Object.assign(send, { text, key: crypto.randomUUID() });
    const body = new FormData(composer);
    body.set("text", text);
    body.set("client_key", send.key);
    const item = showUnsent(text);
    const fromField = field.value === text;
    if (fromField) field.value = "";
    const typing = talk.querySelector("[data-thread]").dataset.mode === "BOT" ? showTyping() : 0;
    try {
      const html = await load(composer.action, { method: "POST", body });
      send.text = undefined;
      show(html);
    } catch (error) {
      explain(error);
      if (fromField && !field.value) field.value = text;
      find("[data-state]").textContent = "";
    } finally {
      clearTimeout(typing);
      item.remove();
      keepDraft();
      sending -= 1;
      plan();
    }
  }

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    send(field.value);
    field.focus();
  }, { signal });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  }, { signal });

  talk.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches("[data-ask]")) {
      event.preventDefault();
      send(event.submitter.value);
      field.focus();
    }
    if (!form.matches("[data-act]")) return;
    event.preventDefault();
    if (sending) return;
    sending += 1;
    complain("");
    try {
      const body = new FormData(form, event.submitter);
      show(await load(form.action, { method: "POST", body }));
    } catch (error) {
      explain(error);
    } finally {
      event.submitter?.removeAttribute("aria-busy");
      sending -= 1;
    }
  }, { signal });

  // Unsent text is not lost by logging out: the page says so, and the next press logs out.
  document.addEventListener("before-log-out", (event) => {
    if (!field.value.trim()) return;
    complain(talk.dataset.unsent);
    event.detail.push(Promise.resolve(false));
  }, { signal });

  async function refresh() {
    if (document.hidden || sending || find("[data-thread]").dataset.earlier) return;
    try {
      show(await load(talk.dataset.threadUrl));
    } catch (error) {
      if (error instanceof LoggedOut) explain(error);
    }
  }
  function plan() {
    clearTimeout(timer);
    const pending = find(".talk-dots") ? 1500 : 0;
    const usual = socket?.readyState === WebSocket.OPEN ? LIVE_POLL_MS : quiet > 10 ? SLOW_POLL_MS : POLL_MS;
    timer = setTimeout(async () => {
      quiet += 1;
      await refresh();
      if (!signal.aborted) plan();
    }, pending || usual);
  }
  function connect() {
    if (signal.aborted) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/help/`);
    socket.addEventListener("open", () => (wait = FIRST_WAIT));
    socket.addEventListener("message", refresh);
    socket.addEventListener("close", (event) => {
      if (event.code >= 4400 && event.code < 4500) return;
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  }
  document.addEventListener("visibilitychange", refresh, { signal });
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    socket?.close();
  });
  connect();
  plan();
  return () => ended.abort();
}

for (const talk of document.querySelectorAll("main [data-talk]")) attach(talk);
