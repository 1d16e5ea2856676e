"""Daily budgets: how much may be spent on one Indian day, exact however many spend at once.

A model with a row for each day inherits `DailyBudget`. One conditional UPDATE adds an amount
before it is spent, and does not when that would exceed the day's cap. Amounts are in paise.
"""

from datetime import datetime
from typing import ClassVar, Self, TypeVar

from django.db import models

from hitouch.core.db.base_models import BaseModel
from hitouch.core.india_time import day_of

M = TypeVar("M", bound="DailyBudget")


class DailyBudgetQuerySet(models.QuerySet[M]):
    """Days by the moment that lies in them, and what is spent on them."""

    def on(self, at: datetime) -> Self:
        """The day of a moment; empty until something is reserved on it."""
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
        """Take an amount off the day that was reserved on it and surely not spent."""
        self.on(at).update(paise=models.F("paise") - paise, updated_at=at)


class DailyBudget(BaseModel):
    """What may have been spent on one Indian day."""

    day = models.DateField(unique=True)
    paise = models.PositiveBigIntegerField(default=0)

    objects: ClassVar = DailyBudgetQuerySet.as_manager()

    class Meta:
        abstract = True
