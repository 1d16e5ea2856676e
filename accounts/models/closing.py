"""Requests to close an account, and their states."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine


class ClosingState(models.TextChoices):
    """States of a closing request. What blocks it is computed, not stored."""

    ASKED = "ASKED", "Requested"
    TAKEN_BACK = "TAKEN_BACK", "Cancelled"
    CLOSED = "CLOSED", "Closed"


_machine = StateMachine(
    start=ClosingState.ASKED,
    edges={ClosingState.ASKED: [ClosingState.TAKEN_BACK, ClosingState.CLOSED]},
)


class ClosingQuerySet(models.QuerySet["Closing"]):
    """Filters by state."""

    def asked(self) -> "ClosingQuerySet":
        """Open requests."""
        return self.filter(state=ClosingState.ASKED)

    def due(self, now: datetime) -> "ClosingQuerySet":
        """Open requests whose grace period is over."""
        return self.asked().filter(due_at__lte=now)

    def to_erase(self) -> "ClosingQuerySet":
        """Closed accounts whose erasure is not complete."""
        return self.filter(state=ClosingState.CLOSED, erased_at=None)


class Closing(BaseModel):
    """One request to close an account, cancelled or carried out later."""

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
            models.Index(name="closing_newest", fields=["-asked_at", "-id"]),
            models.Index(name="closing_by_state", fields=["state", "-asked_at", "-id"]),
        ]
        triggers = _machine.triggers()

    def __str__(self) -> str:
        return f"Closing of {self.user}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be cancelled."""
        return self.state == self.State.ASKED


class ClosingEvent(StateEvent):
    """One state transition of a closing request."""

    subject = models.ForeignKey(Closing, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
