// Shows the branch of an IFSC while it is typed, and only the fields of the chosen kind.
// Without JavaScript all fields are shown, and saving validates the same.

const LENGTH = 11;
const PAUSE = 250;
const OF_KIND = { BANK: ["ifsc", "account_number", "account_number_again"], UPI: ["vpa"] };

const line = document.getElementById("bank-name");
const ifsc = document.querySelector("[data-bank-of]");
let asked = 0;
let timer;

function say(text, tone = "") {
  line.textContent = text;
  line.hidden = !text;
  line.className = tone ? `notice tone-${tone}` : "notice";
}

/** Request the branch; a response to outdated input is ignored. */
async function ask(code) {
  const mine = ++asked;
  try {
    const answer = await fetch(`${line.dataset.url}${encodeURIComponent(code)}/`);
    if (mine !== asked) return;
    if (answer.ok) say(`Bank: ${(await answer.json()).bank}`, "good");
    else if (answer.status === 404) say(`We couldn't find the IFSC ${code}. Please check it.`, "warn");
    else if (answer.status === 422) say((await answer.json()).detail, "warn"); // the bank merged
    else say("");
  } catch {
    if (mine === asked) say(""); // offline: saving validates it
  }
}

function typed() {
  const code = ifsc.value.replace(/\s/g, "").toUpperCase();
  clearTimeout(timer);
  asked += 1;
  if (/^[A-Z0-9]{11}$/.test(code) && code.length === LENGTH) timer = setTimeout(ask, PAUSE, code);
  else say("");
}

/** Hide the fields of the other kind; their input is kept. */
function showKind() {
  const kind = document.querySelector("[name=kind]:checked")?.value ?? "BANK";
  for (const [name, fields] of Object.entries(OF_KIND)) {
    for (const field of fields) {
      document.getElementById(`id_${field}`).closest(".field").hidden = name !== kind;
    }
  }
  if (kind === "UPI") say("");
}

ifsc.closest(".field").append(line);
ifsc.addEventListener("input", typed);
for (const choice of document.querySelectorAll("[name=kind]")) {
  choice.addEventListener("change", showKind);
}
showKind();
if (ifsc.value) typed();
