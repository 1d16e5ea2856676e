"""Agents' registrations as micro or small enterprises (Udyam), which must be paid in 45 days."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agent
from hitouch.core import masking
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.fields import EncryptedTextField


class UdyamState(models.TextChoices):
    """States of a registration that an agent told us of."""

    DECLARED = "DECLARED", "Being checked"
    CONFIRMED = "CONFIRMED", "Confirmed"
    REJECTED = "REJECTED", "Not confirmed"
    ENDED = "ENDED", "Ended"


_machine = StateMachine(
    start=UdyamState.DECLARED,
    edges={
        UdyamState.DECLARED: [UdyamState.CONFIRMED, UdyamState.REJECTED],
        UdyamState.CONFIRMED: [UdyamState.ENDED],
    },
)


class UdyamRegistration(BaseModel):
    """A registration with its number, as the agent declared it and finance confirmed it."""

    State = UdyamState

    class Size(models.TextChoices):
        """The class of the enterprise. A medium one has no right to payment in 45 days."""

        MICRO = "MICRO", "Micro"
        SMALL = "SMALL", "Small"

    agent = models.ForeignKey(Agent, related_name="udyam_registrations", on_delete=models.PROTECT)
    number = EncryptedTextField()
    number_index = models.CharField(max_length=64)
    last_four = models.CharField(max_length=4)
    size = models.CharField("class", max_length=5, choices=Size.choices)
    registered_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Shown to the agent.")
    state = models.CharField(max_length=20, choices=UdyamState.choices, default=UdyamState.DECLARED)
    machine = _machine

    class Meta:
        triggers = [
            *_machine.triggers(),
            pgtrigger.Protect(name="udyam_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="udyam_is_frozen", fields=["agent", "number_index", "size", "registered_on"]
            ),
        ]
        indexes = [
            models.Index(name="udyam_newest", fields=["-created_at", "-id"]),
            models.Index(name="udyam_by_state", fields=["state", "-created_at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_declared_udyam", fields=["agent"], condition=Q(state="DECLARED")
            ),
            models.UniqueConstraint(
                name="one_confirmed_udyam", fields=["agent"], condition=Q(state="CONFIRMED")
            ),
            models.UniqueConstraint(
                name="udyam_number_of_one_agent",
                fields=["number_index"],
                condition=Q(state="CONFIRMED"),
            ),
            models.CheckConstraint(
                name="confirmed_udyam_has_a_person",
                condition=~Q(state="CONFIRMED")
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ended_udyam_has_its_day",
                condition=Q(state="ENDED", ended_on__isnull=False)
                | (~Q(state="ENDED") & Q(ended_on=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_size_display()} enterprise, {self.masked}"

    @property
    def masked(self) -> str:
        """The number with all but its last four digits hidden."""
        return masking.last_four(self.last_four)

    def covers(self, day: date) -> bool:
        """Whether the agent was a confirmed enterprise on the day."""
        is_confirmed = self.state in (UdyamState.CONFIRMED, UdyamState.ENDED)
        has_ended = self.ended_on is not None and day >= self.ended_on
        return is_confirmed and self.registered_on <= day and not has_ended


class UdyamRegistrationEvent(StateEvent):
    """One change of a registration's state."""

    subject = models.ForeignKey(UdyamRegistration, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
