// While the result of masking is being read, asks every two seconds, and shows it when it is there.
// Without this script the reviewer presses “Refresh”.

const reading = document.getElementById("reading");

async function ask() {
  const answer = await fetch(reading.dataset.ask);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("reading")) location.reload();
}

setInterval(() => {
  if (!document.hidden) ask().catch(() => {});
}, 2000);
