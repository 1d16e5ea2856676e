"""Data protection of help: closing blockers, data export and erasure."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from accounts.models import User
from chatbot.models import (
    Conversation,
    ConversationEvent,
    CustomQuestion,
    CustomQuestionEvent,
    HelpPreference,
    Message,
    SatisfactionRating,
    SealedSecret,
    Ticket,
    TicketAssignment,
    TicketEvent,
    TicketHold,
    TicketMessage,
    TicketNote,
)
from hitouch.core.data_protection.privacy import (
    Hold,
    OwnFile,
    moment,
    without_immutability_triggers,
)

ERASED = frozenset(
    {
        "chatbot.Conversation", "chatbot.ConversationEvent", "chatbot.CustomQuestion",
        "chatbot.CustomQuestionEvent", "chatbot.HelpPreference", "chatbot.Message",
        "chatbot.MessageSuggestion", "chatbot.SatisfactionRating", "chatbot.SealedSecret",
        "chatbot.Ticket", "chatbot.TicketAssignment", "chatbot.TicketDraft", "chatbot.TicketEvent",
        "chatbot.TicketHold", "chatbot.TicketMessage", "chatbot.TicketNote",
        "chatbot.TicketPresence",
    }
)  # fmt: skip
#: Rows of a ticket, which are deleted before it.
ROWS_OF_TICKETS = (
    SealedSecret, SatisfactionRating, TicketNote, TicketAssignment, TicketHold, TicketMessage,
)  # fmt: skip


def holds(user: User, *, now: datetime) -> list[Hold]:
    """An open ticket blocks closing: it may be about money or a dispute."""
    if not Ticket.objects.filter(user=user).exclude(state=Ticket.State.RESOLVED).exists():
        return []
    sentence = "You have an open support ticket. Support will close it once it is resolved."
    return [Hold("ticket_open", sentence, reverse("chatbot:tickets"))]


def files(user: User) -> list[OwnFile]:
    """No files: help has no uploads."""
    return []


def export(user: User) -> dict[str, Any]:
    """Conversations with all messages and ratings, preferences, questions to staff, and tickets."""
    in_order = Prefetch("messages", Message.objects.order_by("at", "created_at"))
    conversations = Conversation.objects.filter(user=user).prefetch_related(in_order)
    tickets = Ticket.objects.filter(user=user).prefetch_related("messages")
    allows_model = HelpPreference.objects.filter(user=user).values_list("allows_model", flat=True)
    return {
        "help_preferences": {"allows_model": next(iter(allows_model), True)},
        "help_conversations": [
            [
                {
                    "at": moment(row.at),
                    "from": row.get_role_display(),
                    "source": row.get_source_display(),
                    "text": row.text,
                    "rating": row.get_feedback_display() if row.feedback else "",
                }
                for row in conversation.messages.all()
            ]
            for conversation in conversations.order_by("created_at")
        ],
        "help_questions": [
            {
                "at": moment(row.opened_at),
                "text": row.text,
                "state": row.get_state_display(),
                "answer": row.answer,
            }
            for row in CustomQuestion.objects.filter(user=user).order_by("opened_at")
        ],
        "tickets": [
            {
                "reference": ticket.reference,
                "subject": ticket.subject,
                "state": ticket.get_state_display(),
                "opened_at": moment(ticket.opened_at),
                "messages": [
                    {
                        "at": moment(row.at),
                        "from": "Support" if row.is_from_staff else "You",
                        "text": row.text,
                    }
                    for row in ticket.messages.all()
                ],
            }
            for ticket in tickets.order_by("opened_at")
        ],
    }


def erase(user: User, *, at: datetime) -> None:
    """Delete the user's conversations, custom questions and tickets."""
    tickets = Ticket.objects.filter(user=user)
    with without_immutability_triggers(
        TicketMessage, TicketEvent, TicketNote, ConversationEvent, CustomQuestionEvent
    ):
        for model in ROWS_OF_TICKETS:
            model._default_manager.filter(ticket__in=tickets).delete()
        TicketEvent.objects.filter(subject__in=tickets).delete()
        tickets.update(merged_into=None)
        tickets.delete()
        CustomQuestionEvent.objects.filter(subject__user=user).delete()
        CustomQuestion.objects.filter(user=user).delete()
        ConversationEvent.objects.filter(subject__user=user).delete()
        Conversation.objects.filter(user=user).delete()
    HelpPreference.objects.filter(user=user).delete()
