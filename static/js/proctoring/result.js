// While the assessment is being graded: fetches the page again and replaces the progress, so that
// focus and scroll position stay. Without JavaScript there is a link.

const grading = document.getElementById("grading");

async function refresh() {
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (response.ok) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById("grading");
      if (!fresh) {
        location.reload();
        return;
      }
      if (fresh.innerHTML !== grading.innerHTML) grading.innerHTML = fresh.innerHTML;
      grading.dataset.seconds = fresh.dataset.seconds;
    }
  } catch {
    // Offline: tried again below.
  }
  wait();
}

function wait() {
  setTimeout(refresh, 1000 * Number(grading.dataset.seconds || 3));
}

if (grading) wait();
