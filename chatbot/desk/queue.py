"""The queue of the desk: which tickets a member sees, in the order in which they need somebody.

Each ticket has one number, `need`, by which it stands in the queue: overdue ones first, then those
that wait for an answer, then answered ones, then those on hold; in each of these groups the highest
priority first, then what is due first. One number, so that pages and cursors order by one column.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Extract, Least, Left

from accounts.models import Agent, User
from accounts.models.users import NAME_COLUMNS
from chatbot.models import HelpLanguage, Ticket, TicketMessage
from hitouch.core.db import word_search
from hitouch.core.web.humanize import span_text

State = Ticket.State
#: Tickets on one page of the queue.
PAGE_SIZE = 30
#: Characters of the last message that the queue shows.
PREVIEW = 140
#: A reply that is due sooner is marked.
SOON = timedelta(minutes=30)
REFERENCE_LENGTH = 8
#: Larger than the number of seconds since 1970: the groups of `need` never overlap.
_GROUP = 1e11
_PRIORITIES = len(Ticket.Priority)


class QueueView(TextChoices):
    """The lists of the desk."""

    MINE = "mine", "Mine"
    UNASSIGNED = "unassigned", "Unassigned"
    OPEN = "open", "Open"
    HOLD = "hold", "Hold"
    CLOSED = "closed", "Closed"


@dataclass(frozen=True)
class QueueFilter:
    """What a member chose to see."""

    view: str = QueueView.MINE
    topic: UUID | None = None
    language: str = ""
    priority: int | None = None
    is_overdue: bool = False
    search: str = ""


@dataclass(frozen=True)
class QueueRow:
    """A ticket in the queue, with what is told about it in one line."""

    ticket: Ticket
    preview: str
    is_last_from_staff: bool
    is_new: bool
    due_at: datetime | None
    due_text: str
    tone: str


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue."""

    rows: list[QueueRow]
    number: int
    has_next: bool
    counts: dict[str, int] = field(default_factory=dict)


def tickets(*, member: User, chosen: QueueFilter, now: datetime) -> QuerySet[Ticket]:
    """The tickets of a list in its order: by need, closed ones with the newest first."""
    rows = _filtered(_in_view(chosen.view, member), chosen, now)
    rows = rows.select_related("user__agent", "assigned_to__agent", "topic")
    last = TicketMessage.objects.filter(ticket=OuterRef("pk")).order_by("-at", "-created_at")
    rows = rows.annotate(
        due_at=DUE_AT,
        need=_need(now),
        last_text=Left(Subquery(last.values("text")[:1]), PREVIEW),
        is_last_from_staff=Subquery(last.values("is_from_staff")[:1]),
    )
    return rows.order_by(*ordering(chosen.view))


def ordering(view: str) -> tuple[str, ...]:
    """The columns by which a list is ordered."""
    return ("-opened_at", "id") if view == QueueView.CLOSED else ("need", "id")


def page(*, member: User, chosen: QueueFilter, number: int, now: datetime) -> QueuePage:
    """One page of the queue with the numbers of all lists."""
    begin = (number - 1) * PAGE_SIZE
    found = list(tickets(member=member, chosen=chosen, now=now)[begin : begin + PAGE_SIZE + 1])
    rows = [row(ticket, member=member, now=now) for ticket in found[:PAGE_SIZE]]
    return QueuePage(rows, number, len(found) > PAGE_SIZE, counts(member=member, now=now))


def counts(*, member: User, now: datetime) -> dict[str, int]:
    """How many open tickets are in each list, and how many are overdue."""
    active = Q(is_on_hold=False)
    return Ticket.objects.exclude(state=State.RESOLVED).aggregate(
        mine=Count("pk", filter=active & Q(assigned_to=member)),
        unassigned=Count("pk", filter=active & Q(assigned_to=None)),
        open=Count("pk", filter=active),
        hold=Count("pk", filter=Q(is_on_hold=True)),
        overdue=Count("pk", filter=active & _overdue(now)),
    )


