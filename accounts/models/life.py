"""What a person agreed to, and how an account ends."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.rows import Row
from hitouch.core.states import Machine, StateEvent


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Consents as sentences."""

    def live(self) -> "ConsentQuerySet":
        """Neither withdrawn nor replaced by one to a newer version."""
        return self.filter(withdrawn_at=None, replaced_at=None)


class Consent(Row):
    """One person's yes to one version of one purpose of `consents.yaml`. Kept when it ends."""

    class Where(models.TextChoices):
        PAGE = "PAGE", "On a page"
        API = "API", "Through an app"
        TEST = "TEST", "Before a test"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents"
    )
    purpose = models.CharField(max_length=20)
    version = models.CharField(max_length=12)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    where = models.CharField(max_length=4, choices=Where.choices)
    network = models.CharField(max_length=64, blank=True, help_text="Network address, masked.")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_consent_per_purpose",
                fields=["user", "purpose"],
                condition=Q(withdrawn_at=None, replaced_at=None),
            ),
            models.CheckConstraint(
                name="consent_ends_after_it_began",
                condition=(Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")))
                & (Q(replaced_at=None) | Q(replaced_at__gte=F("given_at"))),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="consent_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="consent_is_kept", fields=["user", "purpose", "version", "given_at", "where"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class ClosingState(models.TextChoices):
    """Where a wish to close an account stands. What holds it back is worked out, not stored."""

    ASKED = "ASKED", "Requested"
    TAKEN_BACK = "TAKEN_BACK", "Cancelled"
    CLOSED = "CLOSED", "Closed"


_machine = Machine(
    start=ClosingState.ASKED,
    edges={ClosingState.ASKED: [ClosingState.TAKEN_BACK, ClosingState.CLOSED]},
)


class ClosingQuerySet(models.QuerySet["Closing"]):
    """Closings as sentences."""

    def asked(self) -> "ClosingQuerySet":
        """Neither done nor taken back."""
        return self.filter(state=ClosingState.ASKED)

    def due(self, now: datetime) -> "ClosingQuerySet":
        """Those whose days of grace are over."""
        return self.asked().filter(due_at__lte=now)

    def to_erase(self) -> "ClosingQuerySet":
        """Closed, and the person's data is not all gone yet."""
        return self.filter(state=ClosingState.CLOSED, erased_at=None)


class Closing(Row):
    """One wish to close an account: asked for, then done or taken back."""

    State = ClosingState

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="closings"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="The end of the days of grace.")
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True, help_text="When nothing was left to remove.")
    state = models.CharField(
        max_length=10, choices=ClosingState.choices, default=ClosingState.ASKED
    )

    machine = _machine
    objects = ClosingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_closing", fields=["user"], condition=Q(state="ASKED")
            ),
            models.CheckConstraint(
                name="closing_closed_with_moment",
                condition=Q(state="CLOSED", closed_at__isnull=False)
                | ~Q(state="CLOSED") & Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="closing_erased_after_closed",
                condition=Q(erased_at=None) | Q(erased_at__gte=F("closed_at")),
            ),
        ]
        indexes = [
            models.Index(name="closing_due", fields=["due_at"], condition=Q(state="ASKED")),
        ]
        triggers = _machine.triggers()

    def __str__(self) -> str:
        return f"Closing of {self.user}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be taken back."""
        return self.state == self.State.ASKED


class ClosingEvent(StateEvent):
    """One move of a closing."""

    subject = models.ForeignKey(Closing, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
