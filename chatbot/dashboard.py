"""Messages on the agent's dashboard: tickets, the current chat, and emails sent to them."""

from datetime import datetime

from django.urls import reverse

from accounts.queries import mails_to
from chatbot import queries
from chatbot.desk import queries as desk_queries
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

MAX_LINES = 4
MAX_TICKETS = 20
#: The email about an answered ticket is left out, since the ticket has a line of its own.
TICKET_EMAIL = "chatbot/answered"


def contribution(request: DashboardRequest) -> Contribution:
    """The newest messages, and a to-do for tickets that support has answered."""
    user = request.agent.user
    tickets = list(desk_queries.recent_tickets(user)[:MAX_TICKETS])
    mails = mails_to(user).exclude(template=TICKET_EMAIL)[:MAX_LINES]
    conversation = queries.live_conversation(user, now=request.now)
    answered = [ticket for ticket in tickets if ticket.state == Ticket.State.WAITING]
    lines = [
        *map(_ticket_line, tickets),
        *([_conversation_line(conversation)] if conversation else []),
        *map(_email_line, mails),
    ]
    newest = sorted(lines, key=_time_of, reverse=True)[:MAX_LINES]
    return Contribution((_answered_todo(answered),) if answered else (), (_messages_panel(newest),))


def _time_of(line: PanelLine) -> datetime:
    if line.at is None:
        raise LookupError("a message line has a time")
    return line.at


def _answered_todo(tickets: list[Ticket]) -> ToDo:
    url = reverse("chatbot:ticket", args=[tickets[0].pk])
    more = f" And {len(tickets) - 1} more." if len(tickets) > 1 else ""
    text = f"Support replied to “{tickets[0].subject}”.{more}"
    return ToDo("ticket", Urgency.ASKED, "You have a reply", text, "Read reply", url)


def _messages_panel(lines: list[PanelLine]) -> Panel:
    return Panel(
        PanelPosition.MESSAGES,
        "Messages",
        reverse("chatbot:tickets"),
        "View support tickets",
        lines=tuple(lines),
        empty=None if lines else _empty_state(),
    )


def _ticket_line(ticket: Ticket) -> PanelLine:
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


def _conversation_line(conversation: Conversation) -> PanelLine:
    title, url = "Your questions in Help", reverse("chatbot:help")
    return PanelLine(
        str(conversation.pk),
        title,
        "You can continue",
        url,
        "LIVE",
        "Open",
        "info",
        conversation.last_at,
    )


def _email_line(mail: OutboxMessage) -> PanelLine:
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


def _empty_state() -> EmptyState:
    text = "No messages yet. Emails from us and replies from support will appear here."
    return EmptyState(text, "Ask a question", reverse("chatbot:help"))
