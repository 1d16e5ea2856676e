"""Versions of the monitoring rules, and detectors that are only logged."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel


class MonitoringPolicy(BaseModel):
    """One version of the rules by which observations are judged. It never changes.

    A sitting keeps the version in force when it began.
    """

    number = models.PositiveIntegerField(unique=True)
    rules = models.JSONField(help_text="See proctoring/policies/rules.py.")
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )

    class Meta:
        verbose_name_plural = "monitoring policies"
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Policy {self.number}"


class DetectorMode(BaseModel):
    """Since when a kind of observation has consequences, or is only logged, and why."""

    class Mode(models.TextChoices):
        """Whether observations of this kind have consequences."""

        ENFORCED = "ENFORCED", "Enforced"
        LOG_ONLY = "LOG_ONLY", "Only logged"

    kind = models.CharField(max_length=24)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    precision = models.FloatField(null=True, help_text="Share of rulings that people confirmed.")
    low = models.FloatField(null=True, help_text="Lower end of its 95 % interval.")
    high = models.FloatField(null=True, help_text="Upper end of its 95 % interval.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="detector_mode_one_now", fields=["kind"], condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_mode_display()}"
