// Opens the browser's print dialogue; without script, the browser's own menu does the same.
document.querySelector("[data-prints]")?.addEventListener("click", () => window.print());
