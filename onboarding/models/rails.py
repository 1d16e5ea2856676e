"""What a rail told us, and what testing by it cost."""

from django.db import models

from hitouch.core.daily_budget import DailyBudget
from hitouch.core.rows import Row


class RupeeDay(DailyBudget):
    """What tests of accounts may have cost on one Indian day."""

    def __str__(self) -> str:
        return f"Tests of {self.day}"


class RailEvent(Row):
    """That a rail told us of something, once per event of theirs. Evidence, never a verdict."""

    event_id = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=60)
    reference = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
