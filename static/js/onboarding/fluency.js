// Language proficiency: adds a row from the template for each selected language.
// A row that is no longer needed is hidden, so that the numbers of the others stay.

const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s\p{P}]+/gu, "");
const told = (input) => input.dispatchEvent(new Event("input", { bubbles: true }));

export function askFluency(form) {
  const block = document.getElementById("fluency");
  const list = form.elements.languages;
  const total = form.elements["fluency-TOTAL_FORMS"];
  const most = Number(form.elements["fluency-MAX_NUM_FORMS"].value) - 1;
  const template = block.querySelector("template");
  const rows = () => [...block.querySelectorAll(".fluency")];
  const languageOf = (row) => row.querySelector("input[type=hidden]");

  function add(name) {
    const index = Number(total.value);
    if (index >= most) return;
    const row = template.content.firstElementChild.cloneNode(true);
    for (const part of row.querySelectorAll("*")) {
      for (const { name: kind, value } of [...part.attributes]) {
        if (value.includes("__prefix__")) part.setAttribute(kind, value.replaceAll("__prefix__", index));
      }
    }
    for (const label of row.querySelectorAll("label")) label.firstChild.textContent = `${label.firstChild.textContent.trim()} ${name} `;
    languageOf(row).value = name;
    total.value = index + 1;
    block.insertBefore(row, template);
  }

  function follow() {
    const names = list.value.split(",").map((name) => name.trim()).filter(Boolean);
    const there = new Set(rows().map((row) => plain(languageOf(row).value)));
    for (const name of names) if (!there.has(plain(name))) add(name);
    const wanted = new Set(names.map(plain));
    for (const row of rows()) row.hidden = !wanted.has(plain(languageOf(row).value));
    block.hidden = !names.length;
  }

  list.addEventListener("input", follow);
  list.addEventListener("restore", follow);
  block.addEventListener("input", (event) => {
    if (event.target.tagName !== "SELECT") return;
    told(languageOf(event.target.closest(".fluency"))); // the draft stores the row's language
    told(total);
  });
  follow();
}
