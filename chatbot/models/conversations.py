"""Conversations with Help: questions, answers and the source of each answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from chatbot.models.faq import FaqEntry, FaqVersion
from chatbot.models.languages import HelpLanguage
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine

#: After this time without a message, the next question starts a new conversation.
IDLE_AFTER = timedelta(hours=3)


class ConversationMode(models.TextChoices):
    """Who answers in a conversation."""

    BOT = "BOT", "Assistant"
    WAITING = "WAITING", "Waiting for support"
    PERSON = "PERSON", "Support"
    CLOSED = "CLOSED", "Closed"


_machine = StateMachine(
    start=ConversationMode.BOT,
    edges={
        ConversationMode.BOT: [
            ConversationMode.WAITING,
            ConversationMode.PERSON,
            ConversationMode.CLOSED,
        ],
        ConversationMode.WAITING: [
            ConversationMode.PERSON,
            ConversationMode.BOT,
            ConversationMode.CLOSED,
        ],
        ConversationMode.PERSON: [
            ConversationMode.WAITING,
            ConversationMode.BOT,
            ConversationMode.CLOSED,
        ],
    },
    field="mode",
)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Filters by mode and activity."""

    def open(self) -> ConversationQuerySet:
        """Conversations that are not closed; a user has at most one."""
        return self.exclude(mode=ConversationMode.CLOSED)

    def live(self, now: datetime) -> ConversationQuerySet:
        """Open conversations with a message within `IDLE_AFTER`."""
        return self.open().filter(last_at__gt=now - IDLE_AFTER)


