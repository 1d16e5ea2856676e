// On the page of a result: answers and observations of the sitting that this browser still holds.
// They are sent if the server still takes them. What came too late goes to staff as a sealed file.

import { Api } from "./api.js";
import { Journal } from "./journal.js";
import { Observations } from "./observations.js";
import { downloadRescue, sealedFile } from "./rescue.js";
import { Store } from "./store.js";

const element = (id) => document.getElementById(id);
const part = element("leftovers");
const { sitting } = part.dataset;
const token = part.querySelector("[name=csrfmiddlewaretoken]").value;
const api = new Api({ address: `/api/v1/sittings/${sitting}/`, page: location.pathname, token });
const clock = { now: () => Date.now(), sample() {}, until() {} };
const store = new Store();
const journal = new Journal({ sitting, api, store, clock });
const problem = (words) => (element("leftovers-problem").textContent = words);
const isLate = (row) => !row.done || row.done === "over";

async function key() {
  const { status, data } = await api.call("GET", "questions/");
  return status === 200 ? data.rescue_key : null;
}

async function rows() {
  return (await store.all("entries")).filter((row) => row.sitting === sitting);
}

async function begin() {
  if (!(await rows()).some(isLate)) return journal.clean();
  await journal.takeOver();
  for (const device of journal.taken) await journal.sendDevice(device);
  await journal.clean();
  const late = (await rows()).filter(isLate);
  if (!late.length) return null;
  const count = new Set(late.map((row) => row.question)).size;
  const answers = count === 1 ? "1 answer is" : `${count} answers are`;
  element("leftovers-text").textContent = `${answers} still in this browser. Send them, and a person decides whether they count.`;
  part.hidden = false;
  return null;
}

element("leftovers-download").addEventListener("click", async () => {
  problem(await downloadRescue({ sitting, rows: await rows(), key: await key(), now: clock.now() }));
});

element("leftovers-send").addEventListener("click", async (event) => {
  event.target.setAttribute("aria-busy", "true");
  problem("");
  const all = await rows();
  const file = await sealedFile({ sitting, rows: all, key: await key(), now: clock.now() }).catch(() => null);
  const body = new FormData();
  if (file) body.append("file", file, "answers.json");
  const { status, data = {} } = file ? await api.call("POST", "rescue/", { body }) : { status: 0 };
  event.target.removeAttribute("aria-busy");
  if (status !== 201) return problem(data.detail || "The answers could not be sent. Try again when your connection is back.");
  const late = all.filter(isLate);
  await store.put("entries", ...late.map((row) => ({ ...row, done: "rescued" })));
  element("leftovers-text").textContent = "We have your answers. We will look at them and tell you.";
  part.querySelector(".cluster").hidden = true;
  return null;
});

begin();
new Observations({ sitting, api, store, clock }).flush();
