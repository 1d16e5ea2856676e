// Counts the paragraphs of an agreement that were in view, and shows the progress. The server stores
// the count as the browser's claim; without JavaScript the page works the same.

const text = document.querySelector("[data-reading]");
const bar = document.querySelector("[data-reading-progress]");
const field = document.querySelector("input[name=seen]");

if (text && field && "IntersectionObserver" in window) {
  const parts = [...text.children];
  const seen = new Set();
  bar.max = parts.length;
  bar.value = 0;
  bar.hidden = false;
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) seen.add(entry.target);
    bar.value = seen.size;
    field.value = seen.size;
  });
  for (const part of parts) watcher.observe(part);
}
