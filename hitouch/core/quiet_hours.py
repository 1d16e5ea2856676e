"""Quiet hours: a part of the day, in India's time, in which messages that are not urgent wait."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hitouch.core.india_time import INDIA


@dataclass(frozen=True)
class QuietHours:
    """From `starts` (inclusive) to `ends` (exclusive), over midnight where that is earlier.

    Two equal times mean no quiet hours, not a whole quiet day.
    """

    starts: time
    ends: time

    def include(self, at: datetime) -> bool:
        """Whether the moment is in quiet hours."""
        clock = at.astimezone(INDIA).time()
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends

    def first_moment_after(self, at: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it is in."""
        if not self.include(at):
            return at
        local = at.astimezone(INDIA)
        day = local.date() + timedelta(days=int(local.time() >= self.ends))
        return datetime.combine(day, self.ends, INDIA)
