// Looks every two seconds whether there is something new, and then shows it in place, so that it
// is read out. Without scripts one presses “Look again”.
const visit = document.getElementById("visit");

async function look() {
  const answer = await fetch(visit.dataset.ask);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.getElementById("visit");
  if (!now) return location.reload(); // led elsewhere, such as to the log-in
  if (now.dataset.stands !== visit.dataset.stands) visit.replaceChildren(...now.childNodes);
  visit.dataset.stands = now.dataset.stands;
  if (!now.dataset.ask) clearInterval(looking);
}

const looking =
  visit?.dataset.ask &&
  setInterval(() => {
    if (!document.hidden) look().catch(() => {});
  }, 2000);
