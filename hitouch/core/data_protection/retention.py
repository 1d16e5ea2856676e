"""How a rule of `retention.yaml` is carried out: what is over, and how it is ended.

Each app lists its `Expiry`s in `services/retention.py`; the file says after how long. A batch is
one transaction, and what somebody else holds is left for the next night.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model, QuerySet


class RetentionHandler(Protocol):
    """One rule, carried out."""

    @property
    def rule(self) -> str:
        """Its name in the file."""

    def waiting(self, since: datetime) -> int:
        """How many are over that ended before this moment."""

    def end(self, *, since: datetime, at: datetime, limit: int) -> list[datetime]:
        """End some, inside the caller's transaction. Returns the moments they were counted from."""


@dataclass(frozen=True)
class ExpiringRows:
    """Rows whose time is over. `due` finds them, and may not find one again that was ended."""

    rule: str
    due: Callable[[datetime], QuerySet[Any]]
    moment: str
    end_row: Callable[[Any, datetime], object]

    def waiting(self, since: datetime) -> int:
        """How many."""
        return self.due(since).count()

    def end(self, *, since: datetime, at: datetime, limit: int) -> list[datetime]:
        """End the oldest that nobody holds."""
        rows = self.due(since).order_by(self.moment, "pk")
        held = list(rows.select_for_update(of=("self",), skip_locked=True)[:limit])
        moments = [getattr(row, self.moment) for row in held]
        for row in held:
            self.end_row(row, at)
        return moments


def delete(row: Model, at: datetime) -> None:
    """Remove the row, with what hangs on it."""
    row.delete()
