// Requests of the console. `ok` says whether it was done, `words` what to say if not.

const TIMEOUT = 20_000;
const LOST = "No connection. Nothing was lost: try again.";

export class Requests {
  constructor(root) {
    this.address = root.dataset.api;
    this.token = root.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  sitting(id, part) {
    return new URL(`../${id}/${part}/`, new URL(this.address, location.href)).pathname;
  }

  get = (path = this.address) => this.call("GET", path);
  post = (path, json) => this.call("POST", path, json);

  async call(method, path, json) {
    try {
      const response = await fetch(path, {
        method,
        body: json === undefined ? undefined : JSON.stringify(json),
        headers: {
          Accept: "application/json",
          "X-CSRFToken": this.token,
          ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        },
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const isJson = response.headers.get("Content-Type")?.includes("json");
      const data = isJson ? await response.json() : {};
      return { ok: response.ok, status: response.status, data, words: response.ok ? "" : said(response, data) };
    } catch {
      return { ok: false, status: 0, data: {}, words: LOST };
    }
  }
}

function said(response, data) {
  if (response.status === 401 || response.status === 403) {
    return data.code === "own_sitting" ? data.detail : "You are no longer logged in as a proctor. Log in again.";
  }
  const errors = (data.errors || []).map((error) => error.detail).filter(Boolean);
  return errors.join(" ") || data.detail || "This did not work. Try again.";
}
