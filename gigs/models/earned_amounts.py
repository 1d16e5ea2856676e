"""Amounts that a gig earned beside submitted work, such as a bonus or a late cancellation."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from gigs.models.opportunities import Gig
from gigs.models.triggers import agreement
from hitouch.core.db.base_models import BaseModel


class EarnedAmount(BaseModel):
    """One amount earned, with the row that says why. Append-only, and once for each such row.

    The row of a milestone is its approved work, which counts for the pay of its gig already.
    """

    class Kind(models.TextChoices):
        """What was earned; Payments knows the same kinds."""

        MILESTONE = "MILESTONE", "Milestone"
        BONUS = "BONUS", "Bonus"
        LATE_CANCEL = "LATE_CANCEL", "Late cancellation"
        RESOLUTION = "RESOLUTION", "Dispute resolution"

    gig = models.ForeignKey(Gig, related_name="earned_amounts", on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()
    amount_paise = models.BigIntegerField()
    at = models.DateTimeField()
    #: None when nobody decided, such as after seven days of silence.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )

    class Meta:
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            agreement(
                "milestone_of_its_gig",
                when="NEW.kind = 'MILESTONE'",
                query="SELECT FROM gigs_work WHERE id = NEW.source_id AND gig_id = NEW.gig_id",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="a_source_is_earned_once", fields=["source_id", "source_type", "kind"]
            ),
            models.CheckConstraint(name="earned_amount_positive", condition=Q(amount_paise__gt=0)),
            models.CheckConstraint(
                name="a_milestone_is_earned_by_work",
                condition=Q(kind="MILESTONE", source_type="gigs.work")
                | (~Q(kind="MILESTONE") & ~Q(source_type="gigs.work")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.gig}"
