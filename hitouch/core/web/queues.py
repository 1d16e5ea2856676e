"""Work that waits for staff, as each app reports it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class WorkQueue:
    """One queue: what it is called, how many wait, since when, where to go."""

    label: str
    count: int
    oldest_at: datetime | None
    url: str
    group: str
