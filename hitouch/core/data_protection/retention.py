"""Retention handlers: how a rule of `retention.yaml` finds expired data and ends it.

Apps list their handlers as EXPIRIES; the YAML file has the periods. A batch is one transaction;
rows locked by others are left for the next run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from django.db.models import Model, QuerySet

from hitouch.core import sweeps
from hitouch.core.files.stores.base import StoreUnavailable


class RetentionHandler(Protocol):
    """Carries out one rule."""

    @property
    def rule(self) -> str:
        """The rule's name in retention.yaml."""

    def waiting(self, since: datetime) -> int:
        """The number of items that expired before this moment."""

    def require_allowed(self, *, since: datetime, at: datetime) -> None:
        """Called once before a run, outside of a transaction. Raises what stops the rule."""

    def end(self, *, since: datetime, at: datetime, limit: int) -> list[datetime]:
        """End up to `limit` items in the caller's transaction. Returns when their periods began."""


@dataclass(frozen=True)
class ExpiringRows:
    """Ends rows found by `due`, which must not find a row again after it was ended."""

    rule: str
    due: Callable[[datetime], QuerySet[Any]]
    moment: str
    end_row: Callable[[Any, datetime], object]

    def waiting(self, since: datetime) -> int:
        """The number of expired rows."""
        return self.due(since).count()

    def require_allowed(self, *, since: datetime, at: datetime) -> None:
        """Nothing stops these rules."""

    def end(self, *, since: datetime, at: datetime, limit: int) -> list[datetime]:
        """End the oldest rows that are not locked. One that cannot be ended is postponed.

        Raises `StoreUnavailable` if that is why none was ended.
        """
        name, due, moments = f"retention {self.rule}", self.due(since), list[datetime]()
        end_one, goes_on = partial(self._end_one, due, at, moments), True
        while goes_on and len(moments) < limit:
            outcome, left = sweeps.SweepOutcome(), limit - len(moments)
            keys = sweeps.due_keys(name, due, (self.moment, "pk"), now=at, limit=left)
            succeeded = sweeps.attempt_each(name, keys, end_one, outcome, now=at)
            sweeps.settle(name, due, succeeded, now=at)
            if outcome.is_cut_short and not moments:
                raise StoreUnavailable
            goes_on = outcome.failed > 0 and not outcome.is_cut_short  # they left room for others
        return moments

    def _end_one(self, due: QuerySet[Any], at: datetime, moments: list[datetime], pk: Any) -> None:
        row = due.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        if row is not None:
            moment = getattr(row, self.moment)
            self.end_row(row, at)
            moments.append(moment)


def delete(row: Model, at: datetime) -> None:
    """Delete the row and what cascades from it."""
    row.delete()
