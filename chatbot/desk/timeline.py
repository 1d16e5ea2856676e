"""What happened in a ticket, in one list: messages, notes, and what the desk did."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.models import User
from chatbot.desk import queries
from chatbot.desk.wording import first_name
from chatbot.models import (
    SatisfactionRating,
    Ticket,
    TicketAssignment,
    TicketEvent,
    TicketHold,
    TicketMessage,
    TicketNote,
)


class LineKind(StrEnum):
    """Who wrote a line."""

    PERSON = "PERSON"
    SUPPORT = "SUPPORT"
    NOTE = "NOTE"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True)
class TimelineLine:
    """One line of a ticket."""

    key: str
    kind: LineKind
    name: str
    text: str
    at: datetime


#: What a change of state is called; reopening is told apart by the state before.
_BECAME = {
    Ticket.State.OPEN: "Opened",
    Ticket.State.WAITING: "",
    Ticket.State.IN_PROGRESS: "",
    Ticket.State.RESOLVED: "Closed",
}


def lines(ticket: Ticket) -> list[TimelineLine]:
    """The lines of a ticket, oldest first. The number of queries is fixed."""
    found = [
        *_messages(queries.thread(ticket)),
        *_notes(ticket.notes.select_related("by__agent")),
        *_events(ticket.events.select_related("by__agent")),
        *_assignments(ticket.assignments.select_related("member__agent", "by__agent")),
        *_holds(ticket.holds.select_related("by__agent")),
        *_merged(ticket.merged.all()),
        *_rating(SatisfactionRating.objects.filter(ticket=ticket).first()),
    ]
    return sorted(found, key=lambda line: line.at)


def last_message(lines: Iterable[TimelineLine]) -> str:
    """The key of the newest message, by which an answer says what its writer has seen."""
    said = [line for line in lines if line.kind in (LineKind.PERSON, LineKind.SUPPORT)]
    return said[-1].key if said else ""


def staff_name(user: User) -> str:
    """How members of support call each other: the name, or the address before the @."""
    name = user.agent_or_none.name if user.agent_or_none else ""
    return name or first_name(user)


def _messages(rows: Iterable[TicketMessage]) -> Iterator[TimelineLine]:
    for row in rows:
        kind = LineKind.SUPPORT if row.is_from_staff else LineKind.PERSON
        name = staff_name(row.by) if row.is_from_staff else row.by.name
        yield TimelineLine(str(row.pk), kind, name, row.text, row.at)


def _notes(rows: Iterable[TicketNote]) -> Iterator[TimelineLine]:
    for row in rows:
        yield TimelineLine(str(row.pk), LineKind.NOTE, staff_name(row.by), row.text, row.at)


def _events(rows: Iterable[TicketEvent]) -> Iterator[TimelineLine]:
    for row in rows:
        reopened = row.was == Ticket.State.RESOLVED
        text = "Reopened" if reopened else _BECAME.get(Ticket.State(row.became), "")
        if text:
            yield _system(f"event-{row.pk}", f"{text}{_by(row.by)}", row.at)


def _assignments(rows: Iterable[TicketAssignment]) -> Iterator[TimelineLine]:
    reasons = TicketAssignment.Reason
    for row in rows:
        name = staff_name(row.member)
        text = {
            reasons.AUTOMATIC: f"Assigned to {name} automatically",
            reasons.TAKEN: f"{name} took this ticket",
            reasons.TRANSFERRED: f"Passed to {name}{_by(row.by)}",
            reasons.TIMED_OUT: f"Passed to {name}: it had not been opened in time",
            reasons.REOPENED: f"Assigned to {name} after it was reopened",
        }[reasons(row.reason)]
        yield _system(f"assignment-{row.pk}", text, row.at)


def _holds(rows: Iterable[TicketHold]) -> Iterator[TimelineLine]:
    for row in rows:
        text = f"On hold{_by(row.by)}: {row.reason}"
        yield _system(f"hold-{row.pk}", text, row.since)
        if row.until:
            yield _system(f"hold-end-{row.pk}", "No longer on hold", row.until)


def _merged(rows: Iterable[Ticket]) -> Iterator[TimelineLine]:
    for row in rows:
        text = f"Ticket {row.reference}, “{row.subject}”, was merged into this one"
        yield _system(f"merged-{row.pk}", text, row.resolved_at or row.opened_at)


def _rating(row: SatisfactionRating | None) -> Iterator[TimelineLine]:
    if row:
        comment = f": {row.comment}" if row.comment else ""
        yield _system(f"rating-{row.pk}", f"Rated {row.score} of 5{comment}", row.at)


def _system(key: str, text: str, at: datetime) -> TimelineLine:
    return TimelineLine(key, LineKind.SYSTEM, "", text, at)


def _by(user: User | None) -> str:
    return f" by {staff_name(user)}" if user else ""
