"""Pictures on which no number was found by itself: kept apart until a person has masked them."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.models import StoredFile
from onboarding.models.documents import KycCase, KycDocument


class HeldQuerySet(models.QuerySet["KycHeldPicture"]):
    """Held pictures as sentences."""

    def waiting(self) -> "HeldQuerySet":
        """The original is still there."""
        return self.filter(ended_at__isnull=True)

    def out_of_time(self, now: datetime) -> "HeldQuerySet":
        """Kept as long as an original may be kept."""
        return self.waiting().filter(held_at__lte=now - KycHeldPicture.KEPT)

    def with_agent(self) -> "HeldQuerySet":
        """With the document and whose it is, in one query."""
        return self.select_related("document__case__agent__user", "file", "by__agent")


class KycHeldPicture(BaseModel):
    """The original of a document's picture, until it is decided, replaced, or out of time."""

    class End(models.TextChoices):
        MASKED = "MASKED", "Masked by hand"
        NO_NUMBER = "NO_NUMBER", "No number found"
        ASKED_AGAIN = "ASKED_AGAIN", "New photo requested"
        REPLACED = "REPLACED", "Replaced by the agent"
        OUT_OF_TIME = "OUT_OF_TIME", "Timed out"

    #: An hour less than the day that was promised, since the sweep comes every few minutes.
    KEPT: ClassVar = timedelta(hours=23)

    document = models.OneToOneField(KycDocument, related_name="held", on_delete=models.CASCADE)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=End.choices, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = HeldQuerySet.as_manager()

    class Meta:
        verbose_name = "photo to mask"
        verbose_name_plural = "photos to mask"
        indexes = [
            models.Index(name="held_waiting", fields=["held_at"], condition=Q(ended_at=None))
        ]
        constraints = [
            models.CheckConstraint(
                name="held_until_ended",
                condition=Q(ended_at=None, end="", file__isnull=False)
                | (Q(ended_at__gte=F("held_at"), file=None) & ~Q(end="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document.get_kind_display()} of {self.document.case.agent.name}"


class Purpose(models.TextChoices):
    """Why a picture is looked at: each look in the audit record has one."""

    REVIEW = "REVIEW", "To review the documents"
    APPEAL = "APPEAL", "The agent appealed a decision"
    SUPPORT = "SUPPORT", "To help the agent (support)"
    AUDIT = "AUDIT", "Audit or quality check"


class KycLook(BaseModel):
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


class ReviewAlarm(BaseModel):
    """That operations were told on one Indian day that documents wait too long."""

    day = models.DateField(unique=True)

    def __str__(self) -> str:
        return f"Overdue on {self.day}"
