// The proctor's list renews itself while somebody looks at it.

const list = document.getElementById("live");

setInterval(async () => {
  if (document.hidden || list.contains(document.activeElement)) return;
  const response = await fetch(list.dataset.url).catch(() => null);
  if (response?.ok && !response.redirected) list.innerHTML = await response.text();
}, 5000);