class Conversation(BaseModel):
    """One user's conversation with Help. The assistant answers only in mode BOT."""

    Mode = ConversationMode

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        related_name="conversations",
        on_delete=models.CASCADE,
        help_text="Empty once the conversation was anonymised.",
    )
    mode = models.CharField(
        max_length=8, choices=ConversationMode.choices, default=ConversationMode.BOT
    )
    language = models.CharField(max_length=8, choices=HelpLanguage.choices, default=HelpLanguage.EN)
    last_at = models.DateTimeField()
    ticket = models.ForeignKey(
        "Ticket",
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.SET_NULL,
        help_text="The ticket in which support answers, in modes WAITING and PERSON.",
    )
    pending = models.ForeignKey(
        "Message",
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.SET_NULL,
        help_text="The question that has no answer yet; at most one.",
    )
    pending_since = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    anonymised_at = models.DateTimeField(null=True, blank=True)
    machine = _machine
    objects = ConversationQuerySet.as_manager()

    class Meta:
        triggers = _machine.triggers()
        indexes = [
            models.Index(name="conversation_idle", fields=["mode", "last_at"]),
            models.Index(name="conversation_newest", fields=["user", "-last_at"]),
            models.Index(
                name="conversation_pending",
                fields=["pending_since"],
                condition=Q(pending__isnull=False),
            ),
            models.Index(
                name="conversation_expiring",
                fields=["last_at"],
                condition=Q(mode=ConversationMode.CLOSED, anonymised_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="conversation_one_open",
                fields=["user"],
                condition=~Q(mode=ConversationMode.CLOSED),
            ),
            models.CheckConstraint(
                name="conversation_has_a_user",
                condition=Q(user__isnull=False)
                | Q(mode=ConversationMode.CLOSED, anonymised_at__isnull=False),
            ),
            models.CheckConstraint(
                name="conversation_ticket_in_its_modes",
                condition=Q(mode__in=[ConversationMode.WAITING, ConversationMode.PERSON])
                | Q(ticket=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Conversation of {self.user}"


class ConversationEvent(StateEvent):
    """One change of a conversation's mode."""

    subject = models.ForeignKey(Conversation, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class Message(BaseModel):
    """One message. Role and source are set by the server, never by the sender."""

    class Role(models.TextChoices):
        """Which side wrote the message."""

        PERSON = "PERSON", "You"
        HELP = "HELP", "Help"

    class Source(models.TextChoices):
        """Where the text came from."""

        PERSON = "PERSON", "User"
        FAQ = "FAQ", "FAQ"
        SUGGESTION = "SUGGESTION", "Suggestions"
        FACTS = "FACTS", "Your own record"
        AI = "AI", "AI"
        SYSTEM = "SYSTEM", "System"
        STAFF = "STAFF", "Staff"

    class Feedback(models.TextChoices):
        """The user's rating of an answer."""

        HELPFUL = "HELPFUL", "Helpful"
        NOT_HELPFUL = "NOT_HELPFUL", "Not helpful"

    conversation = models.ForeignKey(
        Conversation, related_name="messages", on_delete=models.CASCADE
    )
    role = models.CharField(max_length=8, choices=Role.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    language = models.CharField(max_length=8, choices=HelpLanguage.choices, default=HelpLanguage.EN)
    in_reply_to = models.ForeignKey(
        "self", null=True, blank=True, related_name="replies", on_delete=models.CASCADE
    )
    entry = models.ForeignKey(
        FaqEntry, null=True, blank=True, related_name="messages", on_delete=models.PROTECT
    )
    version = models.ForeignKey(
        FaqVersion, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    text = models.TextField(help_text="Without secrets: see chatbot/redaction.")
    confidence = models.FloatField(
        null=True, blank=True, help_text="Probability that the entry answers the question."
    )
    decision = models.JSONField(
        default=dict, blank=True, help_text="How the answer came about: see chatbot/assistant."
    )
    latency_ms = models.PositiveIntegerField(null=True, blank=True)
    links = models.JSONField(default=list, blank=True, help_text="List of {label, url}.")
    feedback = models.CharField(max_length=12, choices=Feedback.choices, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.ReadOnly(
                name="message_is_kept",
                fields=[
                    "conversation",
                    "role",
                    "source",
                    "language",
                    "in_reply_to",
                    "entry",
                    "version",
                    "text",
                    "confidence",
                    "decision",
                    "latency_ms",
                    "links",
                    "at",
                ],
            )
        ]
        indexes = [
            models.Index(name="message_in_order", fields=["conversation", "at"]),
            models.Index(name="message_newest", fields=["-at", "id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="answer_names_its_entry",
                condition=Q(source="FAQ", entry__isnull=False, confidence__isnull=False)
                | (~Q(source="FAQ") & Q(entry=None)),
            ),
            models.CheckConstraint(
                name="person_speaks_for_oneself",
                condition=Q(role="PERSON", source="PERSON")
                | (~Q(role="PERSON") & ~Q(source="PERSON")),
            ),
            models.CheckConstraint(
                name="feedback_is_on_answers",
                condition=Q(feedback="") | Q(source__in=["FAQ", "FACTS", "AI"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.text[:60]}"

    @property
    def is_from_person(self) -> bool:
        return self.role == self.Role.PERSON

    @property
    def wants_feedback(self) -> bool:
        return self.is_rateable and not self.feedback

    @property
    def is_rateable(self) -> bool:
        return self.source in (self.Source.FAQ, self.Source.FACTS, self.Source.AI)


class MessageSuggestion(BaseModel):
    """An entry that was offered with "did you mean"."""

    message = models.ForeignKey(Message, related_name="suggestions", on_delete=models.CASCADE)
    entry = models.ForeignKey(FaqEntry, related_name="suggested", on_delete=models.PROTECT)
    version = models.ForeignKey(
        FaqVersion, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    probability = models.FloatField()
    position = models.PositiveSmallIntegerField()
    chosen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="suggestion_once", fields=["message", "entry"])]

    def __str__(self) -> str:
        return f"{self.position}. {self.entry_id}"


class HelpPreference(BaseModel):
    """What a user chose for Help."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, related_name="help_preference", on_delete=models.CASCADE
    )
    allows_model = models.BooleanField(
        default=True, help_text="Whether messages may be sent to a language model."
    )

    def __str__(self) -> str:
        return f"Help preferences of {self.user}"
