"""Work queues of staff, as each app reports them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, QuerySet

#: Items that are counted: what waits beyond is told as more.
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class WorkQueue:
    """One queue: label, number of items, oldest item, URL of its page."""

    label: str
    count: int
    oldest_at: datetime | None
    url: str
    group: str

    @property
    def count_text(self) -> str:
        """The number, or that there are more than are counted."""
        if self.count > MOST_COUNTED:
            return f"More than {MOST_COUNTED:,}"
        return str(self.count)


def queue_of(rows: QuerySet[Any], *, since: str, label: str, url: str, group: str) -> WorkQueue:
    """The queue of these rows; `since` is the column with the moment from which they wait."""
    count = capped_count(rows)
    oldest = rows.order_by().aggregate(oldest=Min(since))["oldest"] if count else None
    return WorkQueue(label, count, oldest, url, group)


def capped_count(rows: QuerySet[Any]) -> int:
    """The number of rows, or one more than `MOST_COUNTED`."""
    return int(rows.order_by().values("pk")[: MOST_COUNTED + 1].count())
