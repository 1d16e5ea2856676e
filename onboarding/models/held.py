"""Pictures on which no number was found by itself: kept apart until a person has masked them."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.models import StoredFile
from hitouch.core.rows import Row
from onboarding.models.documents import KycDocument


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


class KycHeldPicture(Row):
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
