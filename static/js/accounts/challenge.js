// Solves the challenge of a page in a worker, shows how far it is, and sends the form by itself.

function start(form) {
  const progress = form.querySelector("progress");
  const status = form.querySelector("[role=status]");
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
  status.textContent = "This takes a few seconds.";
  worker.postMessage({ text: form.elements.challenge.value, parts: progress.max, bits: Number(form.dataset.bits) });
}

for (const form of document.querySelectorAll("form[data-bits]")) start(form);

// A challenge works once: a page that comes back from the browser's memory has an old one.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-bits]")) location.reload();
});
