"""What a person agreed to, and how an account ends."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine


class ClosingState(models.TextChoices):
    """Where a wish to close an account stands. What holds it back is worked out, not stored."""

    ASKED = "ASKED", "Requested"
    TAKEN_BACK = "TAKEN_BACK", "Cancelled"
    CLOSED = "CLOSED", "Closed"


_machine = StateMachine(
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


class Closing(BaseModel):
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
