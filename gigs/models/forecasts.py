"""Forecasts: the contacts that a client expects, and how it wants them answered."""

from django.db import models
from django.db.models import F, Q

from gigs.models.opportunities import Opportunity
from gigs.models.triggers import immutable_columns
from hitouch.core.db.base_models import BaseModel


class Forecast(BaseModel):
    """Contacts per half hour of a week, and the service they are to get.

    `volumes` is the text as it was typed or uploaded. `attendance` counts the client's past claims
    by part of the day, as they were then, for the rate of shifts that are missed.
    """

    opportunity = models.ForeignKey(Opportunity, related_name="forecasts", on_delete=models.PROTECT)
    volumes = models.TextField()
    handle_seconds = models.PositiveIntegerField()
    target_percent = models.PositiveSmallIntegerField()
    target_seconds = models.PositiveSmallIntegerField()
    max_occupancy_percent = models.PositiveSmallIntegerField()
    shrinkage_percent = models.PositiveSmallIntegerField()
    attendance = models.JSONField(default=dict)
    shortest_hours = models.PositiveSmallIntegerField()
    longest_hours = models.PositiveSmallIntegerField()

    class Meta:
        triggers = [
            immutable_columns(
                "opportunity",
                "volumes",
                "handle_seconds",
                "target_percent",
                "target_seconds",
                "max_occupancy_percent",
                "shrinkage_percent",
                "attendance",
                "shortest_hours",
                "longest_hours",
            )
        ]
        indexes = [models.Index(name="forecast_newest", fields=["-created_at", "-id"])]
        constraints = [
            models.CheckConstraint(
                name="forecast_target_can_be_kept",
                condition=Q(
                    handle_seconds__range=(1, 7200),
                    target_percent__range=(1, 99),
                    target_seconds__lte=3600,
                    max_occupancy_percent__range=(1, 100),
                    shrinkage_percent__lte=80,
                ),
            ),
            models.CheckConstraint(
                name="forecast_shift_lengths",
                condition=Q(shortest_hours__gte=1, longest_hours__lte=12)
                & Q(longest_hours__gte=F("shortest_hours")),
            ),
        ]

    def __str__(self) -> str:
        return f"Forecast for {self.opportunity}"
