"""Sweeps: periodic work on all rows that are due, each by itself.

A sweep reads the keys of due rows in a stable order, a limited number of them for a limited time,
and works on each row in a transaction of its own. So one row that cannot be read, or whose rule
fails, does not stop the others. A row that failed is postponed (`PostponedRow`), longer each time;
one that was refused, or that is still due for another reason, comes after the rows that were not
tried yet. `monitoring.lateness` raises an alarm while rows fail.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, Model, OuterRef, QuerySet
from django.db.models.functions import Cast

from hitouch.core.errors import Refusal
from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.core.jobs import leases
from hitouch.core.models import PostponedRow

log = logging.getLogger(__name__)
#: Waits after the first, second … failure of a row. The last one repeats: nothing is given up.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
#: A postponed row that no sweep has taken up for so long is forgotten.
FORGOTTEN_AFTER = timedelta(days=2)
#: The reason for postponing a row that is due as before although nothing failed.
STILL_DUE = "still_due"


@dataclass
class SweepOutcome:
    """What one run did.

    It is cut short when its time is over, or when a provider or the file store did not answer.
    """

    done: int = 0
    refused: int = 0
    failed: int = 0
    is_cut_short: bool = False


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """Rows that are due, and what is done with one of them.

    `act` gets the row as it is now, and the moment. A row for which it succeeded is no longer due;
    one for which it returned False is not counted. An `act` that makes several transactions of its
    own is not `atomic`.
    """

    name: str
    due: Callable[[datetime], QuerySet[Any]]
    act: Callable[[Any, datetime], object]
    order: tuple[str, ...] = ("pk",)
    limit: int = 200
    seconds: float = 30
    atomic: bool = True

    def __post_init__(self) -> None:
        """Register the sweep. Rows are postponed under its name, so no two have the same."""
        if self.name in SWEEPS:
            raise ValueError(f"there are two sweeps named {self.name}")
        SWEEPS[self.name] = self

    def work_on(self, pk: Any, now: datetime) -> object:
        """Read the row and act on it, if it is still due."""
        row = self.due(now).filter(pk=pk).first()
        return row is not None and self.act(row, now)


#: What `act` of a queue returns when the provider did not answer.
NO_ANSWER = "no_answer"
#: Every sweep of the modules that were imported, by name.
SWEEPS: dict[str, Sweep] = {}


@dataclass(frozen=True, kw_only=True)
class QueueSweep(Sweep):
    """Due rows of a queue with leases (`hitouch.core.jobs.leases`), the longest waiting first.

    `act` gets the key and the moment, and leases the row itself. It returns `NO_ANSWER` when the
    row's provider did not answer. That ends the run: a provider that is down costs one timeout, not
    one for every row.
    """

    order: tuple[str, ...] = ("next_try_at", "pk")
    atomic: bool = False

    def work_on(self, pk: Any, now: datetime) -> object:
        """Let `act` lease the row and work on it."""
        return self.act(pk, now)


def _delete(row: Model, now: datetime) -> None:
    row.delete()


@dataclass(frozen=True, kw_only=True)
class DeletionSweep(Sweep):
    """Old rows, deleted many at a time until none is left or the time is over."""

    act: Callable[[Any, datetime], object] = _delete
    limit: int = 1000


#: Rows of sweeps that are gone, or that were finished in another way.
FORGOTTEN_ROWS = DeletionSweep(
    name="core.postponed_rows",
    due=lambda now: PostponedRow.objects.filter(next_try_at__lte=now - FORGOTTEN_AFTER),
    order=("next_try_at", "pk"),
)


def run(sweep: Sweep, *, now: datetime, limit: int = 0) -> SweepOutcome:
    """Work on the rows that are due, at most `limit` of them."""
    outcome, ends = SweepOutcome(), time.monotonic() + sweep.seconds
    limit = limit or sweep.limit
    is_over = False
    while not is_over:
        keys = due_keys(sweep.name, sweep.due(now), sweep.order, now=now, limit=limit)
        if keys and isinstance(sweep, DeletionSweep):
            _delete_together(sweep, keys, outcome, now=now, ends=ends)
        elif keys:
            _work_on_each(sweep, keys, outcome, now=now, ends=ends)
        is_over = not isinstance(sweep, DeletionSweep) or len(keys) < limit or outcome.is_cut_short
    if outcome != SweepOutcome():
        log.info("sweep.done", extra={"sweep": sweep.name, **vars(outcome)})
    return outcome


def _delete_together(
    sweep: DeletionSweep, keys: list[Any], outcome: SweepOutcome, *, now: datetime, ends: float
) -> None:

    def delete(some: Sequence[Any]) -> None:
        sweep.due(now).filter(pk__in=some).delete()

    outcome.is_cut_short = time.monotonic() >= ends
    succeeded = attempt_together(sweep.name, keys, delete, outcome, now=now)
    settle(sweep.name, sweep.due(now), succeeded, now=now)


def _work_on_each(
    sweep: Sweep, keys: list[Any], outcome: SweepOutcome, *, now: datetime, ends: float
) -> None:
    succeeded = []

    def work_on(pk: Any) -> object:
        result = sweep.work_on(pk, now)
        outcome.is_cut_short = result is NO_ANSWER
        return result

    for pk in keys:
        if outcome.is_cut_short or time.monotonic() >= ends:
            outcome.is_cut_short = True
            break
        is_atomic = sweep.atomic
        if attempt(sweep.name, pk, partial(work_on, pk), outcome, now=now, atomic=is_atomic):
            succeeded.append(pk)
    settle(sweep.name, sweep.due(now), succeeded, now=now)


def due_keys(
    name: str, due: QuerySet[Any], order: Iterable[str], *, now: datetime, limit: int
) -> list[Any]:
    """Primary keys of the rows to work on: those not tried yet, then those postponed until now.

    Only keys are read, since a row may be unreadable.
    """
    postponed = PostponedRow.objects.filter(sweep=name)
    is_postponed = Exists(postponed.filter(row=Cast(OuterRef("pk"), CharField())))
    new = due.filter(~is_postponed).order_by(*order).values_list("pk", flat=True)
    keys = list(dict.fromkeys(new[:limit]))
    # A tenth of the places is for postponed rows even when new ones never end.
    places = max(limit - len(keys), limit // 10, 1)
    return [*keys, *retry_keys(name, due, now=now, limit=places)]


def retry_keys(name: str, due: QuerySet[Any], *, now: datetime, limit: int) -> list[Any]:
    """Primary keys of rows that were postponed until now and are due, the longest waiting first.

    Records of rows that are not due any more are deleted.
    """
    postponed = PostponedRow.objects.filter(sweep=name)
    waiting = postponed.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
    rows = list(waiting.values_list("row", flat=True)[:limit])
    if not rows:
        return []
    still = {str(pk): pk for pk in due.filter(pk__in=rows).order_by().values_list("pk", flat=True)}
    postponed.filter(row__in=[row for row in rows if row not in still]).delete()
    return [still[row] for row in rows if row in still]


def attempt(
    name: str,
    pk: Any,
    work: Callable[[], object],
    outcome: SweepOutcome,
    *,
    now: datetime,
    atomic: bool = True,
) -> bool:
    """Work on one row. When that raises, the row is postponed, and the result is False."""
    context: dict[str, object] = {"sweep": name, "row": str(pk)}
    try:
        with transaction.atomic() if atomic else nullcontext():
            result = work()
    except Refusal as refusal:
        log.info("sweep.row_refused", extra=context | {"code": refusal.code})
        _put_last(name, [pk], reason=refusal.code, now=now)
        outcome.refused += 1
        outcome.is_cut_short |= isinstance(refusal, StoreUnavailable)
        return False
    except Exception as fault:
        tries = _postpone(name, pk, reason=type(fault).__name__, now=now)
        log.exception("sweep.row_failed", extra=context | {"tries": tries})
        outcome.failed += 1
        return False
    outcome.done += result is not False
    return True


def attempt_each(
    name: str,
    keys: Iterable[Any],
    work: Callable[[Any], object],
    outcome: SweepOutcome,
    *,
    now: datetime,
) -> list[Any]:
    """Work on each row, given its key, until the run is cut short. Returns which succeeded."""
    succeeded = []
    for pk in keys:
        if attempt(name, pk, partial(work, pk), outcome, now=now):
            succeeded.append(pk)
        if outcome.is_cut_short:
            break
    return succeeded


def attempt_together(
    name: str,
    keys: Sequence[Any],
    work: Callable[[Sequence[Any]], object],
    outcome: SweepOutcome,
    *,
    now: datetime,
) -> list[Any]:
    """Work on many rows at once; on each by itself when that raises. Returns which succeeded."""
    try:
        with transaction.atomic():
            work(keys)
    except Exception:
        log.warning("sweep.one_by_one", extra={"sweep": name, "rows": len(keys)}, exc_info=True)
        return attempt_each(name, keys, lambda pk: work([pk]), outcome, now=now)
    outcome.done += len(keys)
    return list(keys)


def forget(name: str, keys: Iterable[Any]) -> None:
    """Forget that rows which are done were postponed."""
    PostponedRow.objects.filter(sweep=name, row__in=[str(pk) for pk in keys]).delete()


def has_postponed(name: str) -> bool:
    """Whether a sweep has rows to try again."""
    return PostponedRow.objects.filter(sweep=name).exists()


def settle(name: str, due: QuerySet[Any], succeeded: Collection[Any], *, now: datetime) -> None:
    """Forget that rows which are done were postponed. Rows still due come after the others."""
    if succeeded:
        still = set(due.filter(pk__in=succeeded).order_by().values_list("pk", flat=True))
        forget(name, (pk for pk in succeeded if pk not in still))
        _put_last(name, still, reason=STILL_DUE, now=now)


def _put_last(name: str, keys: Iterable[Any], *, reason: str, now: datetime) -> None:
    """Nothing failed: the rows may be tried again at once, after those not tried yet."""
    facts: dict[str, Any] = {"reason": reason, "next_try_at": now, "failures": 0}
    PostponedRow.objects.bulk_create(
        [PostponedRow(sweep=name, row=str(pk), updated_at=now, **facts) for pk in keys],
        update_conflicts=True,
        unique_fields=["sweep", "row"],
        update_fields=[*facts, "updated_at"],
    )


def _postpone(name: str, pk: Any, *, reason: str, now: datetime) -> int:
    """Postpone a row that failed. Returns how often it has."""
    facts: dict[str, Any] = {"reason": reason, "next_try_at": now}
    with transaction.atomic():
        rows = PostponedRow.objects.select_for_update()
        row, _ = rows.get_or_create(sweep=name, row=str(pk), defaults=facts)
        row.failures, row.reason = row.failures + 1, reason
        row.next_try_at = now + leases.wait_after(row.failures, waits=WAITS)
        row.save()
    return row.failures
