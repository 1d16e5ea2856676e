"""Queries for time at work."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum

from accounts.models import Agent
from gigs.eligibility import GigNotActive, check_eligible
from gigs.models import (
    Break,
    Claim,
    Client,
    ClockInRefusal,
    EarnedAmount,
    Gig,
    Slot,
    TaskCount,
    TimeCorrection,
    Waiver,
    Work,
    WorkSession,
)
from gigs.models.slots import SWAP_UNTIL, UNDO_WITHIN, ClaimQuerySet
from gigs.shifts.adherence import Adherence, Interval, adherence
from gigs.slots.queries import claims_of
from hitouch.core.errors import Refusal
from hitouch.core.web.badges import badge_tone

WEEK = timedelta(days=7)
#: The live board shows shifts from so long before they start until so long after they end.
NEAR = timedelta(hours=1)


@dataclass(frozen=True)
class ShiftStatus:
    """A claim with what its agent can do now."""

    claim: Claim
    may_clock_in: bool
    may_release: bool
    is_free_to_leave: bool
    may_offer: bool

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
            is_free_to_leave=claim.slot.is_free_to_leave(now)
            or now <= claim.created_at + UNDO_WITHIN,
            may_offer=claim.state == Claim.State.HELD and now <= claim.slot.starts_at - SWAP_UNTIL,
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
        check_eligible(opportunity=slot.opportunity, agent=agent, floor=slot.minimum_level)
    except Refusal as refused:
        return str(refused)
    return ""


def running_break(agent: Agent) -> Break | None:
    """The agent's running break, if any."""
    return agent.breaks.filter(ended_at=None).select_related("claim__slot", "claim__gig").first()


def cancellation_of(claim: Claim) -> dict[str, Any]:
    """For a claim that the client cancelled: the event with its reason, and what was earned."""
    if claim.state != Claim.State.CANCELLED:
        return {}
    earned = EarnedAmount.objects.filter(
        kind=EarnedAmount.Kind.LATE_CANCEL,
        source_type=Claim._meta.label_lower,
        source_id=claim.pk,
    )
    return {
        "cancelled": claim.events.filter(became=Claim.State.CANCELLED).last(),
        "earned": earned.first(),
    }


def with_time(claims: ClaimQuerySet) -> ClaimQuerySet:
    """The claims with the rows that `adherence_of` reads, in a fixed number of queries."""
    return claims.select_related("slot").prefetch_related(
        Prefetch("sessions", WorkSession.objects.current().order_by("started_at")),
        Prefetch("breaks", Break.objects.order_by("started_at")),
        Prefetch("clock_in_refusals", ClockInRefusal.objects.order_by("at")),
        Prefetch("task_counts", TaskCount.objects.order_by("at")),
        Prefetch("corrections", TimeCorrection.objects.order_by("created_at")),
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
    if claim.state in (Claim.State.EXCUSED, Claim.State.CANCELLED):
        reason = claim.get_state_display()
        excused.append(Interval(slot.starts_at, slot.ends_at, f"claim {claim.pk}", reason))
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


@dataclass(frozen=True)
class ShiftRecord:
    """A claimed shift with its time log and adherence."""

    claim: Claim
    adherence: Adherence

    @property
    def percent(self) -> str:
        """Adherence in percent with one digit, rounded down; empty if nothing was expected yet."""
        found = self.adherence.basis_points
        return "" if found is None else f"{found // 100}.{found % 100 // 10}%"

    @property
    def running(self) -> WorkSession | None:
        """The running session, if any."""
        return next((row for row in self.claim.sessions.all() if row.ended_at is None), None)

    @property
    def presence(self) -> str:
        """Where the agent is now, in words."""
        claim = self.claim
        if self.running:
            return "At work"
        if any(row.ended_at is None for row in claim.breaks.all()):
            return "On a break"
        if claim.is_held:
            return "Not here yet"
        return "Clocked out" if claim.state == Claim.State.WORKED else claim.get_state_display()

    @property
    def presence_tone(self) -> str:
        """The tone of the badge with `presence`."""
        tones = {"At work": "good", "On a break": "info", "Not here yet": "warn"}
        return tones.get(self.presence, badge_tone(self.claim.state))

    @property
    def tasks(self) -> list[tuple[str, int]]:
        """Sums of what was counted, by kind."""
        sums: dict[str, int] = {}
        for row in self.claim.task_counts.all():
            sums[row.get_kind_display()] = sums.get(row.get_kind_display(), 0) + row.count
        return list(sums.items())


def shift_records(claims: ClaimQuerySet, *, now: datetime) -> list[ShiftRecord]:
    """The claims with their time log and adherence, in a fixed number of queries."""
    rows = list(with_time(claims))
    waivers = list(waivers_during([claim.slot for claim in rows]))
    return [ShiftRecord(claim, adherence_of(claim, now=now, waivers=waivers)) for claim in rows]


def claims_for(client: Client) -> ClaimQuerySet:
    """Claims on the client's slots, with agent and gig."""
    return Claim.objects.filter(gig__client=client).select_related(
        "agent__user", "gig__client", "slot__opportunity"
    )


def live_claims(client: Client, *, now: datetime) -> ClaimQuerySet:
    """Claims on slots that run now, or start or ended within the hour; and who is still at work."""
    near = Q(slot__starts_at__lte=now + NEAR, slot__ends_at__gt=now - NEAR)
    held = claims_for(client).exclude(state__in=[Claim.State.RELEASED, Claim.State.CANCELLED])
    return held.filter(near).order_by("slot__starts_at", "slot_id", "created_at")


def open_corrections(client: Client) -> QuerySet[TimeCorrection]:
    """Corrections of agents that wait for this client."""
    waiting = TimeCorrection.objects.filter(
        claim__gig__client=client,
        state=TimeCorrection.State.PROPOSED,
        side=TimeCorrection.Side.AGENT,
    )
    return waiting.select_related("claim__agent", "claim__gig", "claim__slot").order_by("pk")
