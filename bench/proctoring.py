"""Monitoring of many candidates at once, on a running site.

`bench/proctoring.py 200 30 520`: 200 candidates for 30 seconds, who report 520 entries a second in
all, and send beats and stills each 5 seconds. In the second half the web process is killed and
Valkey restarted: nothing that was acknowledged may be lost or double, and each chain has to verify.
The rate of raw one-row inserts is measured in the same run.
"""

import asyncio
import importlib
import os
import signal
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from _harness import Site, fresh_site, p95, report

CANDIDATES, SECONDS, RATE = 200, 30, 520
EVENTS_PER_SECOND, ACK_SECONDS, RATIO, CPU_MS = 500, 0.15, 0.3, 1.5
RAW_ROWS = 1500
IDLE = 1000


def make_candidates(site: Site, count: int) -> list[Any]:
    """Agents with a sitting in progress, and their sessions."""
    load = importlib.import_module
    conftest = load("conftest")
    timezone = load("django.utils.timezone")
    load("proctoring.item_bank.seeding").seed(timezone.now())
    cast = load("proctoring.tests.support.cast")
    candidates = load("_candidates")
    hash_of = load("proctoring.observations.client_journal").entry_hash
    client_of = load("django.test").Client

    def make(number: int) -> Any:
        agent = conftest.make_agent(f"Bench{number}")
        sitting = cast.make_sitting(agent, "IN_PROGRESS", timezone.now(), monitored=False)
        client = conftest.sign_in(client_of(HTTP_HOST="127.0.0.1"), agent.user)
        cookie = f"sessionid={client.cookies['sessionid'].value}"
        return candidates.Candidate(site.url, str(sitting.pk), str(uuid.uuid4()), cookie, hash_of)

    return [make(number) for number in range(count)]


