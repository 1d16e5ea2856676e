"""Reminders that were sent before a deadline, so that each is sent once."""

from django.db import models

from hitouch.core.db.base_models import BaseModel


class Reminder(BaseModel):
    """One reminder: of what, about which row, and for which round or week of it."""

    class Kind(models.TextChoices):
        """The deadline that comes near."""

        APPROVAL = "APPROVAL", "Work is approved by silence"
        REWORK = "REWORK", "Requested changes are not waited for"
        TIMESHEET = "TIMESHEET", "Hours are submitted by themselves"
        RATING = "RATING", "A sealed rating opens"
        REFUSED_PART = "REFUSED_PART", "A refused part stays unpaid"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    about = models.UUIDField()
    occasion = models.CharField(max_length=10, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_reminder_an_occasion", fields=["about", "kind", "occasion"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.occasion}"
