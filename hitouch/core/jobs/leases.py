"""Leases for rows that are jobs: one worker at a time, retries with back-off, sweeps.

A model with `tries` and `next_try_at` is a job queue. A worker takes a due row by
moving `next_try_at` to the end of a lease. A row whose worker died is due again after the lease.
"""

import logging
import threading
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar
from uuid import UUID

from django.db import DatabaseError, connection, models, transaction

log = logging.getLogger(__name__)
M = TypeVar("M", bound=models.Model)


class LeasedQuerySet(models.QuerySet[M]):
    """Rows with `tries` and `next_try_at`; a subclass defines which are unfinished."""

    @abstractmethod
    def unfinished(self) -> Self:
        """Rows that a worker still has to work on."""

    def due(self, now: datetime) -> Self:
        """Unfinished rows that are due and not leased."""
        return self.unfinished().filter(next_try_at__lte=now)

    def take(
        self, pk: str | UUID, *, now: datetime, lease: timedelta, skip_locked: bool = False
    ) -> bool:
        """Take a due row until `now + lease` and count the try. False when it is not due.

        One conditional UPDATE, so one of several workers wins. With `skip_locked` a row that a
        transaction has locked counts as not due; otherwise the call waits for the lock.
        """
        due = self.due(now).filter(pk=pk)
        with transaction.atomic():
            if skip_locked and not due.select_for_update(skip_locked=True).first():
                return False
            values = {"next_try_at": now + lease, "tries": models.F("tries") + 1}
            return bool(due.update(**values, updated_at=now))

    def held_by(self, taken: M) -> Self:
        """The row while this worker holds it: empty once finished or taken by another worker."""
        return self.unfinished().filter(pk=taken.pk, tries=taken.tries)  # type: ignore[attr-defined]


@contextmanager
def renewing(
    held: LeasedQuerySet[Any], *, lease: timedelta, clock: Callable[[], datetime]
) -> Iterator[None]:
    """Renew the lease of the rows while the block runs, so that it can be short.

    A thread with a connection of its own does it three times in a lease. It ends with the block,
    with the process, or when the rows are not held any more.
    """
    done = threading.Event()
    pause = lease.total_seconds() / 3

    def renew() -> None:
        while not done.wait(pause):
            try:
                now = clock()
                if not held.all().update(next_try_at=now + lease, updated_at=now):
                    return
            except DatabaseError:
                log.warning("lease.not_renewed", exc_info=True)
            finally:
                connection.close()

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def next_attempt(tries: int, *, waits: Sequence[timedelta], now: datetime) -> datetime | None:
    """When to try again after so many tries, or None when all waits are used up."""
    return None if tries > len(waits) else now + wait_after(tries, waits=waits)


def wait_after(tries: int, *, waits: Sequence[timedelta]) -> timedelta:
    """How long to wait after so many tries. The last wait repeats."""
    return waits[min(max(tries, 1), len(waits)) - 1]


def limit_idle_transaction(timeout: timedelta) -> None:
    """Let PostgreSQL end this session if the current transaction is idle for so long.

    A killed process closes its connection, and its locks end. A machine that vanished from the
    network does not; without this its locks would stay until TCP gives up, two hours later.
    """
    milliseconds = str(int(timeout.total_seconds() * 1000))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [milliseconds]
        )
