"""Notices of the desk: to the user about an answer or the end of a ticket, to members when late."""

from datetime import datetime

from django.urls import reverse

from accounts.models import User
from accounts.notices import services as notices
from chatbot.models import Ticket, TicketMessage


def tell_answered(ticket: Ticket, message: TicketMessage, at: datetime) -> None:
    """Support has answered."""
    notices.notify(
        user=ticket.user,
        kind="chatbot/answered",
        context=_facts(ticket, message.text),
        at=at,
        path=_page(ticket),
        about=str(ticket.pk),
    )


def tell_resolved(ticket: Ticket, message: TicketMessage | None, at: datetime) -> None:
    """Support has closed the ticket, with its last answer if that came in the same act."""
    notices.notify(
        user=ticket.user,
        kind="chatbot/resolved",
        context=_facts(ticket, message.text if message else ""),
        at=at,
        path=_page(ticket),
        about=str(ticket.pk),
    )


def tell_overdue(ticket: Ticket, member: User, at: datetime) -> None:
    """A member of support has a ticket that is overdue."""
    notices.notify(
        user=member,
        kind="chatbot/overdue",
        context={
            "subject": ticket.subject,
            "reference": ticket.reference,
            "priority": ticket.get_priority_display(),
        },
        at=at,
        path=reverse("chatbot:desk-ticket", args=[ticket.pk]),
        about=str(ticket.pk),
    )


def _facts(ticket: Ticket, text: str) -> dict[str, object]:
    return {
        "name": ticket.user.name,
        "subject": ticket.subject,
        "reference": ticket.reference,
        "text": text,
    }


def _page(ticket: Ticket) -> str:
    return reverse("chatbot:ticket", args=[ticket.pk])
