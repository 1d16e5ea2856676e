"""What an agent has taken on and has to do: each question is one query, however many rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When

from accounts.models import Agent
from gigs.models import Claim, Gig, PayKind, Slot, Work, WorkSession
from gigs.queries.working import claims_of

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


def works_under_way(agent: Agent) -> QuerySet[Work]:
    """What was handed in and is not settled; what the client wants changed comes first."""
    mine = Work.objects.unsettled().filter(gig__agent=agent).select_related("gig__client")
    return mine.order_by(
        Case(When(state=Work.State.REWORK_NEEDED, then=0), default=1), "submitted_at", "pk"
    )


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
