"""Queries about gigs, claims, time at work, pay and submitted work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum, When

from accounts.models import Agent
from gigs.models import (
    Claim,
    Client,
    Deliverable,
    Gig,
    PayKind,
    Slot,
    Work,
    WorkEvent,
    WorkReview,
    WorkSession,
)
from gigs.models.slots import ClaimQuerySet, SlotQuerySet
from gigs.models.work import WorkQuerySet

WEEK = timedelta(days=7)


def gigs_of(agent: Agent) -> QuerySet[Gig]:
    """The agent's gigs with their clients."""
    return agent.gigs.select_related("client", "opportunity")


def slots_of(gig: Gig, *, now: datetime) -> SlotQuerySet:
    """Slots of a gig that have not ended, annotated for its agent."""
    return (
        Slot.objects.filter(opportunity=gig.opportunity_id).upcoming(now).with_claim_of(gig.agent)
    )


def claims_of(agent: Agent) -> ClaimQuerySet:
    """The agent's claims with their slots and gigs."""
    return Claim.objects.filter(agent=agent).select_related("slot__opportunity", "gig__client")


def slots_open_to(agent: Agent) -> SlotQuerySet:
    """Slots of the opportunities for which the agent was accepted."""
    return Slot.objects.filter(opportunity__gigs__agent=agent).select_related("opportunity")


@dataclass(frozen=True)
class ShiftStatus:
    """A claim with what its agent can do now."""

    claim: Claim
    may_clock_in: bool
    may_release: bool
    is_free_to_leave: bool

    @property
    def release_label(self) -> str:
        """The label of the release button."""
        return "Release" if self.is_free_to_leave else "Release late"


def shift_statuses(claims: ClaimQuerySet, *, now: datetime, is_at_work: bool) -> list[ShiftStatus]:
    """Claims with what can be done now; the services decide."""
    return [
        ShiftStatus(
            claim=claim,
            may_clock_in=claim.slot.takes_clock_in(now) and not is_at_work,
            may_release=claim.is_held and not claim.slot.has_started(now),
            is_free_to_leave=claim.slot.is_free_to_leave(now),
        )
        for claim in claims
    ]


def running_session(agent: Agent) -> WorkSession | None:
    """The agent's running session, if any."""
    running = agent.work_sessions.running()
    return running.select_related("claim__slot", "gig__client").first()


def hours_of(gig: Gig) -> timedelta:
    """The maximum time that the gig pays for."""
    return timedelta(hours=gig.hours_each)


def claimed_hours(gig: Gig) -> timedelta:
    """Total length of the slots claimed or worked in a gig."""
    lengths = gig.claims.busy().aggregate(sum=Sum(F("slot__ends_at") - F("slot__starts_at")))
    return lengths["sum"] or timedelta(0)


def time_of(work: Work) -> timedelta:
    """Paid time of the sessions of a work."""
    sessions = work.sessions.all()
    return sum((session.counted for session in sessions), timedelta(0))


def pay_for(time: timedelta, *, rate_paise: int) -> int:
    """Pay in paise for time at an hourly rate, rounded down."""
    return time // timedelta(seconds=1) * rate_paise // 3600


def gross_of(work: Work) -> int:
    """Gross pay: the fixed price, or paid time times the hourly rate."""
    if work.gig.pay_kind == PayKind.FIXED:
        return work.gig.rate_paise
    return pay_for(time_of(work), rate_paise=work.gig.rate_paise)


def has_open_work(gig: Gig, *, now: datetime) -> bool:
    """Whether the gig has unsettled work, upcoming claims, a running session or unpaid time."""
    return (
        gig.works.unsettled().exists()
        or gig.claims.filter(state=Claim.State.HELD, slot__ends_at__gt=now).exists()
        or gig.sessions.filter(ended_at=None).exists()
        or (gig.is_hourly and unpaid_paise(gig) > 0)
    )


def unpaid_time(gig: Gig) -> timedelta:
    """Time of ended sessions that are not part of submitted work."""
    sessions = gig.sessions.unpaid().select_related("claim__slot")
    return sum((session.counted for session in sessions), timedelta(0))


def unpaid_paise(gig: Gig) -> int:
    """Gross pay of the unpaid time."""
    return pay_for(unpaid_time(gig), rate_paise=gig.rate_paise)


def can_submit_work(gig: Gig) -> bool:
    """Whether work can be submitted now; the service decides."""
    if not gig.is_active:
        return False
    if gig.is_hourly:
        return unpaid_paise(gig) > 0
    return not gig.works.exclude(state=Work.State.REJECTED).exists()


def works() -> WorkQuerySet:
    """Submitted work with all related rows that pages and API show."""
    sessions = WorkSession.objects.select_related("claim__slot")
    deliverables = Deliverable.objects.select_related("file").order_by("round", "created_at")
    return Work.objects.select_related("gig__client", "gig__agent__user").prefetch_related(
        Prefetch("sessions", sessions),
        Prefetch("deliverables", deliverables),
        Prefetch("reviews", WorkReview.objects.order_by("round")),
        Prefetch("events", WorkEvent.objects.order_by("pk")),
    )


def works_of(agent: Agent) -> WorkQuerySet:
    """Work submitted by the agent."""
    return works().filter(gig__agent=agent)


def works_for(client: Client) -> WorkQuerySet:
    """Work submitted to the client."""
    return works().filter(gig__client=client)


@dataclass(frozen=True)
class UpcomingHours:
    """Number and length of an agent's upcoming shifts."""

    shifts: int
    time: timedelta


def upcoming_hours_of(agent: Agent, *, now: datetime, within: timedelta = WEEK) -> UpcomingHours:
    """Claims that have not ended and start within the given time."""
    coming = claims_of(agent).ahead(now).filter(slot__starts_at__lt=now + within)
    length = Sum(F("slot__ends_at") - F("slot__starts_at"), default=timedelta(0))
    found = coming.aggregate(count=Count("pk"), time=length)
    return UpcomingHours(found["count"], found["time"])


def works_under_way(agent: Agent) -> QuerySet[Work]:
    """The agent's unsettled work; requested changes come first."""
    mine = Work.objects.unsettled().filter(gig__agent=agent).select_related("gig__client")
    return mine.order_by(
        Case(When(state=Work.State.REWORK_NEEDED, then=0), default=1), "submitted_at", "pk"
    )


def gigs_needing_action(agent: Agent, *, now: datetime) -> QuerySet[Gig]:
    """Gigs with work to submit (`is_done`) or a first shift to claim."""
    gig = OuterRef("pk")
    ahead = Claim.objects.filter(gig=gig).ahead(now)
    claimed = Claim.objects.filter(gig=gig).busy()
    counted = Q(started_at__lt=F("claim__slot__ends_at"), ended_at__gt=F("claim__slot__starts_at"))
    worked = WorkSession.objects.filter(counted, gig=gig).unpaid()
    handed_in = Work.objects.filter(gig=gig).exclude(state=Work.State.REJECTED)
    seats = Slot.objects.filter(opportunity=OuterRef("opportunity_id"), taken__lt=F("capacity"))
    can_submit = Q(pay_kind=PayKind.HOURLY) | ~Exists(ahead) & ~Exists(handed_in)
    to_begin = ~Exists(claimed) & ~Exists(handed_in) & Exists(seats.filter(starts_at__gt=now))
    active = Gig.objects.filter(agent=agent, state=Gig.State.ACTIVE).select_related("client")
    marked = active.annotate(is_done=Exists(worked))
    return marked.filter(Q(is_done=True) & can_submit | to_begin).order_by("-is_done", "created_at")
