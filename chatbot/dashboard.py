"""What help says on an agent's home page: answers, tickets, and the mails that were sent."""

from datetime import datetime

from django.urls import reverse

from accounts.queries import mails_to
from chatbot import queries
from chatbot.models import Conversation, Ticket
from hitouch.core.models import OutboxMessage
from hitouch.core.web.badges import badge_tone
from onboarding.dashboard.panels import (
    Contribution,
    DashboardRequest,
    EmptyState,
    Panel,
    PanelLine,
    PanelPosition,
    ToDo,
    Urgency,
)

SHOWN = 4
LOOKED_AT = 20
#: A ticket's own line says the same.
SAID_BY_TICKET = "chatbot/answered"


def for_home(visit: DashboardRequest) -> Contribution:
    """Tickets, the talk that goes on and mails, the newest first; what waits is also to do."""
    user = visit.agent.user
    tickets = list(queries.recent_tickets(user)[:LOOKED_AT])
    mails = mails_to(user).exclude(template=SAID_BY_TICKET)[:SHOWN]
    talk = queries.live_conversation(user, now=visit.now)
    waiting = [ticket for ticket in tickets if ticket.state == Ticket.State.WAITING]
    lines = [*map(_ticket, tickets), *([_talk(talk)] if talk else []), *map(_mail, mails)]
    newest = sorted(lines, key=_moment, reverse=True)[:SHOWN]
    return Contribution((_answered(waiting),) if waiting else (), (_panel(newest),))


def _moment(line: PanelLine) -> datetime:
    if line.at is None:
        raise LookupError("a message has a moment")
    return line.at


def _answered(tickets: list[Ticket]) -> ToDo:
    url = reverse("chatbot:ticket", args=[tickets[0].pk])
    more = f" And {len(tickets) - 1} more." if len(tickets) > 1 else ""
    text = f"Support replied to “{tickets[0].subject}”.{more}"
    return ToDo("ticket", Urgency.ASKED, "You have a reply", text, "Read reply", url)


def _panel(lines: list[PanelLine]) -> Panel:
    return Panel(
        PanelPosition.MESSAGES,
        "Messages",
        reverse("chatbot:tickets"),
        "View support tickets",
        lines=tuple(lines),
        empty=None if lines else _empty(),
    )


def _ticket(ticket: Ticket) -> PanelLine:
    return PanelLine(
        key=str(ticket.pk),
        title=ticket.subject,
        note="Support ticket",
        url=reverse("chatbot:ticket", args=[ticket.pk]),
        state=ticket.state,
        word=ticket.get_state_display(),
        tone="warn" if ticket.state == Ticket.State.WAITING else badge_tone(ticket.state),
        at=ticket.last_at or ticket.opened_at,  # type: ignore[attr-defined]
    )


def _talk(talk: Conversation) -> PanelLine:
    title, url = "Your questions in Help", reverse("chatbot:help")
    return PanelLine(
        str(talk.pk), title, "You can continue", url, "LIVE", "Open", "info", talk.last_at
    )


def _mail(mail: OutboxMessage) -> PanelLine:
    lost = mail.state == OutboxMessage.State.FAILED
    return PanelLine(
        key=str(mail.pk),
        title=mail.subject,
        note="We could not deliver this email" if lost else "Email",
        state=mail.state,
        word="Not delivered" if lost else "",
        tone="bad" if lost else "plain",
        at=mail.created_at,
    )


def _empty() -> EmptyState:
    text = "No messages yet. Emails from us and replies from support will appear here."
    return EmptyState(text, "Ask a question", reverse("chatbot:help"))