def raw_inserts_per_second(sitting: str) -> float:
    """One-row inserts into the ledger's table, each in a transaction of its own."""
    load = importlib.import_module
    timezone, models = load("django.utils.timezone"), load("proctoring.models")
    now = timezone.now()
    rows = [
        models.Observation(
            sitting_id=sitting,
            number=1_000_000 + number,
            origin="SERVER",
            kind="SECTION_CHANGED",
            received_at=now,
            created_at=now,
            updated_at=now,
            previous_hash="0" * 64,
            hash="0" * 64,
        )
        for number in range(RAW_ROWS)
    ]
    connection = load("django.db").connection
    connection.ensure_connection()
    fields = list(models.Observation._meta.concrete_fields)
    names = ", ".join(each.column for each in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO proctoring_observation ({names}) VALUES ({marks})"  # noqa: S608
    values = [[each.get_db_prep_save(getattr(row, each.attname), connection) for each in fields]
              for row in rows]  # fmt: skip
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for each in values:
            cursor.execute(statement, each)
    taken = time.perf_counter() - began
    with load("hitouch.core.data_protection.privacy").without_immutability_triggers(
        models.Observation
    ):
        models.Observation.objects.filter(number__gte=1_000_000).delete()
    return RAW_ROWS / taken


def children(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat[1]) == pid:
            found += [int(folder.name), *children(int(folder.name))]
    return found


def process_of(site: Site, word: str) -> int:
    """The process of this site whose command line has the word."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for pid in children(site.process.pid):
            try:
                line = Path(f"/proc/{pid}/cmdline").read_text()
            except OSError:
                continue
            if word in line:
                return pid
        time.sleep(0.05)
    sys.exit(f"there is no process {word}")


def cpu_seconds(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def measure(
    site: Site, people: list[Any], seconds: float, rate: float, *, stills: bool, kills: bool
) -> Any:
    """Let all candidates run, perhaps with a killed server in the middle."""
    figures = importlib.import_module("_candidates").Figures()
    until = time.monotonic() + seconds
    each = rate / len(people)
    runs = [
        asyncio.create_task(person.run(until, each, figures, stills=stills)) for person in people
    ]
    if kills:
        await asyncio.sleep(seconds / 3)
        os.kill(process_of(site, "hitouch.asgi"), signal.SIGKILL)
        await asyncio.sleep(seconds / 4)
        os.kill(process_of(site, "valkey"), signal.SIGKILL)
    await asyncio.gather(*runs)
    return figures


async def open_idle(people: list[Any], count: int) -> list[Any]:
    """Sockets that say hello and nothing more."""
    connect = importlib.import_module("websockets.asyncio.client").connect
    sockets = []
    for number in range(count):
        person = people[number % len(people)]
        url = f"{person.site.replace('http', 'ws')}/ws/sittings/{person.sitting}/"
        socket = await connect(
            url, additional_headers={"Cookie": person.cookie}, origin=person.site,
            compression=None, open_timeout=60,
        )  # fmt: skip
        await person.ask(socket, {"type": "hello", "device": str(uuid.uuid4())}, "welcome")
        sockets.append(socket)
    return sockets


def lost_or_double(people: list[Any], *found: Any) -> tuple[int, int, int]:
    """Acknowledged entries that are not in the ledger or twice there, and chains that break."""
    load = importlib.import_module
    models = load("proctoring.models")
    first_break = load("proctoring.observations.queries").first_break
    lost = double = broken = 0
    for person in people:
        rows = list(
            models.Observation.objects.filter(
                sitting_id=person.sitting, device=person.device, sequence__isnull=False
            ).values_list("sequence", flat=True)
        )
        kept = set().union(*(figures.kept[person.device] for figures in found))
        lost += len(kept - set(rows))
        double += len(rows) - len(set(rows))
        broken += first_break(models.Sitting.objects.get(pk=person.sitting)) is not None
    return lost, double, broken


def main() -> None:
    count, seconds, rate = (
        int(sys.argv[place]) if len(sys.argv) > place else default
        for place, default in ((1, CANDIDATES), (2, SECONDS), (3, RATE))
    )
    with fresh_site() as site:
        site.start()
        site.settle()
        site.set_up_django()
        with ThreadPoolExecutor(1) as thread:
            people = thread.submit(make_candidates, site, count).result()
            raw = thread.submit(raw_inserts_per_second, people[0].sitting).result()
            web = process_of(site, "hitouch.asgi")
            asyncio.run(measure(site, people, 6, count / 2, stills=False, kills=False))
            used, began = cpu_seconds(web), time.monotonic()
            plain = asyncio.run(measure(site, people, seconds / 2, rate, stills=False, kills=False))
            took, cpu = time.monotonic() - began, cpu_seconds(web) - used
            began = time.monotonic()
            full = asyncio.run(measure(site, people, seconds / 2, rate, stills=True, kills=False))
            whole = time.monotonic() - began
            print(
                f"{plain.entries} entries in {took:.1f} s, {cpu * 1000 / plain.entries:.2f} ms CPU "
                f"each, p95 {p95(plain.acknowledged) * 1000:.0f} ms, raw inserts {raw:.0f}/s; "
                f"with stills {full.entries} in {whole:.1f} s, {full.stills} stills",
                flush=True,
            )
            killed = asyncio.run(
                measure(site, people, seconds / 2, rate / 2, stills=False, kills=True)
            )
            lost, double, broken = thread.submit(
                lost_or_double, people, plain, full, killed
            ).result()
            web = process_of(site, "hitouch.asgi")
            before = resident(web)

            async def idle() -> int:
                sockets = await open_idle(people, min(IDLE, 5 * count))
                grown = resident(web) - before
                for socket in sockets:
                    await socket.close()
                return grown // len(sockets)

            each = asyncio.run(idle())
    print(
        f"{plain.entries} entries in {took:.1f} s by {count} candidates, "
        f"{median(plain.acknowledged) * 1000:.0f} ms median; with stills {full.entries} in "
        f"{whole:.1f} s, {p95(full.acknowledged) * 1000:.0f} ms p95, {full.stills} stills, "
        f"{full.stills_refused} refused; raw inserts {raw:.0f}/s; "
        f"{killed.reconnects} reconnects after the kills; idle socket {each / 1024:.0f} kB"
    )
    report(
        {
            "proctoring: seconds for 500 entries": (500 * took / plain.entries, 1.0),
            "proctoring: seconds for 500 entries, with stills": (500 * whole / full.entries, 1.0),
            "proctoring: acknowledged, s, 95 %": (p95(plain.acknowledged), ACK_SECONDS),
            "proctoring: acknowledged with stills, s, 95 %": (p95(full.acknowledged), ACK_SECONDS),
            "proctoring: raw inserts to entries": (raw * took / plain.entries, 1 / RATIO),
            "proctoring: CPU of the web process an entry, ms": (
                cpu * 1000 / plain.entries, CPU_MS,
            ),
            "proctoring: acknowledged entries lost": (lost, 0),
            "proctoring: entries twice": (double, 0),
            "proctoring: chains broken": (broken, 0),
        }
    )  # fmt: skip


if __name__ == "__main__":
    main()
