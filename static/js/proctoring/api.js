// Requests to the server. No answer at all, a busy server and an ended session are told apart,
// because the page goes on differently after each.

const TIMEOUT = 20000;
const KEEPALIVE_BYTES = 60000; // browsers refuse a larger body that outlives its page

export class Api {
  constructor({ address, page, token }) {
    Object.assign(this, { address, page, token });
    this.loggedOut = false;
    this.onSession = () => {};
  }

  // {status, data, began, ended}; status 0: no connection; 401: logged out.
  async call(method, path, options = {}) {
    const answer = await this.once(method, path, options);
    if (![401, 403].includes(answer.status)) {
      if (answer.status) this.setLoggedOut(false);
      return answer;
    }
    // A new log-in in another tab changes the token of this page.
    const renewed = await this.renew();
    if (renewed === "lost") return { status: 0 };
    if (renewed === "out") return { status: 401 };
    return this.once(method, path, options);
  }

  async once(method, path, { json, body, headers = {}, leaving = false, timeout = TIMEOUT }) {
    const sent = json === undefined ? body : JSON.stringify(json);
    const type = json === undefined ? {} : { "Content-Type": "application/json" };
    const began = performance.now();
    try {
      const response = await fetch(path.startsWith("/") ? path : this.address + path, {
        method,
        body: sent,
        headers: { Accept: "application/json", "X-CSRFToken": this.token, ...type, ...headers },
        keepalive: leaving && (sent?.length || 0) < KEEPALIVE_BYTES / 3,
        cache: "no-store",
        signal: AbortSignal.timeout(timeout),
      });
      const ended = performance.now();
      const isJson = response.headers.get("Content-Type")?.includes("json");
      // A log-in page, or the page of a network that wants a log-in of its own.
      if (response.ok && (response.redirected || (!isJson && response.status !== 204))) {
        return { status: response.redirected ? 401 : 0 };
      }
      const data = isJson ? await response.json() : {};
      const wait = Number(response.headers.get("Retry-After")) || 0;
      return { status: response.status, data, began, ended, wait };
    } catch {
      return { status: 0 };
    }
  }

  async renew() {
    const fetched = await this.html();
    if (!fetched) return "lost";
    const token = fetched.page?.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (fetched.ours && token) {
      this.token = token;
      this.setLoggedOut(false);
      return "renewed";
    }
    this.setLoggedOut(true);
    return "out";
  }

  // The page of this sitting as the server would show it now; null without a connection.
  async html() {
    try {
      const response = await fetch(this.page, {
        headers: { Accept: "text/html" },
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT),
      });
      if (response.status >= 500 || response.status === 429) return null;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const address = new URL(response.url);
      const ours = response.ok && address.pathname.startsWith("/assessment/");
      return { page, ours, url: response.url, questions: ours && page.getElementById("section") };
    } catch {
      return null;
    }
  }

  setLoggedOut(is) {
    if (this.loggedOut === is) return;
    this.loggedOut = is;
    this.onSession(is);
  }
}
