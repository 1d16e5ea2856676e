// The button of Help on other pages. On a wide screen it opens the conversation in a panel, which
// is loaded at the first opening; on a phone it is a link to the page. The panel stays open over
// pages of this tab until it is closed.

const launcher = document.querySelector("[data-help-launcher]");
const WIDE = matchMedia("(min-width: 37.5rem)");
const OPEN = "help-panel";
let panel = null;

function addSheet(href) {
  return new Promise((done) => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = href;
    sheet.onload = sheet.onerror = done;
    document.head.append(sheet);
  });
}

function make() {
  panel = document.createElement("dialog");
  panel.className = "help-panel";
  panel.setAttribute("aria-labelledby", "help-panel-title");
  const { title, full, shut } = launcher.dataset;
  panel.innerHTML =
    '<div class="help-panel-head"><h2 id="help-panel-title"></h2><div class="end"><a></a>' +
    '<button type="button"></button></div></div><div class="help-panel-body"></div>';
  panel.querySelector("h2").textContent = title;
  const link = panel.querySelector("a");
  link.href = launcher.href;
  link.textContent = full;
  const button = panel.querySelector("button");
  button.setAttribute("aria-label", shut);
  button.append(document.getElementById("help-close").content.cloneNode(true));
  button.addEventListener("click", close);
  // A dialog that is no modal does not close by itself on Escape.
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  document.body.append(panel);
}

async function open({ focus }) {
  if (!panel) {
    make();
    await Promise.all(launcher.dataset.sheets.split(" ").map(addSheet));
  }
  panel.show();
  launcher.hidden = true;
  launcher.setAttribute("aria-expanded", "true");
  sessionStorage.setItem(OPEN, "yes");
  const body = panel.querySelector(".help-panel-body");
  if (!body.childElementCount) {
    body.innerHTML = '<div class="skeleton"></div>';
    try {
      const answer = await fetch(launcher.dataset.panel, { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || answer.redirected) throw new Error();
      body.innerHTML = await answer.text();
    } catch {
      location.href = launcher.href;
      return;
    }
    const { attach } = await import(launcher.dataset.module);
    attach(body.querySelector("[data-talk]"));
    await import(launcher.dataset.secrets).catch(() => {});
  }
  if (focus) panel.querySelector("textarea").focus();
}

function close() {
  panel.close();
  launcher.hidden = false;
  launcher.setAttribute("aria-expanded", "false");
  sessionStorage.removeItem(OPEN);
  launcher.focus();
}

if (launcher) {
  launcher.setAttribute("aria-expanded", "false");
  launcher.setAttribute("role", "button");
  launcher.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault();
      launcher.click();
    }
  });
  launcher.addEventListener("click", (event) => {
    if (!WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open({ focus: true });
  });
  if (WIDE.matches && sessionStorage.getItem(OPEN)) open({ focus: false });
}
