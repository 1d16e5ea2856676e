"""Why a colleague looks at somebody's documents without deciding on them."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.rows import Row
from onboarding.models.documents import KycCase


class Purpose(models.TextChoices):
    """Why a picture is looked at: each look in the audit record has one."""

    REVIEW = "REVIEW", "To review the documents"
    APPEAL = "APPEAL", "The agent appealed a decision"
    SUPPORT = "SUPPORT", "To help the agent (support)"
    AUDIT = "AUDIT", "Audit or quality check"


class KycLook(Row):
    """What one colleague said about one case, last; good for half an hour.

    Whoever has taken a case looks at it to decide, and says nothing.
    """

    LASTS: ClassVar = timedelta(minutes=30)
    #: What can be said; deciding is not said, the case is taken.
    SAID: ClassVar = [choice for choice in Purpose.choices if choice[0] != Purpose.REVIEW]

    case = models.ForeignKey(KycCase, related_name="looks", on_delete=models.CASCADE)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="kyc_looks"
    )
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_look_a_colleague", fields=["case", "by"]),
            models.CheckConstraint(name="look_is_no_review", condition=~Q(purpose="REVIEW")),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_purpose_display()}"


class ReviewAlarm(Row):
    """That operations were told on one Indian day that documents wait too long."""

    day = models.DateField(unique=True)

    def __str__(self) -> str:
        return f"Overdue on {self.day}"
