"""Series of slots: the same hours on some days of each week."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from gigs import recurrence
from gigs.models.opportunities import Opportunity
from gigs.models.triggers import immutable_columns
from gigs.recurrence import WeeklyHours
from hitouch.core.cefr import CEFR
from hitouch.core.db.base_models import BaseModel


class SlotSeries(BaseModel):
    """A rule by which slots were made, as RFC 5545 writes it.

    `length` is how long each slot lasts. From `ended_on` on the series has no slots any more: they
    were cancelled, or another series follows it.
    """

    opportunity = models.ForeignKey(Opportunity, related_name="series", on_delete=models.PROTECT)
    recurrence = models.TextField()
    length = models.DurationField()
    capacity = models.PositiveSmallIntegerField()
    minimum_level = models.CharField(max_length=2, choices=CEFR.choices, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "series of shifts"
        verbose_name_plural = "series of shifts"
        triggers = [
            immutable_columns("opportunity", "recurrence", "length", "capacity", "minimum_level")
        ]
        indexes = [
            models.Index(name="series_newest", fields=["-created_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(name="series_has_seats", condition=Q(capacity__gt=0)),
            models.CheckConstraint(
                name="series_level_is_one", condition=Q(minimum_level__in=["", *CEFR.values])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity}, {self.rule.starts:%H:%M} to {self.rule.ends:%H:%M}"

    @property
    def rule(self) -> WeeklyHours:
        """The hours as they were planned at first."""
        return recurrence.read(self.recurrence, self.length)

    @property
    def hours(self) -> WeeklyHours:
        """The hours that still apply."""
        return self.rule.before(self.ended_on) if self.ended_on else self.rule

    @property
    def last_on(self) -> date:
        return self.hours.last

    @property
    def weekday_names(self) -> str:
        """Such as "Mon, Wed"."""
        return ", ".join(recurrence.weekday_name(number) for number in self.rule.weekdays)
