"""Time of a sitting as rows: who or what added how many seconds, and why."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from proctoring.models.demands import MonitoringDemand
from proctoring.models.sittings import Sitting, SittingSection


class AccommodationQuerySet(models.QuerySet["Accommodation"]):
    """Filters by validity."""

    def valid_on(self, day: date) -> "AccommodationQuerySet":
        """Granted for this day, and not revoked."""
        ends = Q(until__isnull=True) | Q(until__gte=day)
        return self.filter(ends, revoked_at__isnull=True, valid_from__lte=day)


class Accommodation(BaseModel):
    """Extra time, breaks and lifted demands for a person who needs them.

    The time is read when a sitting begins, the demands when it is opened.
    """

    agent = models.ForeignKey(
        "accounts.Agent", related_name="accommodations", on_delete=models.CASCADE
    )
    extra_percent = models.PositiveSmallIntegerField(default=0)
    break_minutes = models.PositiveSmallIntegerField(default=0)
    waives = ArrayField(
        models.CharField(max_length=13, choices=MonitoringDemand.choices), default=list, blank=True
    )
    reason = models.CharField(max_length=300)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    valid_from = models.DateField()
    until = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AccommodationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accommodation_gives_something",
                condition=Q(extra_percent__gt=0) | Q(break_minutes__gt=0) | Q(waives__len__gt=0),
            ),
            models.CheckConstraint(
                name="accommodation_within_limits",
                condition=Q(extra_percent__lte=200, break_minutes__lte=120),
            ),
        ]
        indexes = [models.Index(name="accommodation_newest", fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.agent}: {self.extra_percent} % more time, {self.break_minutes} min of breaks"


class TimeAdjustment(BaseModel):
    """Seconds added to a section. Its deadline is its opening plus the sum of its rows."""

    class Kind(models.TextChoices):
        """Where the time comes from."""

        PLAN = "PLAN", "Plan"
        ACCOMMODATION = "ACCOMMODATION", "Accommodation"
        OUTAGE = "OUTAGE", "Lost connection"
        PAUSE = "PAUSE", "Pause"
        STAFF = "STAFF", "Staff"

    sitting = models.ForeignKey(Sitting, related_name="adjustments", on_delete=models.CASCADE)
    part = models.ForeignKey(SittingSection, related_name="adjustments", on_delete=models.CASCADE)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    seconds = models.IntegerField()
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="time_adjustment_plan_once", fields=["part"], condition=Q(kind="PLAN")
            ),
            models.CheckConstraint(
                name="time_adjustment_by_staff_has_reason",
                condition=~Q(kind="STAFF") | Q(by__isnull=False) & ~Q(reason=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.seconds:+d} s"
