"""A week of shifts as a calendar: an agent's own and open ones, and those of a client.

A shift belongs to the day on which it begins in India, also when it goes over midnight.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.models import Agent
from gigs.horizon import HORIZON
from gigs.models import Claim, Client, Slot, WorkSession
from gigs.shifts.queries import pay_for
from gigs.slots import queries as slot_queries
from hitouch.core.india_time import day_of, midnight
from hitouch.core.web.badges import badge_tone

WEEK = timedelta(days=7)
#: The most shifts that a week shows; the list of a gig has them all.
MOST_SHOWN = 250
AT_WORK, WAITING, OPEN, OFFERED, FULL = "AT_WORK", "WAITING", "OPEN", "OFFERED", "FULL"
OPENS_LATER, LEVEL_MISSING = "OPENS_LATER", "LEVEL_MISSING"


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday."""

    first: date

    @classmethod
    def around(cls, day: date) -> "Week":
        """The week of this day."""
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def asked_for(cls, day: date | None, *, now: datetime) -> "Week":
        """The week of a day; this week for none, and for one too far away to have shifts."""
        today = day_of(now)
        return cls.around(today if day is None or abs(day - today) > HORIZON else day)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=each) for each in range(7)]

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def previous(self) -> date:
        return self.first - WEEK

    @property
    def next(self) -> date:
        return self.first + WEEK

    @property
    def starts_at(self) -> datetime:
        return midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        return midnight(self.next)


@dataclass(frozen=True)
class AgentEntry:
    """A shift in an agent's calendar. `claim` is empty for one that is not the agent's."""

    slot: Slot
    state: str
    word: str
    tone: str
    claim: UUID | None = None
    gig: UUID | None = None

    @property
    def is_mine(self) -> bool:
        return self.claim is not None

    @property
    def starts_at(self) -> datetime:
        return self.slot.starts_at


@dataclass(frozen=True)
class ClientEntry:
    """A shift in a client's calendar: its seats, who has them, and what was worked so far."""

    slot: Slot
    claims: list[Claim]
    worked: timedelta
    cost_paise: int

    @property
    def starts_at(self) -> datetime:
        return self.slot.starts_at

    @property
    def seats_left(self) -> int:
        return self.slot.seats_left


Entry = TypeVar("Entry", AgentEntry, ClientEntry)


@dataclass(frozen=True)
class CalendarDay(Generic[Entry]):
    """One day with its shifts, by start."""

    day: date
    entries: list[Entry]
    is_today: bool


@dataclass(frozen=True)
class Calendar(Generic[Entry]):
    """A week with its days."""

    week: Week
    days: list[CalendarDay[Entry]]
    is_cut: bool

    @property
    def entries(self) -> list[Entry]:
        return [entry for day in self.days for entry in day.entries]


def agent_calendar(
    agent: Agent, week: Week, *, now: datetime, with_open: bool = True
) -> Calendar[AgentEntry]:
    """The agent's shifts of a week; and, if asked for, those that they could claim or wait for."""
    claims = slot_queries.claims_of(agent).exclude(state=Claim.State.RELEASED)
    mine = claims.filter(slot__starts_at__gte=week.starts_at, slot__starts_at__lt=week.ends_at)
    running = set(agent.work_sessions.running().values_list("claim_id", flat=True))
    entries = [_own(claim, is_running=claim.pk in running) for claim in mine[: MOST_SHOWN + 1]]
    if with_open:
        open_slots = _in_week(slot_queries.slots_to_claim(agent, now=now), week)
        entries += [_open(slot) for slot in open_slots if not _is_useless(slot)]
    return _calendar(entries, week, now=now)


def _in_week(slots: QuerySet[Slot], week: Week) -> QuerySet[Slot]:
    found = slots.filter(starts_at__gte=week.starts_at, starts_at__lt=week.ends_at)
    return found.order_by("starts_at", "pk")[: MOST_SHOWN + 1]


def _own(claim: Claim, *, is_running: bool) -> AgentEntry:
    state = AT_WORK if is_running else claim.state
    word = "Clocked in" if is_running else claim.get_state_display()
    tone = "good" if is_running else badge_tone(claim.state)
    return AgentEntry(claim.slot, state, word, tone, claim.pk, claim.gig_id)


def _is_useless(slot: Any) -> bool:
    """Whether it is the agent's own, or overlaps one and is not waited for."""
    return bool(slot.my_claim or (slot.is_clashing and not slot.my_entry))


def _open(slot: Any) -> AgentEntry:
    """A slot as annotated by `slots_to_claim`; in the order in which a claim is refused."""
    if slot.level_missing:
        return AgentEntry(slot, LEVEL_MISSING, f"Needs {slot.level_missing}", "plain")
    if slot.opens_later:
        return AgentEntry(slot, OPENS_LATER, "Opens later", "plain")
    if slot.my_entry:
        return AgentEntry(slot, WAITING, "On the waitlist", "info")
    if slot.seats_left:
        return AgentEntry(slot, OPEN, f"{slot.seats_left} open", "plain")
    if slot.has_offer:
        return AgentEntry(slot, OFFERED, "Offered by another agent", "info")
    return AgentEntry(slot, FULL, "Full", "plain")


def client_calendar(client: Client, week: Week, *, now: datetime) -> Calendar[ClientEntry]:
    """The client's shifts of a week, with who has the seats, in a fixed number of queries."""
    sessions = WorkSession.objects.current().filter(ended_at__isnull=False)
    seated = Claim.objects.exclude(state=Claim.State.RELEASED).select_related("agent", "gig")
    claims = seated.order_by("created_at", "pk").prefetch_related(Prefetch("sessions", sessions))
    slots = Slot.objects.filter(opportunity__project__client=client).select_related("opportunity")
    rows = _in_week(slots, week).prefetch_related(Prefetch("claims", claims))
    return _calendar([_of_client(slot) for slot in rows], week, now=now)


@dataclass(frozen=True)
class WeekSums:
    """Seats, time worked and its cost in a week of a client."""

    seats: int
    taken: int
    worked: timedelta
    cost_paise: int

    @property
    def seats_left(self) -> int:
        return self.seats - self.taken


def sums(calendar: Calendar[ClientEntry]) -> WeekSums:
    """The sums of the shifts that a client's calendar shows."""
    rows = calendar.entries
    return WeekSums(
        seats=sum(row.slot.capacity for row in rows),
        taken=sum(row.slot.taken for row in rows),
        worked=sum((row.worked for row in rows), timedelta(0)),
        cost_paise=sum(row.cost_paise for row in rows),
    )


def _of_client(slot: Slot) -> ClientEntry:
    claims = list(slot.claims.all())
    worked, cost = timedelta(0), 0
    for claim in claims:
        claim.slot = slot
        time = timedelta(0)
        for session in claim.sessions.all():
            session.claim = claim
            time += session.counted
        worked += time
        cost += pay_for(time, rate_paise=claim.gig.rate_paise) if claim.gig.is_hourly else 0
    return ClientEntry(slot, claims, worked, cost)


def _calendar(entries: Iterable[Entry], week: Week, *, now: datetime) -> Calendar[Entry]:
    ordered = sorted(entries, key=lambda entry: (entry.starts_at, str(entry.slot.pk)))
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in ordered[:MOST_SHOWN]:
        by_day[day_of(entry.starts_at)].append(entry)
    today = day_of(now)
    days = [CalendarDay(day, by_day[day], is_today=day == today) for day in week.days]
    return Calendar(week, days, is_cut=len(ordered) > MOST_SHOWN)
