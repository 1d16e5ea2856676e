"""Answers of an assessment: none lost, the time that saving one takes, many ends at once.

`bench/assessment_answers.py 200 10` lets 200 sittings save 10 answers each, by 8 clients. A fifth
of the batches is sent twice, as by a page whose receipt was lost when the server was killed; a
fifth comes late and together, as by a page that was offline over the end of its section; a second
tab writes beside the first. Then all five sections of all sittings are over at once, with nobody
there, and a sweep ends them.
"""

import importlib
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from _harness import report
from _own_database import own_database

CLIENTS = 8
#: Answers lost; seconds of the slow saves; a bare insert's share of the time of a save, at least.
LOST, P95_SECONDS, SLOWER = 0, 0.3, 1 / 0.3
#: Seconds in which a sweep ends 500 sittings.
SWEEP_SECONDS, DUE = 5.0, 500


class Site:
    """The modules, which Django has to be set up for, and the sittings."""

    def __init__(self, count: int) -> None:
        load = importlib.import_module
        self.cast, self.device = (
            load(f"proctoring.tests.support.{name}") for name in ("cast", "device")
        )
        self.now = load("conftest").NOON
        self.journal, self.timing, self.services = (
            load(f"proctoring.delivery.{name}") for name in ("journal", "timing", "services")
        )
        self.queries, self.models = load("proctoring.queries"), load("proctoring.models")
        self.maintenance = load("proctoring.maintenance")
        load("proctoring.item_bank.seeding").seed(self.now)
        make_agent = load("conftest").make_agent
        self.sittings = [
            self.cast.make_sitting(make_agent(f"Agent{number}"), "IN_PROGRESS", self.now)
            for number in range(count)
        ]

    def questions(self, sitting: Any) -> list[Any]:
        return list(self.queries.questions_in(self.queries.current_section(sitting)))

    def send(self, device: Any, entries: list[Any], at: Any) -> float:
        began = time.perf_counter()
        self.journal.append_entries(
            sitting=device.sitting, device=device.id, raw_entries=entries, at=at
        )
        return time.perf_counter() - began


def write(site: Site, sitting: Any, answers: int) -> tuple[list[float], list[str], dict[Any, str]]:
    """One agent's answers: the seconds of each save, all hashes, and the last value a question."""
    rng = random.Random(str(sitting.pk))
    tabs = [site.device.Device(sitting) for _ in range(2)]
    questions, took, hashes, held = site.questions(sitting), [], [], {}
    offline: dict[Any, list[Any]] = {tab: [] for tab in tabs}
    for number in range(answers):
        tab, question = rng.choice(tabs), rng.choice(questions)
        at = site.now + timedelta(seconds=number + 1)
        value = f"answer {number}"
        entry = tab.write(question, value, at)
        hashes.append(entry["hash"])
        held[question.pk] = value
        offline[tab].append(entry)
        if rng.random() < 0.2:
            continue  # the page is offline: it keeps the entry
        times = 2 if rng.random() < 0.2 else 1
        took += [site.send(tab, offline[tab], at) for _ in range(times)]
        offline[tab] = []
    part = site.queries.current_section(sitting)
    for tab, entries in offline.items():
        site.send(tab, entries, part.ends_at + timedelta(seconds=30))
    return took, hashes, held


def close(act: Any, *facts: Any) -> Any:
    """Act, and give the thread's connection back."""
    try:
        return act(*facts)
    finally:
        importlib.import_module("django.db").connection.close()


def bare_insert(site: Site, sitting: Any) -> float:
    """The seconds of one insert of an entry."""
    question = sitting.drawn.first()
    entry = site.cast.make_entry(question, "bare", at=site.now)
    began = time.perf_counter()
    entry.save(force_insert=True)
    return time.perf_counter() - began


def measure(count: int, answers: int) -> dict[str, tuple[float, float]]:
    """All figures with their goals."""
    site = Site(count)
    with ThreadPoolExecutor(CLIENTS) as clients:
        bare = list(clients.map(lambda each: close(bare_insert, site, each), site.sittings))
        work = clients.map(lambda each: close(write, site, each, answers), site.sittings)
        written = list(work)
    seconds = [each for took, _, _ in written for each in took]
    stored = set(
        site.models.AnswerEntry.objects.filter(counted=True).values_list("hash", flat=True)
    )
    lost = sum(entry not in stored for _, hashes, _ in written for entry in hashes)
    for sitting, (_, _, held) in zip(site.sittings, written, strict=True):
        now = {row.pk: row.given for row in site.queries.questions_of(sitting)}
        lost += sum(now[question] != value for question, value in held.items())
    site.models.Sitting.objects.filter(state="IN_PROGRESS").update(last_active_at=site.now)
    end = max(each.ends_at for each in site.sittings)
    began = time.perf_counter()
    while site.maintenance.sweep(at=end)["late"]:
        pass
    sweep = (time.perf_counter() - began) * DUE / count
    over = site.models.Sitting.objects.filter(end_reason="CLOCK").count()
    return {
        f"answers lost of {count * answers}": (lost, LOST),
        "seconds of a save, 95 of 100": (quantiles(seconds, n=20)[-1], P95_SECONDS),
        "a save against a bare insert": (median(seconds) / median(bare), SLOWER),
        f"seconds to end {DUE} sittings": (sweep, SWEEP_SECONDS),
        "sittings not ended": (count - over, 0),
    }


def main() -> None:
    """Measure in a database of its own."""
    count, answers = (*map(int, sys.argv[1:3]), *(200, 50)[len(sys.argv) - 1 :])
    with own_database():
        figures = measure(count, answers)
    report(figures)


if __name__ == "__main__":
    main()
