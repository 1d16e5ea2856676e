"""Document reviews: photos pending redaction, the document access log, overdue alerts."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.models import StoredFile
from onboarding.models.documents import KycCase, KycDocument


class HeldQuerySet(models.QuerySet["KycHeldPicture"]):
    """Filters for photos pending redaction."""

    def waiting(self) -> "HeldQuerySet":
        """Not decided: the original still exists."""
        return self.filter(ended_at__isnull=True)

    def expired(self, now: datetime) -> "HeldQuerySet":
        """The original has reached its maximum age."""
        return self.waiting().filter(held_at__lte=now - KycHeldPicture.KEPT)

    def with_agent(self) -> "HeldQuerySet":
        """Joined with document, case, agent, user, file and reviewer."""
        return self.select_related("document__case__agent__user", "file", "by__agent")


class KycHeldPicture(BaseModel):
    """The unmasked original of a photo, until a reviewer decides, it is replaced or expires."""

    class End(models.TextChoices):
        MASKED = "MASKED", "Masked by hand"
        NO_NUMBER = "NO_NUMBER", "No number found"
        ASKED_AGAIN = "ASKED_AGAIN", "New photo requested"
        REPLACED = "REPLACED", "Replaced by the agent"
        OUT_OF_TIME = "OUT_OF_TIME", "Timed out"

    #: An hour less than the promised day, because a sweep deletes originals every few minutes.
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
    """Why staff view a document. Recorded in the audit log with each access."""

    REVIEW = "REVIEW", "To review the documents"
    APPEAL = "APPEAL", "The agent appealed a decision"
    SUPPORT = "SUPPORT", "To help the agent (support)"
    AUDIT = "AUDIT", "Audit or quality check"


class KycLook(BaseModel):
    """The purpose that a colleague last stated for viewing a case; valid for 30 minutes.

    Whoever has claimed the case needs no statement.
    """

    LASTS: ClassVar = timedelta(minutes=30)
    #: Purposes that can be stated. REVIEW is implied by a claim.
    STATED_PURPOSES: ClassVar = [
        choice for choice in Purpose.choices if choice[0] != Purpose.REVIEW
    ]

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
    """That operations were alerted about overdue reviews on one Indian day."""

    day = models.DateField(unique=True)

    def __str__(self) -> str:
        return f"Overdue on {self.day}"
