// Solves the challenge of a page in a worker, shows how far it is, and sends the form by itself.

/** From here on a cheap phone takes half a minute. */
const LONG_FROM_BITS = 18;

function start(form) {
  const progress = form.querySelector("progress");
  const status = form.querySelector("[role=status]");
  const bits = Number(form.dataset.bits);
  const worker = new Worker(form.dataset.worker);
  worker.addEventListener("message", ({ data }) => {
    progress.value = data.solved;
    if (data.solved < progress.max) return;
    form.elements.solution.value = data.solution;
    status.textContent = "Done. Sending your code.";
    form.requestSubmit();
  });
  worker.addEventListener("error", () => {
    status.textContent = form.dataset.failed;
  });
  status.textContent = bits < LONG_FROM_BITS ? "This takes a few seconds." : "This can take a minute.";
  worker.postMessage({ text: form.elements.challenge.value, parts: progress.max, bits });
}

for (const form of document.querySelectorAll("form[data-bits]")) start(form);

// A challenge works once: a page that comes back from the browser's memory has an old one.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-bits]")) location.reload();
});
