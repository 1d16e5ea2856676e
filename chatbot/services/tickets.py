"""Support tickets: open, reply, answer, resolve."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.notices import services as notices
from chatbot import queries
from chatbot.models import Message, Ticket, TicketMessage
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import Refusal
from onboarding import identifiers


class TicketClosed(Refusal):
    """The ticket was closed too long ago to be reopened."""

    code = "ticket_closed"
    message = "This ticket was closed more than 7 days ago. Open a new ticket."


@transaction.atomic
def open_ticket(*, user: User, subject: str, text: str, at: datetime) -> Ticket:
    """Open a ticket, linked to the user's current conversation with the help page."""
    identifiers.refuse_full_aadhaar({"subject": subject, "text": text})
    conversation = queries.live_conversation(user, now=at)
    ticket = Ticket.objects.create(
        user=user, subject=subject, conversation=conversation, opened_at=at
    )
    _add_message(ticket, user, text, at, is_from_staff=False)
    if conversation:
        Message.objects.create(
            conversation=conversation,
            role=Message.Role.HELP,
            source=Message.Source.SYSTEM,
            text=f"Our support team will help you with this. Ticket {ticket.reference}.",
            at=at,
        )
    return ticket


@transaction.atomic
def reply(*, ticket: Ticket, text: str, at: datetime) -> TicketMessage:
    """Add a message of the user; an answered or closed ticket is in progress again."""
    identifiers.refuse_full_aadhaar({"text": text})
    ticket = _lock_ticket(ticket)
    if not ticket.takes_replies(at):
        raise TicketClosed
    if ticket.state in (Ticket.State.WAITING, Ticket.State.RESOLVED):
        transition(ticket, to=Ticket.State.IN_PROGRESS, by=ticket.user, at=at, resolved_at=None)
    return _add_message(ticket, ticket.user, text, at, is_from_staff=False)


@transaction.atomic
def answer_ticket(*, ticket: Ticket, by: User, text: str, at: datetime) -> TicketMessage:
    """Add an answer of support and notify the user."""
    ticket = _lock_ticket(ticket)
    if ticket.is_resolved:
        raise InvalidTransition
    facts: dict[str, Any] = {"assigned_to": by, "first_answer_at": ticket.first_answer_at or at}
    if ticket.state == Ticket.State.WAITING:
        Ticket.objects.filter(pk=ticket.pk).update(**facts, updated_at=at)
    else:
        transition(ticket, to=Ticket.State.WAITING, by=by, at=at, **facts)
    message = _add_message(ticket, by, text, at, is_from_staff=True)
    _notify_user(ticket, text, at)
    return message


@transaction.atomic
def resolve_ticket(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Close a ticket. A reply within `REOPENS_WITHIN` reopens it."""
    ticket = _lock_ticket(ticket)
    transition(ticket, to=Ticket.State.RESOLVED, by=by, at=at, resolved_at=at)
    return ticket


def _lock_ticket(ticket: Ticket) -> Ticket:
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("user")
    return rows.get(pk=ticket.pk)


def _add_message(
    ticket: Ticket, by: User, text: str, at: datetime, *, is_from_staff: bool
) -> TicketMessage:
    return TicketMessage.objects.create(
        ticket=ticket, by=by, text=text, at=at, is_from_staff=is_from_staff
    )


def _notify_user(ticket: Ticket, text: str, at: datetime) -> None:
    facts: dict[str, object] = {
        "name": ticket.user.name,
        "subject": ticket.subject,
        "reference": ticket.reference,
        "text": text,
    }
    path = reverse("chatbot:ticket", args=[ticket.pk])
    notices.notify(user=ticket.user, kind="chatbot/answered", context=facts, at=at, path=path)
