"""Queries for time at work."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum

from accounts.models import Agent
from gigs.eligibility import GigNotActive, check_eligible
from gigs.models import Break, Claim, ClockInRefusal, Gig, Slot, Waiver, Work, WorkSession
from gigs.models.slots import ClaimQuerySet
from gigs.shifts.adherence import Adherence, Interval, adherence
from gigs.slots.queries import claims_of
from hitouch.core.errors import Refusal

WEEK = timedelta(days=7)


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


def time_of(work: Work) -> timedelta:
    """Paid time of the sessions of a work."""
    sessions = work.sessions.all()
    return sum((session.counted for session in sessions), timedelta(0))


def unpaid_time(gig: Gig) -> timedelta:
    """Time of ended sessions that are not part of submitted work."""
    sessions = gig.sessions.unpaid().select_related("claim__slot")
    return sum((session.counted for session in sessions), timedelta(0))


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


def pay_for(time: timedelta, *, rate_paise: int) -> int:
    """Pay in paise for time at an hourly rate, rounded down."""
    return time // timedelta(seconds=1) * rate_paise // 3600


def unpaid_paise(gig: Gig) -> int:
    """Gross pay of the unpaid time."""
    return pay_for(unpaid_time(gig), rate_paise=gig.rate_paise)


def reason_to_excuse(claim: Claim, agent: Agent) -> str:
    """Why a shift that nobody clocked in to is excused; empty if it was simply missed.

    HitouchCX kept the agent out if it refused to let them clock in, if it would refuse now, if
    the gig is not active, or during a waiver.
    """
    slot = claim.slot
    refusal = claim.clock_in_refusals.order_by("at").first()
    if refusal is not None:
        return refusal.reason
    waiver = waivers_during([slot]).filter(Q(agent=None) | Q(agent=agent)).first()
    if waiver is not None:
        return waiver.reason
    if not claim.gig.is_active:
        return GigNotActive.message
    try:
        check_eligible(opportunity=slot.opportunity, agent=agent)
    except Refusal as refused:
        return str(refused)
    return ""


def running_break(agent: Agent) -> Break | None:
    """The agent's running break, if any."""
    return agent.breaks.filter(ended_at=None).select_related("claim__slot", "claim__gig").first()


def with_time(claims: ClaimQuerySet) -> ClaimQuerySet:
    """The claims with the rows that `adherence_of` reads, in a fixed number of queries."""
    return claims.select_related("slot").prefetch_related(
        Prefetch("sessions", WorkSession.objects.current().order_by("started_at")),
        Prefetch("breaks", Break.objects.order_by("started_at")),
        Prefetch("clock_in_refusals", ClockInRefusal.objects.order_by("at")),
    )


def waivers_during(slots: Collection[Slot]) -> QuerySet[Waiver]:
    """The waivers that touch the time from the first to the last of these slots."""
    if not slots:
        return Waiver.objects.none()
    first = min(slot.starts_at for slot in slots)
    last = max(slot.ends_at for slot in slots)
    return Waiver.objects.filter(starts_at__lt=last, ends_at__gt=first).order_by("starts_at")


def adherence_of(claim: Claim, *, now: datetime, waivers: Iterable[Waiver]) -> Adherence:
    """The adherence to a claimed shift until now. `claim` comes from `with_time`."""
    slot = claim.slot
    refusals = list(claim.clock_in_refusals.all())
    sessions = list(claim.sessions.all())
    excused = [
        Interval(row.starts_at, row.ends_at, f"waiver {row.pk}", row.reason)
        for row in waivers
        if row.agent_id in (None, claim.agent_id)
    ]
    excused += [_kept_out(refusal, sessions, slot) for refusal in refusals]
    if claim.state == Claim.State.EXCUSED:
        excused.append(Interval(slot.starts_at, slot.ends_at, f"claim {claim.pk}", "Excused"))
    if sessions and sessions[-1].ended_by == WorkSession.EndedBy.PLATFORM:
        ended_at = sessions[-1].ended_at or slot.ends_at
        excused.append(
            Interval(ended_at, slot.ends_at, f"session {sessions[-1].pk}", "Ended by HitouchCX")
        )
    return adherence(
        Interval(slot.starts_at, slot.ends_at),
        until=now,
        worked=[Interval(s.started_at, s.ended_at or now, f"session {s.pk}") for s in sessions],
        breaks=[
            Interval(row.started_at, row.ended_at or now, f"break {row.pk}")
            for row in claim.breaks.all()
        ],
        excused=excused,
    )


def _kept_out(refusal: ClockInRefusal, sessions: Sequence[WorkSession], slot: Slot) -> Interval:
    """From a refused attempt to clock in until the next session, or the end of the shift."""
    later = (row.started_at for row in sessions if row.started_at >= refusal.at)
    until = min(later, default=slot.ends_at)
    return Interval(refusal.at, max(until, refusal.at), f"refusal {refusal.pk}", refusal.reason)
