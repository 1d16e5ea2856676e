// Looks every two seconds whether there is something new, and then shows it. Without scripts one
// presses “Look again”.
const visit = document.getElementById("visit");

async function look() {
  const answer = await fetch(visit.dataset.ask, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const told = (await answer.json()).visit;
  if (!told || told.stands !== visit.dataset.stands || !told.is_moving) location.reload();
}

if (visit?.dataset.ask) {
  setInterval(() => {
    if (!document.hidden) look().catch(() => {});
  }, 2000);
}
