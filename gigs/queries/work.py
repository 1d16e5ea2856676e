"""What agents ask while they work: gigs, shifts, time and pay."""

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
    """The slots of a gig that are not over, as its agent sees them."""
    return (
        Slot.objects.filter(opportunity=gig.opportunity_id).upcoming(now).with_claim_of(gig.agent)
    )


def claims_of(agent: Agent) -> ClaimQuerySet:
    """The agent's claims with their slots and gigs."""
    return Claim.objects.filter(agent=agent).select_related("slot__opportunity", "gig__client")


def slots_open_to(agent: Agent) -> SlotQuerySet:
    """The slots of the opportunities the agent was accepted for."""
    return Slot.objects.filter(opportunity__gigs__agent=agent).select_related("opportunity")


@dataclass(frozen=True)
class ShiftStatus:
    """A claim, and what its agent can do with it now."""

    claim: Claim
    may_clock_in: bool
    may_release: bool
    is_free_to_leave: bool

    @property
    def release_label(self) -> str:
        """What giving it back means now."""
        return "Release" if self.is_free_to_leave else "Release late"


def shift_statuses(claims: ClaimQuerySet, *, now: datetime, is_at_work: bool) -> list[ShiftStatus]:
    """These claims with what can be done now; the services have the last word."""
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
    """The session the agent is clocked in to."""
    running = agent.work_sessions.running()
    return running.select_related("claim__slot", "gig__client").first()


def hours_of(gig: Gig) -> timedelta:
    """The most time this gig pays for."""
    return timedelta(hours=gig.hours_each)


def claimed_hours(gig: Gig) -> timedelta:
    """How long the slots are that its agent holds or has worked."""
    lengths = gig.claims.busy().aggregate(sum=Sum(F("slot__ends_at") - F("slot__starts_at")))
    return lengths["sum"] or timedelta(0)


def time_of(work: Work) -> timedelta:
    """The time that this work counts, by the log."""
    sessions = work.sessions.all()
    return sum((session.counted for session in sessions), timedelta(0))


def pay_for(time: timedelta, *, rate_paise: int) -> int:
    """Paise for this time at a rate by the hour; less than a paisa is dropped."""
    return time // timedelta(seconds=1) * rate_paise // 3600


def gross_of(work: Work) -> int:
    """What the work earns before deductions: the fixed price, or the log times the rate."""
    if work.gig.pay_kind == PayKind.FIXED:
        return work.gig.rate_paise
    return pay_for(time_of(work), rate_paise=work.gig.rate_paise)


def has_open_work(gig: Gig, *, now: datetime) -> bool:
    """Whether anything in the gig still has to be worked, handed in or settled."""
    return (
        gig.works.unsettled().exists()
        or gig.claims.filter(state=Claim.State.HELD, slot__ends_at__gt=now).exists()
        or gig.sessions.filter(ended_at=None).exists()
        or (gig.is_hourly and unpaid_paise(gig) > 0)
    )


def unpaid_time(gig: Gig) -> timedelta:
    """Finished time in this gig that no work has counted yet."""
    sessions = gig.sessions.unpaid().select_related("claim__slot")
    return sum((session.counted for session in sessions), timedelta(0))


def unpaid_paise(gig: Gig) -> int:
    """What the time that no work has counted yet would earn."""
    return pay_for(unpaid_time(gig), rate_paise=gig.rate_paise)


def can_submit_work(gig: Gig) -> bool:
    """Whether a new work can be handed in now; the service has the last word."""
    if not gig.is_active:
        return False
    if gig.is_hourly:
        return unpaid_paise(gig) > 0
    return not gig.works.exclude(state=Work.State.REJECTED).exists()


def works() -> WorkQuerySet:
    """Works with all that a page or an answer about them shows."""
    sessions = WorkSession.objects.select_related("claim__slot")
    deliverables = Deliverable.objects.select_related("file").order_by("round", "created_at")
    return Work.objects.select_related("gig__client", "gig__agent__user").prefetch_related(
        Prefetch("sessions", sessions),
        Prefetch("deliverables", deliverables),
        Prefetch("reviews", WorkReview.objects.order_by("round")),
        Prefetch("events", WorkEvent.objects.order_by("pk")),
    )


def works_of(agent: Agent) -> WorkQuerySet:
    """What the agent handed in."""
    return works().filter(gig__agent=agent)


def works_for(client: Client) -> WorkQuerySet:
    """What was handed in to this client."""
    return works().filter(gig__client=client)


@dataclass(frozen=True)
class UpcomingHours:
    """How much an agent has taken on for the coming days."""

    shifts: int
    time: timedelta


def upcoming_hours_of(agent: Agent, *, now: datetime, within: timedelta = WEEK) -> UpcomingHours:
    """The shifts that are not over and begin within the time, and how long they are."""
    coming = claims_of(agent).ahead(now).filter(slot__starts_at__lt=now + within)
    length = Sum(F("slot__ends_at") - F("slot__starts_at"), default=timedelta(0))
    found = coming.aggregate(count=Count("pk"), time=length)
    return UpcomingHours(found["count"], found["time"])


def works_under_way(agent: Agent) -> QuerySet[Work]:
    """What was handed in and is not settled; what the client wants changed comes first."""
    mine = Work.objects.unsettled().filter(gig__agent=agent).select_related("gig__client")
    return mine.order_by(
        Case(When(state=Work.State.REWORK_NEEDED, then=0), default=1), "submitted_at", "pk"
    )


def gigs_needing_action(agent: Agent, *, now: datetime) -> QuerySet[Gig]:
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
