"""Figures of Help: 10,000 generated conversations, counted, and counted again independently.

`bench/chatbot_figures.py 2000` makes so many. The page of figures is timed against a control, a
request of a page of staff without figures, so that the load of the machine shows.
"""

import importlib
import sys
import time
from datetime import UTC, datetime, timedelta

from _harness import p95, report
from _own_database import own_database

TALKS, USERS, DAYS, ROUNDS = 10_000, 800, 60, 40
NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
#: Seconds in which all days are computed, and milliseconds of the page.
COMPUTE_SECONDS, PAGE_MS = 60, 150


def main() -> None:
    """Generate, compute, recount, compare, and time the page."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TALKS
    with own_database():
        measure(count)


def measure(count: int) -> None:
    """The figures of the report."""
    talks = importlib.import_module("chatbot.tests.analytics.generated_talks")
    services = importlib.import_module("chatbot.analytics.services")
    cast = importlib.import_module("conftest")
    india = importlib.import_module("hitouch.core.india_time")
    users = [
        cast.make_user(f"user{number}", phone=f"+9198765{number:05d}") for number in range(USERS)
    ]
    since = NOW - timedelta(days=DAYS)
    made = talks.make_talks(users, count, since=since, days=DAYS, seed=16)
    first, last = india.day_of(since), india.day_of(NOW)
    began = time.perf_counter()
    services.compute_figures(first=first, last=last, now=NOW)
    computing = time.perf_counter() - began
    began = time.perf_counter()
    services.refresh_figures(now=NOW)
    nightly = time.perf_counter() - began
    recounting, different, compared = recount()
    pages, controls = timed_pages(cast, first, last)
    print(
        f"{count} conversations, {len(made.messages)} messages, {len(made.tickets)} tickets; "
        f"computed in {computing:.1f} s, a night's days in {nightly:.1f} s, "
        f"recounted in {recounting:.1f} s: {compared} figures compared, {different} different"
    )
    print(f"page: p95 {p95(pages):.0f} ms; control: p95 {p95(controls):.0f} ms")
    report(
        {
            "figures that differ from the recount": (different, 0),
            "seconds to compute all days": (computing, COMPUTE_SECONDS),
            "page of figures, ms, p95": (p95(pages), PAGE_MS),
        }
    )


def recount() -> tuple[float, int, int]:
    """Seconds of the second count, how many figures differ, and how many there are."""
    second = importlib.import_module("chatbot.tests.analytics.recount")
    models = importlib.import_module("chatbot.models")
    began = time.perf_counter()
    found = second.recount(second.export(), second.micros(NOW))
    seconds = time.perf_counter() - began
    today = NOW.date().isoformat()
    expected = {
        (key, path): value
        for key, figures in found.items()
        if key[:10] <= today
        for path, value in figures.items()
    }
    stored = {
        (f"{row.day} {row.language}", path): value
        for row in models.DailyFigures.objects.all()
        for path, value in second.flat(row.figures).items()
    }
    different = sum(stored.get(key) != expected.get(key) for key in stored.keys() | expected.keys())
    return seconds, different, len(expected)


def timed_pages(cast, first, last) -> tuple[list[float], list[float]]:
    """Milliseconds of the page of figures, and of the list of custom questions."""
    urls = importlib.import_module("django.urls")
    settings = importlib.import_module("django.conf").settings
    settings.ALLOWED_HOSTS = ["*"]
    test_client = importlib.import_module("django.test").Client
    client = cast.sign_in(test_client(), cast.make_staff("Sunita", "support"))
    figures = urls.reverse("chatbot:help-figures") + f"?first={first}&last={last}"
    control = urls.reverse("chatbot:staff-questions")
    pages, controls = [], []
    for _ in range(ROUNDS):
        for url, times in ((figures, pages), (control, controls)):
            began = time.perf_counter()
            assert client.get(url).status_code == 200, url
            times.append((time.perf_counter() - began) * 1000)
    return pages, controls


if __name__ == "__main__":
    main()
