"""Daily budgets: how much may be spent on one Indian day, exact also for parallel spending.

A model with a row for each day inherits `DailyBudget`. One conditional UPDATE adds an amount
before it is spent, unless that would exceed the day's cap. Amounts are in paise.
"""

from datetime import datetime
from typing import ClassVar, Self, TypeVar

from django.db import models

from hitouch.core.db.base_models import BaseModel
from hitouch.core.india_time import day_of

M = TypeVar("M", bound="DailyBudget")


class DailyBudgetQuerySet(models.QuerySet[M]):
    """Queries on days and what is spent on them."""

    def on(self, at: datetime) -> Self:
        """The row of a moment's day; empty until something is reserved."""
        return self.filter(day=day_of(at))

    def has_room(self, paise: int, *, cap: int, at: datetime) -> bool:
        """Whether the amount could be reserved now."""
        room = cap - paise
        return room >= 0 and not self.on(at).filter(paise__gt=room).exists()

    def reserve(self, paise: int, *, cap: int, at: datetime) -> bool:
        """Add the amount to the day. False, and nothing added, when that would exceed the cap."""
        self.bulk_create([self.model(day=day_of(at))], ignore_conflicts=True)
        within = self.on(at).filter(paise__lte=cap - paise)
        return bool(within.update(paise=models.F("paise") + paise, updated_at=at))

    def give_back(self, paise: int, *, at: datetime) -> None:
        """Release a reserved amount that was certainly not spent."""
        self.on(at).update(paise=models.F("paise") - paise, updated_at=at)


class DailyBudget(BaseModel):
    """The amount reserved on one Indian day."""

    day = models.DateField(unique=True)
    paise = models.PositiveBigIntegerField(default=0)

    objects: ClassVar = DailyBudgetQuerySet.as_manager()

    class Meta:
        abstract = True
