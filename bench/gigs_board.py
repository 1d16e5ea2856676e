"""Time in the database of the board, its searches and counts, and the level panel of the home page.

`bench/gigs_board.py 20000` loads so many open opportunities. Every figure is taken in turn with a
control, twelve opportunities read by their keys, so that the load of the machine shows.
"""

import importlib
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import _board_rows
from _harness import fresh_site, p95, report

OPPORTUNITIES, ROUNDS = 100_000, 20
#: Milliseconds in the database, and what the control takes on the machine of the goals.
BOARD_MS, PANEL_MS, CONTROL_MS = 30, 20, 1.2
SEARCHES = {
    "board by match": {"sort": "match"},
    "newest": {"sort": "newest"},
    "deadline": {"sort": "deadline"},
    "pay": {"sort": "pay"},
    "last page": {"sort": "newest", "page": "42"},
    "one category by match": {"category": "VOICE"},
    "only what is open to me": {"open_to_me": "on", "sort": "newest"},
    "a common word": {"q": "support"},
    "a common word by match": {"q": "support", "sort": "match"},
    "two words": {"q": "evening chat"},
    "misspelt words": {"q": "evning pharmcy"},
    "a Hindi word": {"q": "शाम"},
    "a rare word": {"q": "w4711"},
    "no such word": {"q": "zebra"},
    "a language": {"language": "Hindi"},
    "a rare language, evenings": {"language": "Konkani", "hours": "evenings"},
    "pay that nobody offers": {"min_pay": "90000", "category": "QUALITY"},
    "weekends, well paid": {"hours": "weekends", "min_pay": "480", "pay": "FIXED"},
}


class Statements:
    """Adds up the time of statements."""

    def __init__(self) -> None:
        self.seconds, self.count = 0.0, 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            self.count += 1


def in_database(call: Callable[[], object]) -> float:
    """Milliseconds that the statements of a call take."""
    connection = importlib.import_module("django.db").connection
    spent = Statements()
    with connection.execute_wrapper(spent):
        call()
    return spent.seconds * 1000


def calls() -> tuple[dict[str, Callable[[], object]], Callable[[], object], Callable[[], object]]:
    """The searches, the panel of the home page, and the control."""
    board = importlib.import_module("gigs.opportunities.board")
    forms = importlib.import_module("gigs.opportunities.forms")
    matches = importlib.import_module("gigs.opportunities.matches")
    matching = importlib.import_module("gigs.opportunities.matching")
    prospects = importlib.import_module("gigs.opportunities.prospects")
    opportunities = importlib.import_module("gigs.opportunities.queries")
    lexicons = importlib.import_module("onboarding.vocabulary.lexicon")
    models = importlib.import_module("gigs.models")
    agents = importlib.import_module("accounts.models")
    timezone = importlib.import_module("django.utils.timezone")
    match = matches.Matcher(
        matching.Candidate(
            level="B1",
            skills=("Chat support", "Typing", "Excel"),
            languages=("English", "Hindi"),
            months=20,
        ),
        lexicons.Lexicon(),
    )

    def search(asked: dict[str, str]) -> Callable[[], object]:
        form = forms.SearchForm(asked)
        wanted = board.BoardSearch(**form.facts())
        usual = board.Order.WORDS if wanted.words else board.Order.MATCH

        def run() -> object:
            found = board.board(
                wanted, order=form.order or usual, number=asked.get("page"), level="B1",
                lexicon=match.words, now=timezone.now(),
                rank=lambda rows: matches.by_match(rows, match),
            )  # fmt: skip
            return list(found.page.object_list)

        return run

    agent = agents.Agent(level="B1", skills=["Chat support"], languages=["English"])

    def panel() -> object:
        now = timezone.now()
        opportunities.open_and_known_numbers(agent, now)
        return prospects.most_asked_for(agent, level="B1", now=now)

    keys = list(models.Opportunity.objects.values_list("pk", flat=True)[:12])
    by_key = models.Opportunity.objects.filter(pk__in=keys).select_related("project__client")
    return (
        {name: search(asked) for name, asked in SEARCHES.items()},
        panel,
        lambda: list(by_key.all()),
    )


def measure() -> dict[str, tuple[float, float]]:
    """The 95th percentile of each search and of the panel, for a machine of the goals."""
    searches, panel, control = calls()
    subjects = {**searches, "home: level panel": panel}
    found: dict[str, list[float]] = {name: [] for name in subjects}
    controls: list[float] = []
    for call in (*subjects.values(), control):
        call()
    for _ in range(ROUNDS):
        for name, call in subjects.items():
            found[name].append(in_database(call))
            controls.append(in_database(control))
    ratio = max(1.0, median(controls) / CONTROL_MS)
    print(f"control: median {median(controls):.2f} ms, 95 % {p95(controls):.2f} ms")
    print(f"this machine takes {ratio:.2f} times as long as the goals are for")
    figures = {}
    for name, values in found.items():
        goal = PANEL_MS if name.startswith("home") else BOARD_MS
        times = median(values) / median(controls)
        print(
            f"{name}: median {median(values):.1f} ms, 95 % {p95(values):.1f} ms,"
            f" {times:.0f} times the control"
        )
        figures[f"board: {name}, ms"] = (p95(values) / ratio, goal)
    return figures


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else OPPORTUNITIES
    with fresh_site() as site:
        site.start()
        site.set_up_django()
        started = time.monotonic()
        _board_rows.load(number)
        print(f"{number} opportunities loaded in {time.monotonic() - started:.0f} s")
        result = measure()
    report(result)
