// Goes on when a person has decided about the photo.

const ASK_EVERY = 5000;
const part = document.getElementById("waiting");

async function ask() {
  try {
    const response = await fetch(part.dataset.address, { cache: "no-store" });
    if (response.ok && (await response.json()).state !== part.dataset.state) {
      location.assign(part.dataset.page);
      return;
    }
  } catch {
    // The next question may have a connection again.
  }
  setTimeout(ask, ASK_EVERY);
}

setTimeout(ask, ASK_EVERY);
