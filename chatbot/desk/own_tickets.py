"""What a person reads about their own tickets: messages, who answers, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from chatbot.desk import clocks, queries
from chatbot.desk.wording import first_name
from chatbot.models import SatisfactionRating, ServiceTarget, Ticket

State = Ticket.State
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class ThreadMessage:
    """One message; `name` is "You", or the first name of the member of support."""

    id: object
    is_from_staff: bool
    name: str
    text: str
    at: datetime


@dataclass(frozen=True)
class PersonTicket:
    """A ticket as its person sees it."""

    messages: list[ThreadMessage]
    standing: str
    answered_by: str
    expected_at: datetime | None
    takes_replies: bool
    can_close: bool
    can_reopen: bool
    can_rate: bool
    rating: SatisfactionRating | None
    goes_on_in: Ticket | None


@dataclass(frozen=True)
class TicketLimit:
    """How many tickets are open, and how many may be."""

    open: int
    most: int

    @property
    def is_reached(self) -> bool:
        return self.open >= self.most


def tickets_of(user: User) -> QuerySet[Ticket]:
    """A user's tickets with `last_at`: answered ones first, then the newest."""
    return queries.recent_tickets(user).select_related("assigned_to__agent", "merged_into", "topic")


def read_ticket(ticket: Ticket, *, now: datetime) -> PersonTicket:
    """One ticket as its person sees it; a fixed number of queries."""
    rating = SatisfactionRating.objects.filter(ticket=ticket).first()
    name = first_name(ticket.assigned_to) if ticket.assigned_to else ""
    takes_replies = ticket.takes_replies(now) and ticket.merged_into is None
    return PersonTicket(
        messages=messages_of(ticket),
        standing=standing(ticket),
        answered_by=name,
        expected_at=expected_at(ticket, now=now),
        takes_replies=takes_replies,
        can_close=not ticket.is_resolved,
        can_reopen=ticket.is_resolved and takes_replies,
        can_rate=ticket.is_resolved and ticket.merged_into is None,
        rating=rating,
        goes_on_in=ticket.merged_into,
    )


def messages_of(ticket: Ticket) -> list[ThreadMessage]:
    """The messages of a ticket, oldest first."""
    return [
        ThreadMessage(
            row.pk,
            row.is_from_staff,
            first_name(row.by) if row.is_from_staff else "You",
            row.text,
            row.at,
        )
        for row in queries.thread(ticket)
    ]


def standing(ticket: Ticket) -> str:
    """The state in a sentence."""
    name = first_name(ticket.assigned_to) if ticket.assigned_to else ""
    if ticket.merged_into:
        return f"We continue this in ticket {ticket.merged_into.reference}."
    if ticket.is_resolved:
        return "This ticket is closed."
    if ticket.is_on_hold:
        return "We wait for somebody outside our team, and will write to you here."
    if ticket.state == State.WAITING:
        return "We have answered. Write here if you need more."
    if name:
        return f"{name} from support is working on this."
    return "Your message is with our support team."


def expected_at(ticket: Ticket, *, now: datetime) -> datetime | None:
    """Until when we mean to answer; none if we have answered, or are late already."""
    if ticket.is_on_hold or ticket.state not in (State.OPEN, State.IN_PROGRESS):
        return None
    due = ticket.first_due_at or ticket.next_due_at
    return due if due and due > now else None


def expected_answer(*, now: datetime) -> datetime | None:
    """Until when a ticket that is opened now would be answered, by support's working hours."""
    target = ServiceTarget.objects.filter(priority=Ticket.Priority.NORMAL).first()
    if target is None:
        return None
    return clocks.read_calendar().add(now, target.first_response_minutes * MINUTE, [])


def has_live_conversation(user: User, *, now: datetime) -> bool:
    """Whether a new ticket continues a conversation with Help."""
    return user.conversations.live(now).exists()


def limit_of(user: User) -> TicketLimit:
    """How many tickets the user has open, of how many."""
    count = user.tickets.exclude(state=State.RESOLVED).count()
    return TicketLimit(count, settings.HITOUCH_HELP_OPEN_TICKETS)