def row(ticket: Any, *, member: User, now: datetime) -> QueueRow:
    """A ticket of `tickets` as a line of the queue."""
    due_at = None if ticket.is_resolved or ticket.is_on_hold else ticket.due_at
    return QueueRow(
        ticket=ticket,
        preview=ticket.last_text or "",
        is_last_from_staff=bool(ticket.is_last_from_staff),
        is_new=ticket.assigned_to_id == member.pk and ticket.looked_at is None,
        due_at=due_at,
        due_text=due_text(due_at, now),
        tone=due_tone(due_at, now),
    )


def due_text(due_at: datetime | None, now: datetime) -> str:
    """Such as "Due in 2 h 5 min" or "Overdue by 3 d"; by the clock on the wall."""
    if due_at is None:
        return ""
    if due_at < now:
        return f"Overdue by {span_text(now - due_at)}"
    return f"Due in {span_text(due_at - now)}"


def due_tone(due_at: datetime | None, now: datetime) -> str:
    """The colour of a due moment."""
    if due_at is None:
        return "plain"
    if due_at < now:
        return "bad"
    return "warn" if due_at - now <= SOON else "plain"


_TO_ANSWER = Q(state__in=[State.OPEN, State.IN_PROGRESS])
DUE_AT = Least("first_due_at", "next_due_at", "resolution_due_at")


def _overdue(now: datetime) -> Q:
    return (Q(first_due_at__lt=now) | Q(next_due_at__lt=now) | Q(resolution_due_at__lt=now)) & ~Q(
        state=State.RESOLVED
    )


def _need(now: datetime) -> Any:
    group = Case(
        When(state=State.RESOLVED, then=Value(4)),
        When(is_on_hold=True, then=Value(3)),
        When(_overdue(now), then=Value(0)),
        When(_TO_ANSWER, then=Value(1)),
        default=Value(2),
        output_field=FloatField(),
    )
    moment = Extract(Coalesce(DUE_AT, "waiting_since", "opened_at"), "epoch")
    return (group * _PRIORITIES - F("priority")) * Value(_GROUP) + moment


def _in_view(view: str, member: User) -> QuerySet[Ticket]:
    if view == QueueView.CLOSED:
        return Ticket.objects.filter(state=State.RESOLVED)
    rows = Ticket.objects.exclude(state=State.RESOLVED)
    if view == QueueView.MINE:
        return rows.filter(assigned_to=member, is_on_hold=False)
    if view == QueueView.UNASSIGNED:
        return rows.filter(assigned_to=None, is_on_hold=False)
    return rows.filter(is_on_hold=view == QueueView.HOLD)


def _filtered(rows: QuerySet[Ticket], chosen: QueueFilter, now: datetime) -> QuerySet[Ticket]:
    if chosen.topic:
        rows = rows.filter(topic=chosen.topic)
    if chosen.language in HelpLanguage.values:
        rows = rows.filter(language=chosen.language)
    if chosen.priority is not None:
        rows = rows.filter(priority=chosen.priority)
    if chosen.is_overdue:
        rows = rows.filter(_overdue(now))
    return _searched(rows, chosen.search) if chosen.search.strip() else rows


def _searched(rows: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    """By the reference, the whole id, words of the subject, or the person's name."""
    text = text.replace("\x00", "").strip()[:200]
    if (span := ids_of(text)) is not None:
        return rows.filter(pk__range=span)
    subjects = word_search.with_words(Ticket.objects.all(), ("subject",), text)
    agents = word_search.with_words(Agent.objects.all(), NAME_COLUMNS, text)
    if subjects is None or agents is None:
        return rows.none()
    return rows.filter(Q(pk__in=subjects.values("pk")) | Q(user__agent__in=agents.values("pk")))


def ids_of(text: str) -> tuple[UUID, UUID] | None:
    """The first and the last id that begin as a reference does."""
    digits = text.replace("-", "").lower()
    if len(digits) not in (REFERENCE_LENGTH, 32) or set(digits) - set("0123456789abcdef"):
        return None
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
