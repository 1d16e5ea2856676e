"""Support tickets: threads of messages between a user and support."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.db import models

from chatbot.models.conversations import Conversation
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.db.word_search import words_index

#: How long after closing a reply reopens a ticket.
REOPENS_WITHIN = timedelta(days=7)


class TicketState(models.TextChoices):
    """States of a ticket. WAITING: support has answered."""

    OPEN = "OPEN", "Open"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    WAITING = "WAITING", "Answered"
    RESOLVED = "RESOLVED", "Closed"


_machine = StateMachine(
    start=TicketState.OPEN,
    edges={
        TicketState.OPEN: [TicketState.IN_PROGRESS, TicketState.WAITING, TicketState.RESOLVED],
        TicketState.IN_PROGRESS: [TicketState.WAITING, TicketState.RESOLVED],
        TicketState.WAITING: [TicketState.IN_PROGRESS, TicketState.RESOLVED],
        TicketState.RESOLVED: [TicketState.IN_PROGRESS],
    },
)


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Filters by state."""

    def waiting_for_staff(self) -> TicketQuerySet:
        return self.filter(state__in=[TicketState.OPEN, TicketState.IN_PROGRESS])


class Ticket(BaseModel):
    """A support ticket."""

    State = TicketState

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="tickets", on_delete=models.PROTECT
    )
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, related_name="tickets", on_delete=models.SET_NULL
    )
    subject = models.CharField(max_length=120)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    opened_at = models.DateTimeField()
    first_answer_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=TicketState.choices, default=TicketState.OPEN)
    machine = _machine
    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = "support ticket"
        triggers = _machine.triggers()
        indexes = [
            models.Index(name="ticket_queue", fields=["state", "opened_at"]),
            models.Index(name="ticket_oldest", fields=["opened_at", "-id"]),
            words_index("ticket_subject", "subject"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def reference(self) -> str:
        """Short reference for people to quote."""
        return str(self.pk)[:8].upper()

    @property
    def is_resolved(self) -> bool:
        return self.state == self.State.RESOLVED

    def takes_replies(self, now: datetime) -> bool:
        """Whether the user may reply; a reply reopens a closed ticket."""
        return self.resolved_at is None or now < self.resolved_at + REOPENS_WITHIN


class TicketEvent(StateEvent):
    """One change of a ticket's state."""

    subject = models.ForeignKey(Ticket, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class TicketMessage(BaseModel):
    """One message of a ticket."""

    ticket = models.ForeignKey(Ticket, related_name="messages", on_delete=models.PROTECT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    is_from_staff = models.BooleanField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
        indexes = [models.Index(name="ticket_thread", fields=["ticket", "at"])]

    def __str__(self) -> str:
        return self.text[:60]
