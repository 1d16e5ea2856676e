"""Processes that claim slots, or insert the same rows plainly, for `gigs_claims.py`."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, connections
from django.utils import timezone
from psycopg.types.range import TimestamptzRange

from accounts.models import Agent
from gigs.models import Claim, Gig, Slot
from gigs.slots import claims

#: An agent, the gig and the slot of one seat.
Seat = tuple[Agent, Gig, Slot]
PROCESSES = 2


def claim(seat: Seat) -> None:
    """As the views do it."""
    agent, _, slot = seat
    claims.claim_slot(slot=slot, agent=agent, now=timezone.now())


def insert(seat: Seat) -> None:
    """A plain insert of the claim's row, without its event."""
    agent, gig, slot = seat
    hours = TimestamptzRange(slot.starts_at, slot.ends_at)
    Claim.objects.create(slot=slot, gig=gig, agent=agent, during=hours)


def seconds_of(act: Callable[[Seat], None], clients: Sequence[Sequence[Seat]]) -> float:
    """The time that so many clients take for their seats, each in a thread of its own.

    They are spread over two processes, and the rows are removed afterwards.
    """
    connections.close_all()
    connections["default"].close_pool()
    fork = multiprocessing.get_context("fork")
    ready, ended = fork.Barrier(len(clients) + 1), fork.Barrier(len(clients) + 1)
    parts = [clients[number::PROCESSES] for number in range(PROCESSES)]
    running = [
        fork.Process(target=_run, args=(act, part, ready, ended), daemon=True)
        for part in parts if part
    ]  # fmt: skip
    for process in running:
        process.start()
    ready.wait(60)
    began = time.perf_counter()
    ended.wait(300)
    seconds = time.perf_counter() - began
    for process in running:
        process.join()
    _remove(sum(len(client) for client in clients))
    return seconds


def statements_of(seat: Seat) -> tuple[list[str], int]:
    """The statements of one claim, and how many of them hold the slot's row, with the commit."""
    found: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        claim(seat)
    _remove(1)
    first = next(n for n, sql in enumerate(found) if sql.startswith('INSERT INTO "gigs_claim"'))
    return found, len(found) - first + 1


def _run(
    act: Callable[[Seat], None], part: Sequence[Sequence[Seat]], ready: Any, ended: Any
) -> None:
    def client(seats: Sequence[Seat]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        ready.wait(60)
        for seat in seats:
            act(seat)
        ended.wait(300)
        connection.close()

    threads = [threading.Thread(target=client, args=(seats,)) for seats in part]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _remove(expected: int) -> None:
    """Remove all claims, behind the triggers."""
    if Claim.objects.count() != expected:
        raise RuntimeError(f"{Claim.objects.count()} of {expected} seats were taken")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE gigs_claim CASCADE")
        cursor.execute("UPDATE gigs_slot SET taken = 0 WHERE taken > 0")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE gigs_slot")
