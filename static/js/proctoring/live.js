// Refreshes the proctor's list while the page is visible.

const list = document.getElementById("live");

setInterval(async () => {
  if (document.hidden || list.contains(document.activeElement)) return;
  const response = await fetch(list.dataset.url).catch(() => null);
  if (response?.ok && !response.redirected) list.innerHTML = await response.text();
}, 5000);
