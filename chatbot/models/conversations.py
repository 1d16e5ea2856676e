"""Conversations with the help page: questions, answers and the source of each answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from chatbot.models.faq import FaqEntry
from hitouch.core.db.base_models import BaseModel

#: After this time without a message, the next question starts a new conversation.
IDLE_AFTER = timedelta(hours=3)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Filters by activity."""

    def live(self, now: datetime) -> ConversationQuerySet:
        """Conversations with a message within `IDLE_AFTER`."""
        return self.filter(last_at__gt=now - IDLE_AFTER)


class Conversation(BaseModel):
    """One user's conversation with the help page."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="conversations", on_delete=models.CASCADE
    )
    last_at = models.DateTimeField()
    objects = ConversationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Conversation of {self.user}"


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
    source = models.CharField(max_length=8, choices=Source.choices)
    entry = models.ForeignKey(
        FaqEntry, null=True, blank=True, related_name="messages", on_delete=models.PROTECT
    )
    text = models.TextField()
    confidence = models.FloatField(null=True, blank=True)
    feedback = models.CharField(max_length=12, choices=Feedback.choices, blank=True)
    at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.ReadOnly(
                name="message_is_kept",
                fields=["conversation", "role", "source", "entry", "text", "confidence", "at"],
            )
        ]
        indexes = [models.Index(name="message_in_order", fields=["conversation", "at"])]
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
                name="feedback_is_on_answers", condition=Q(feedback="") | Q(source="FAQ")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.text[:60]}"

    @property
    def is_from_person(self) -> bool:
        return self.role == self.Role.PERSON

    @property
    def wants_feedback(self) -> bool:
        return self.source == self.Source.FAQ and not self.feedback
