"""The clocks of a ticket: first response, next response, resolution.

Each is read from the ticket's rows: its events, holds and answers. Of the due moments the ticket
keeps a copy, so that lists can be ordered by them and overdue tickets be found; whoever changes a
ticket, or the calendar, writes it anew with `recompute`.

A clock stands still while the ticket is on hold or resolved, the clock of the resolution also while
support has answered and waits for the person. The clock of the next response runs from the oldest
message without an answer, and only after the first response: before that there is nothing to
follow, and a second message must not put off the first answer.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from chatbot.desk.calendar import (
    ZERO,
    ClockInterval,
    ClockReason,
    Pause,
    WorkingCalendar,
    WorkingPeriod,
)
from chatbot.models import ServiceTarget, SupportHoliday, SupportHours, Ticket

MINUTE = timedelta(minutes=1)
DUE_FIELDS = ("first_due_at", "next_due_at", "resolution_due_at")


class ClockKind(StrEnum):
    """What a clock measures."""

    FIRST_RESPONSE = "FIRST_RESPONSE"
    NEXT_RESPONSE = "NEXT_RESPONSE"
    RESOLUTION = "RESOLUTION"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class ClockStatus(StrEnum):
    """How a clock stands."""

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    OVERDUE = "OVERDUE"
    MET = "MET"
    MISSED = "MISSED"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True)
class Clock:
    """One clock at a moment, with every interval since its start and why it counted or not.

    `due_at` is None while the clock stands still before its target, or if there is no target.
    """

    kind: ClockKind
    status: ClockStatus
    started_at: datetime
    ended_at: datetime | None
    target: timedelta | None
    due_at: datetime | None
    spent: timedelta
    intervals: list[ClockInterval]

    @property
    def left(self) -> timedelta | None:
        """Working time until the target; none if it is reached, None without a target."""
        return None if self.target is None else max(self.target - self.spent, ZERO)


@dataclass(frozen=True)
class _Span:
    """A clock as it follows from the ticket, before any calendar."""

    kind: ClockKind
    start: datetime
    end: datetime | None
    pauses: list[Pause]


class ServiceRules:
    """The calendar and the targets, read once for many tickets."""

    def __init__(self, calendar: WorkingCalendar, targets: dict[int, ServiceTarget]) -> None:
        self.calendar, self.targets = calendar, targets

    @classmethod
    def read(cls) -> "ServiceRules":
        """The rules as they are now."""
        targets = {target.priority: target for target in ServiceTarget.objects.all()}
        return cls(read_calendar(), targets)

    def target(self, priority: int, kind: ClockKind) -> timedelta | None:
        """The working time within which a ticket of the priority is due."""
        target = self.targets.get(priority)
        if target is None:
            return None
        minutes: int = getattr(target, f"{kind.value.lower()}_minutes")
        return minutes * MINUTE

    def due_at(self, priority: int, span: _Span) -> datetime | None:
        """When a clock is due, if it runs and has a target."""
        target = self.target(priority, span.kind)
        if target is None:
            return None
        return self.calendar.add(span.start, target, span.pauses)


def read_calendar() -> WorkingCalendar:
    """The working calendar of support."""
    hours: dict[int, list[WorkingPeriod]] = defaultdict(list)
    for row in SupportHours.objects.all():
        hours[row.weekday].append(WorkingPeriod(row.opens, row.closes))
    return WorkingCalendar(hours, dict(SupportHoliday.objects.values_list("day", "name")))


def recompute(ticket: Ticket, *, rules: ServiceRules | None = None) -> None:
    """Write the due moments of a locked ticket. One that is stopped has none."""
    rules = rules or ServiceRules.read()
    dues: dict[str, datetime | None] = dict.fromkeys(DUE_FIELDS)
    if not ticket.is_resolved:
        for span in _spans(ticket):
            if span.end is None:
                dues[_field(span.kind)] = rules.due_at(ticket.priority, span)
    if dues != {name: getattr(ticket, name) for name in DUE_FIELDS}:
        for name, due in dues.items():
            setattr(ticket, name, due)
        Ticket.objects.filter(pk=ticket.pk).update(**dues)


def recompute_all(*, now: datetime) -> int:
    """Write the due moments of all open tickets, after a change of hours, holidays or targets."""
    rules, count = ServiceRules.read(), 0
    keys = Ticket.objects.exclude(state=Ticket.State.RESOLVED).order_by("pk")
    for pk in list(keys.values_list("pk", flat=True)):
        with transaction.atomic():
            ticket = Ticket.objects.select_for_update().get(pk=pk)
            recompute(ticket, rules=rules)
            count += 1
    return count


def explain(ticket: Ticket, kind: ClockKind, *, now: datetime) -> list[ClockInterval]:
    """Every interval of one clock, with the reason why it counts or not; none before it started."""
    return next((each.intervals for each in read(ticket, now=now) if each.kind == kind), [])


def read(ticket: Ticket, *, now: datetime) -> list[Clock]:
    """The clocks of a ticket with their explanations, for the desk's page."""
    rules = ServiceRules.read()
    return [_clock(ticket, span, rules, now) for span in _spans(ticket) if span.start <= now]


