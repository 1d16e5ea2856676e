"""Data protection of help: closing blockers, data export and erasure."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from chatbot.models import Conversation, Ticket, TicketEvent, TicketMessage
from hitouch.core.data_protection.privacy import (
    Hold,
    OwnFile,
    moment,
    without_immutability_triggers,
)

ERASED = frozenset(
    {
        "chatbot.Conversation", "chatbot.Message", "chatbot.Ticket", "chatbot.TicketEvent",
        "chatbot.TicketMessage",
    }
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
    """Conversations and tickets with all messages."""
    conversations = Conversation.objects.filter(user=user).prefetch_related("messages")
    tickets = Ticket.objects.filter(user=user).prefetch_related("messages")
    return {
        "help_conversations": [
            [
                {"at": moment(row.at), "from": row.get_role_display(), "text": row.text}
                for row in conversation.messages.all()
            ]
            for conversation in conversations.order_by("created_at")
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
    """Delete the user's conversations and tickets."""
    tickets = Ticket.objects.filter(user=user)
    with without_immutability_triggers(TicketMessage, TicketEvent):
        TicketMessage.objects.filter(ticket__in=tickets).delete()
        TicketEvent.objects.filter(subject__in=tickets).delete()
        tickets.delete()
    Conversation.objects.filter(user=user).delete()
