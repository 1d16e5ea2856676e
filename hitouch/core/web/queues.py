"""Work queues of staff, as each app reports them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class WorkQueue:
    """One queue: label, number of items, oldest item, URL of its page."""

    label: str
    count: int
    oldest_at: datetime | None
    url: str
    group: str
