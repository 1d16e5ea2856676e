"""Support tickets: threads of messages between a user and support."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from chatbot.models.conversations import Conversation
from chatbot.models.faq import FaqCategory
from chatbot.models.languages import HelpLanguage
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.db.word_search import words_index
from hitouch.core.fields import EncryptedTextField

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


class TicketPriority(models.IntegerChoices):
    """Ranks of tickets; higher ones are answered first."""

    LOW = 0, "Low"
    NORMAL = 1, "Normal"
    HIGH = 2, "High"
    URGENT = 3, "Urgent"


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Filters by state."""

    def waiting_for_staff(self) -> TicketQuerySet:
        return self.filter(state__in=[TicketState.OPEN, TicketState.IN_PROGRESS])


class Ticket(BaseModel):
    """A support ticket."""

    State = TicketState
    Priority = TicketPriority

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="tickets", on_delete=models.PROTECT
    )
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, related_name="tickets", on_delete=models.SET_NULL
    )
    subject = models.CharField(max_length=120)
    topic = models.ForeignKey(
        FaqCategory, null=True, blank=True, related_name="tickets", on_delete=models.SET_NULL
    )
    language = models.CharField(max_length=8, choices=HelpLanguage.choices, default=HelpLanguage.EN)
    priority = models.PositiveSmallIntegerField(
        choices=TicketPriority.choices, default=TicketPriority.NORMAL
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    assigned_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(
        null=True, blank=True, help_text="When the assigned member first opened it."
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, related_name="merged", on_delete=models.PROTECT
    )
    opened_at = models.DateTimeField()
    waiting_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="The oldest message of the user that support has not answered.",
    )
    is_on_hold = models.BooleanField(default=False)
    first_due_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    resolution_due_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
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
            models.Index(
                name="ticket_unassigned",
                fields=["-priority", "opened_at"],
                condition=Q(assigned_to=None) & ~Q(state=TicketState.RESOLVED),
            ),
            models.Index(name="ticket_assigned", fields=["assigned_to", "state"]),
            models.Index(name="ticket_oldest", fields=["opened_at", "-id"]),
            models.Index(name="ticket_by_priority", fields=["priority", "opened_at", "-id"]),
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


class TicketNote(BaseModel):
    """A note of staff on a ticket, which the user never sees."""

    ticket = models.ForeignKey(Ticket, related_name="notes", on_delete=models.PROTECT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
        indexes = [models.Index(name="ticket_notes", fields=["ticket", "at"])]

    def __str__(self) -> str:
        return self.text[:60]


class TicketAssignment(BaseModel):
    """A period in which a ticket was assigned to one member of support."""

    class Reason(models.TextChoices):
        """Why the member got the ticket."""

        AUTOMATIC = "AUTOMATIC", "Assigned automatically"
        TAKEN = "TAKEN", "Taken"
        TRANSFERRED = "TRANSFERRED", "Transferred"
        TIMED_OUT = "TIMED_OUT", "Not opened in time by the member before"
        REOPENED = "REOPENED", "Reopened"

    ticket = models.ForeignKey(Ticket, related_name="assignments", on_delete=models.PROTECT)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(name="assignment_of_member", fields=["member", "-at"])]
        constraints = [
            models.UniqueConstraint(
                name="assignment_one_now", fields=["ticket"], condition=Q(ended_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.member}"


class TicketHold(BaseModel):
    """A period in which a ticket waited for somebody outside support; its clocks stood still."""

    ticket = models.ForeignKey(Ticket, related_name="holds", on_delete=models.PROTECT)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="hold_one_now", fields=["ticket"], condition=Q(until=None)
            ),
            models.CheckConstraint(
                name="hold_ends_after_its_start",
                condition=Q(until=None) | Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class TicketDraft(BaseModel):
    """An answer that a member of support has begun to write."""

    ticket = models.ForeignKey(Ticket, related_name="drafts", on_delete=models.CASCADE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.CASCADE)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="draft_one_each", fields=["ticket", "by"])]

    def __str__(self) -> str:
        return f"Draft of {self.by}"


class TicketPresence(BaseModel):
    """When a member of support last looked at a ticket, and last typed in it."""

    ticket = models.ForeignKey(Ticket, related_name="presence", on_delete=models.CASCADE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.CASCADE)
    seen_at = models.DateTimeField()
    writing_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="presence_one_each", fields=["ticket", "by"])]

    def __str__(self) -> str:
        return f"{self.by} at {self.seen_at}"


class CannedReply(BaseModel):
    """A prepared answer of support."""

    title = models.CharField(max_length=80)
    text = models.TextField(max_length=4000)
    language = models.CharField(max_length=8, choices=HelpLanguage.choices, default=HelpLanguage.EN)
    category = models.ForeignKey(
        FaqCategory, null=True, blank=True, related_name="+", on_delete=models.SET_NULL
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    uses = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name_plural = "canned replies"
        constraints = [
            models.UniqueConstraint(name="canned_reply_title", fields=["title", "language"])
        ]

    def __str__(self) -> str:
        return self.title


class SatisfactionRating(BaseModel):
    """How satisfied the user was with a resolved ticket."""

    ticket = models.OneToOneField(Ticket, related_name="satisfaction", on_delete=models.PROTECT)
    score = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="satisfaction_one_to_five", condition=Q(score__range=(1, 5))
            )
        ]

    def __str__(self) -> str:
        return f"{self.score} of 5"


class SealedSecret(BaseModel):
    """The encrypted original of a secret that was redacted in a ticket.

    The assigned member of support can open it; each opening is in the audit log.
    """

    ticket = models.ForeignKey(Ticket, related_name="secrets", on_delete=models.CASCADE)
    message = models.ForeignKey(
        TicketMessage, null=True, blank=True, related_name="secrets", on_delete=models.CASCADE
    )
    number = models.PositiveSmallIntegerField(help_text="Its place in the ticket, from 1.")
    kind = models.CharField(max_length=10, help_text="See chatbot/redaction/detection.py.")
    value = EncryptedTextField()

    class Meta:
        constraints = [models.UniqueConstraint(name="secret_number", fields=["ticket", "number"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