def _clock(ticket: Ticket, span: _Span, rules: ServiceRules, now: datetime) -> Clock:
    target, until = rules.target(ticket.priority, span.kind), span.end or now
    intervals = rules.calendar.explain(span.start, until, span.pauses)
    spent = sum((each.length for each in intervals if each.counts), ZERO)
    due = rules.due_at(ticket.priority, span)
    is_late = due is not None and until > due
    if span.end is not None:
        status = ClockStatus.MISSED if is_late else ClockStatus.MET
    elif is_late:
        status = ClockStatus.OVERDUE
    elif any(pause.end is None for pause in span.pauses):
        status = ClockStatus.PAUSED
    else:
        status = ClockStatus.RUNNING
    return Clock(span.kind, status, span.start, span.end, target, due, spent, intervals)


def _field(kind: ClockKind) -> str:
    return {
        ClockKind.FIRST_RESPONSE: "first_due_at",
        ClockKind.NEXT_RESPONSE: "next_due_at",
        ClockKind.RESOLUTION: "resolution_due_at",
    }[kind]


def _spans(ticket: Ticket) -> list[_Span]:
    """The clocks that a ticket has: the next response only once there was a first one."""
    holds = [
        Pause(ClockReason.ON_HOLD, since, until)
        for since, until in ticket.holds.order_by("since").values_list("since", "until")
    ]
    states = list(ticket.events.order_by("at", "pk").values_list("at", "became"))
    resolved = _periods(states, Ticket.State.RESOLVED, ClockReason.RESOLVED)
    answered = _periods(states, Ticket.State.WAITING, ClockReason.WAITING_FOR_PERSON)
    stopped = [*holds, *resolved]
    first = _Span(ClockKind.FIRST_RESPONSE, ticket.opened_at, ticket.first_answer_at, stopped)
    resolution = _Span(
        ClockKind.RESOLUTION, ticket.opened_at, ticket.resolved_at, [*stopped, *answered]
    )
    if ticket.first_answer_at is None or ticket.waiting_since is None:
        return [first, resolution]
    following = _Span(ClockKind.NEXT_RESPONSE, ticket.waiting_since, None, stopped)
    return [first, following, resolution]


def _periods(
    states: Iterable[tuple[datetime, str]], state: str, reason: ClockReason
) -> list[Pause]:
    """The periods that the ticket spent in a state."""
    found: list[Pause] = []
    since: datetime | None = None
    for at, became in states:
        if since is not None and became != state:
            found.append(Pause(reason, since, at))
            since = None
        elif since is None and became == state:
            since = at
    return found if since is None else [*found, Pause(reason, since)]
