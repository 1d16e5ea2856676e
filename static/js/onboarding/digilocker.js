// Polls the page every two seconds and replaces the status in place, so that screen readers
// announce it. Without scripts the person presses “Refresh”.
const visit = document.getElementById("visit");

async function refresh() {
  const answer = await fetch(visit.dataset.ask);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.getElementById("visit");
  if (!now) return location.reload(); // redirected, for instance to the login page
  if (now.dataset.fingerprint !== visit.dataset.fingerprint) visit.replaceChildren(...now.childNodes);
  visit.dataset.fingerprint = now.dataset.fingerprint;
  if (!now.dataset.ask) clearInterval(timer);
}

const timer =
  visit?.dataset.ask &&
  setInterval(() => {
    if (!document.hidden) refresh().catch(() => {});
  }, 2000);
