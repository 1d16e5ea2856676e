"""Queues of files to read: all workers together read `HITOUCH_CARD_READERS` of them at a time.

Identity documents and files of submitted work are read by the same engines, for seconds of a
processor each. Apps register their queues here; the row that has been due longest is next.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.db.models import Min, QuerySet

from hitouch.core.jobs.dispatch import enqueue_on_commit

#: Key of the advisory lock under which a worker takes its row; any constant will do.
READERS_LOCK = 7_340_021_011


class Rows(Protocol):
    """A queryset of leased rows."""

    def due(self, now: datetime) -> QuerySet[Any]:
        """Rows that can be taken."""

    def occupying(self, now: datetime) -> QuerySet[Any]:
        """Rows with which a worker is busy."""


@dataclass(frozen=True)
class ReadingQueue:
    """The rows of one model, and the task that reads the next of them."""

    rows: Callable[[], Rows]
    task: str


_queues: dict[str, ReadingQueue] = {}


def register_queue(queue: ReadingQueue) -> None:
    """Add a queue; once for each task."""
    _queues[queue.task] = queue


def is_free(task: str, *, now: datetime) -> bool:
    """Whether the queue of this task may take a row, in the current transaction.

    When the turn is another queue's, its task is called.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [READERS_LOCK])
    busy = sum(queue.rows().occupying(now).count() for queue in _queues.values())
    if busy >= settings.HITOUCH_CARD_READERS:
        return False
    first = _next_task(now)
    if first not in (None, task):
        enqueue_on_commit(str(first))
    return first == task


def call_next(now: datetime) -> None:
    """One task reads one row, so that other tasks have their turn between two."""
    if task := _next_task(now):
        enqueue_on_commit(task)


def _next_task(now: datetime) -> str | None:
    """The task of the queue with the row that has been due longest."""
    due = {
        task: queue.rows().due(now).aggregate(at=Min("next_try_at"))["at"]
        for task, queue in _queues.items()
    }
    waiting = [(at, task) for task, at in due.items() if at is not None]
    return min(waiting)[1] if waiting else None
