"""Questions that had no answer, sent to staff."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chatbot.models.conversations import Conversation, Message
from chatbot.models.faq import FaqEntry
from chatbot.models.languages import HelpLanguage
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine


class CustomQuestionState(models.TextChoices):
    """States of a custom question."""

    OPEN = "OPEN", "Open"
    ANSWERED = "ANSWERED", "Answered"
    DISMISSED = "DISMISSED", "Closed without an answer"


_machine = StateMachine(
    start=CustomQuestionState.OPEN,
    edges={CustomQuestionState.OPEN: [CustomQuestionState.ANSWERED, CustomQuestionState.DISMISSED]},
)


class CustomQuestion(BaseModel):
    """A question that a user sent to staff because Help had no answer, or a wrong one."""

    State = CustomQuestionState

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="custom_questions", on_delete=models.CASCADE
    )
    conversation = models.ForeignKey(
        Conversation,
        null=True,
        blank=True,
        related_name="custom_questions",
        on_delete=models.SET_NULL,
    )
    message = models.ForeignKey(
        Message,
        null=True,
        blank=True,
        related_name="custom_questions",
        on_delete=models.SET_NULL,
        help_text="The question, or the answer that did not help.",
    )
    text = models.TextField(help_text="Without secrets: see chatbot/redaction.")
    language = models.CharField(max_length=8, choices=HelpLanguage.choices, default=HelpLanguage.EN)
    state = models.CharField(
        max_length=10, choices=CustomQuestionState.choices, default=CustomQuestionState.OPEN
    )
    opened_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    entry = models.ForeignKey(
        FaqEntry,
        null=True,
        blank=True,
        related_name="custom_questions",
        on_delete=models.SET_NULL,
        help_text="The entry that was made of it, or that answers it.",
    )
    machine = _machine

    class Meta:
        triggers = _machine.triggers()
        indexes = [
            models.Index(name="custom_question_queue", fields=["state", "opened_at"]),
            models.Index(name="custom_question_oldest", fields=["opened_at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="custom_question_once",
                fields=["message"],
                condition=Q(message__isnull=False),
            ),
            models.CheckConstraint(
                name="custom_question_answered_with_text",
                condition=~Q(state="ANSWERED") | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class CustomQuestionEvent(StateEvent):
    """One change of a custom question's state."""

    subject = models.ForeignKey(CustomQuestion, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
