"""What an agent's home page asks of gigs: each question is one query, however many rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When

from accounts.models import Agent
from gigs.models import Application, Claim, Gig, Opportunity, PayKind, Slot, Work, WorkSession
from gigs.queries.finding import applications_of
from gigs.queries.working import claims_of
from hitouch.core.cefr import CEFR

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Ahead:
    """How much an agent has taken on for the coming days."""

    shifts: int
    time: timedelta


def ahead_of(agent: Agent, *, now: datetime, within: timedelta = WEEK) -> Ahead:
    """The shifts that are not over and begin within the time, and how long they are."""
    coming = claims_of(agent).ahead(now).filter(slot__starts_at__lt=now + within)
    length = Sum(F("slot__ends_at") - F("slot__starts_at"), default=timedelta(0))
    found = coming.aggregate(count=Count("pk"), time=length)
    return Ahead(found["count"], found["time"])


@dataclass(frozen=True)
class Applied:
    """How many applications wait for a client, and how many a client said yes to."""

    pending: int
    accepted: int


def applied(agent: Agent) -> Applied:
    """The agent's applications, counted."""
    state = Application.State
    pending = Count("pk", filter=Q(state=state.PENDING))
    accepted = Count("pk", filter=Q(state=state.ACCEPTED))
    return Applied(**agent.applications.aggregate(pending=pending, accepted=accepted))


def newest_answers(agent: Agent) -> QuerySet[Application]:
    """The agent's applications: those that wait, then the newest answers."""
    waits = _first(state=Application.State.PENDING)
    return applications_of(agent).order_by(waits, F("decided_at").desc(nulls_last=True), "pk")


def works_under_way(agent: Agent) -> QuerySet[Work]:
    """What was handed in and is not settled; what the client wants changed comes first."""
    mine = Work.objects.unsettled().filter(gig__agent=agent).select_related("gig__client")
    return mine.order_by(_first(state=Work.State.REWORK_NEEDED), "submitted_at", "pk")


def _first(**wanted: Any) -> Case:
    return Case(When(**wanted, then=0), default=1)


def gigs_that_wait(agent: Agent, *, now: datetime) -> QuerySet[Gig]:
    """Gigs in which the agent has to do something: `is_done` to hand in, or hours to take."""
    gig = OuterRef("pk")
    ahead = Claim.objects.filter(gig=gig).ahead(now)
    claimed = Claim.objects.filter(gig=gig).busy()
    counted = Q(started_at__lt=F("claim__slot__ends_at"), ended_at__gt=F("claim__slot__starts_at"))
    worked = WorkSession.objects.filter(counted, gig=gig).unpaid()
    handed_in = Work.objects.filter(gig=gig).exclude(state=Work.State.REJECTED)
    seats = Slot.objects.filter(opportunity=OuterRef("opportunity_id"), taken__lt=F("capacity"))
    whole = Q(pay_kind=PayKind.HOURLY) | ~Exists(ahead) & ~Exists(handed_in)
    to_begin = ~Exists(claimed) & ~Exists(handed_in) & Exists(seats.filter(starts_at__gt=now))
    active = Gig.objects.filter(agent=agent, state=Gig.State.ACTIVE).select_related("client")
    marked = active.annotate(is_done=Exists(worked))
    return marked.filter(Q(is_done=True) & whole | to_begin).order_by("-is_done", "created_at")


@dataclass(frozen=True)
class Field:
    """One kind of work: how much of it is on offer."""

    category: str
    open: int
    fresh: int
    one_level_up: int


def fields_open_to(agent: Agent, *, level: str, now: datetime) -> list[Field]:
    """What is on offer at a level, what of it is new to the agent, and what is one level above."""
    mine = Application.objects.filter(agent=agent, opportunity=OuterRef("pk"))
    offers = Opportunity.objects.open_at(now).annotate(is_known=Exists(mine))
    fits = Q(minimum_level__lte=level)
    rows = offers.values("category").annotate(
        open=Count("pk", filter=fits),
        fresh=Count("pk", filter=fits & Q(is_known=False)),
        one_level_up=Count("pk", filter=Q(minimum_level=level_above(level))),
    )
    return [Field(**row) for row in rows.order_by("-open", "category")]


def level_above(level: str) -> str:
    """The next level; empty for the highest, and the first one while there is none."""
    after = [each for each in CEFR.values if each > level]
    return after[0] if after else ""
