"""Give an agent a seat on a slot: who may have it, and the row that holds it.

Locks: the agent and the gig first, then the slot's row, which the trigger that counts claims takes
when the claim is inserted. The database refuses more claims than seats and overlapping claims,
so nothing is read under the slot's lock.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import (
    BigIntegerField,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from psycopg.types.range import TimestamptzRange

from accounts.models import Agent, User
from gigs import signals
from gigs.eligibility import GigNotActive, check_eligible
from gigs.models import Claim, EarnedAmount, Gig, OpeningPlace, Slot, WaitlistEntry
from gigs.slots import openings
from hitouch.core import india_time
from hitouch.core.errors import Refusal
from hitouch.core.web.humanize import moment_text

#: The most hours of shifts on one day and in one week (Monday to Sunday, Indian time), with all
#: clients together; so an agent has rest every day.
HOURS_A_DAY = 12
HOURS_A_WEEK = 60


class SlotFull(Refusal):
    """The slot has no free place."""

    code = "slot_full"
    message = "This shift is full. Choose another one, or join its waitlist."


class SlotCancelled(Refusal):
    """The client has cancelled the slot."""

    code = "slot_cancelled"
    message = "The client has cancelled this shift. Choose another one."


class SlotEnded(Refusal):
    """The slot has ended."""

    code = "slot_over"
    message = "This shift is over. Choose a later one."


class AlreadyBusy(Refusal):
    """The agent has another claim at this time, with any client."""

    code = "already_busy"
    message = "You have another shift at this time. Release it first, or choose a different one."


class GigHoursExhausted(Refusal):
    """The slot would exceed the hours that the gig pays for."""

    code = "hours_spent"
    message = "This shift would take you over the hours this gig pays for."


class TooManyHours(Refusal):
    """The slot would exceed the hours of a day or a week."""

    code = "too_many_hours"
    message = "You need rest: this shift would be more than you may work in a day or a week."


class SlotOpensLater(Refusal):
    """The slot is opened in steps, and the agent's step comes later."""

    code = "step_not_open"
    message = "This shift opens in steps, and yours is not open yet."


class EarlyCapReached(Refusal):
    """The agent holds as many slots of the opening as one may before it is open to all."""

    code = "early_cap_reached"
    message = "You have as many of these shifts as one agent can take before they open to all."


class SlotNotForAgent(Refusal):
    """The agent was not accepted for the slot's opportunity."""

    code = "not_yours"
    message = "Only agents accepted for this opportunity can claim its shifts."


def lock_gig(slot: Slot, agent: Agent) -> Gig:
    """The agent's gig of the slot's opportunity, with both; the agent and the gig are locked."""
    # In this order, the agent first: whoever gives a seat to a waiting agent has locked them.
    rows = Gig.objects.select_for_update(no_key=True, of=("agent", "self"))
    found = rows.select_related("agent__user", "opportunity").filter(
        agent=agent, opportunity=slot.opportunity_id
    )
    # The last one: an agent may be hired again after a gig has ended.
    gig = found.order_by("-created_at").first()
    if gig is None:
        raise SlotNotForAgent
    return gig


def check(gig: Gig, slot: Slot, now: datetime) -> Any:
    """Refuse a seat that the agent may not have; returns the slot as it is now.

    `has_waitlist` says that somebody waits for a seat on it.
    It may be full by the time the claim is inserted: then the database refuses it.
    """
    if not gig.is_active:
        raise GigNotActive
    check_eligible(opportunity=gig.opportunity, agent=gig.agent, floor=slot.minimum_level)
    if now >= slot.ends_at:
        raise SlotEnded
    row = _with_hours(gig, slot)
    if row.cancelled_at:
        raise SlotCancelled
    if row.opening is not None:
        _check_step(row, gig.agent, now)
    if row.is_busy:
        raise AlreadyBusy
    length = slot.length
    if gig.is_hourly:
        planned = row.of_gig * gig.rate_paise + row.bonus_of_gig
        planned += length * (gig.rate_paise + row.bonus_paise)
        if planned > _full_pay(gig, row.beside_work):
            raise GigHoursExhausted(
                f"This shift would take you over this gig's limit of {gig.hours_each} hours."
            )
    if row.of_day + length > timedelta(hours=HOURS_A_DAY):
        raise TooManyHours(f"You can work at most {HOURS_A_DAY} hours a day, with all clients.")
    if row.of_week + length > timedelta(hours=HOURS_A_WEEK):
        raise TooManyHours(f"You can work at most {HOURS_A_WEEK} hours a week, with all clients.")
    return row


def _full_pay(gig: Gig, beside_paise: int) -> timedelta:
    """What a gig can earn by hours, as paise an hour times hours."""
    return (gig.full_pay_paise - beside_paise) * timedelta(hours=1)


def planned_beyond_reserve(gig: Gig) -> timedelta:
    """What the claims of a gig cost beyond its full pay, as paise an hour times hours."""
    claims = Claim.objects.filter(gig=gig).busy()
    sums = Gig.objects.annotate(
        of_gig=_sum_of(claims), bonus_of_gig=_sum_of(claims, HOURS * F("slot__bonus_paise")),
        beside_work=_beside_work(gig),
    ).get(pk=gig.pk)  # fmt: skip
    found: Any = sums
    planned = found.of_gig * gig.rate_paise + found.bonus_of_gig
    return planned - _full_pay(gig, found.beside_work)


#: The length of a claim's shift.
HOURS = F("slot__ends_at") - F("slot__starts_at")


def _sum_of(claims: Any, value: Any = HOURS) -> Any:
    """The sum of a duration over claims, as a part of another query."""
    value = ExpressionWrapper(value, output_field=DurationField())
    summed = claims.order_by().values("agent").annotate(sum=Sum(value)).values("sum")
    return Coalesce(Subquery(summed), timedelta(0))


def _beside_work(gig: Gig) -> Any:
    """What a gig earned beside its hours; the bonus of claims is counted with them."""
    beside = EarnedAmount.objects.filter(gig=gig).exclude(kind=EarnedAmount.Kind.MILESTONE)
    beside = beside.exclude(
        kind=EarnedAmount.Kind.BONUS, source_type=Claim._meta.label_lower
    ).order_by()
    earned = beside.values("gig").annotate(sum=Sum("amount_paise")).values("sum")
    return Coalesce(Subquery(earned), 0, output_field=BigIntegerField())


def _check_step(row: Any, agent: Agent, now: datetime) -> None:
    """Refuse a seat before the agent's step, and more than the cap before the last step."""
    opening = row.opening
    if row.step_opens_at is None:
        openings.add_later(opening, agent, at=now)
    opens_at = row.step_opens_at or opening.opens_to_all_at
    if now < opens_at:
        raise SlotOpensLater(f"This shift opens to you {moment_text(opens_at)}.")
    if now < opening.opens_to_all_at and row.of_opening >= opening.cap:
        raise EarlyCapReached(
            f"Each agent can take {opening.cap} of these shifts until "
            f"{moment_text(opening.opens_to_all_at)}. Then the limit is lifted."
        )


def _with_hours(gig: Gig, slot: Slot) -> Any:
    """The slot with the agent's other hours (of the gig, the day and the week) and its step."""
    busy = Claim.objects.filter(agent=gig.agent_id).busy()
    day = india_time.day_of(slot.starts_at)
    monday = day - timedelta(days=day.weekday())

    def between(first: date, days: int) -> Any:
        start = india_time.midnight(first)
        return busy.filter(
            slot__starts_at__gte=start, slot__starts_at__lt=start + timedelta(days=days)
        )

    place = OpeningPlace.objects.filter(opening=OuterRef("opening"), agent=gig.agent_id)
    held = busy.filter(slot__opening=OuterRef("opening")).order_by().values("agent")
    return (
        Slot.objects.select_related("opening")
        .annotate(
            beside_work=_beside_work(gig),
            bonus_of_gig=_sum_of(busy.filter(gig=gig), HOURS * F("slot__bonus_paise")),
            step_opens_at=Subquery(place.values("opens_at")),
            of_opening=Coalesce(Subquery(held.annotate(count=Count("pk")).values("count")), 0),
            is_busy=Exists(busy.during(slot)),
            has_waitlist=Exists(WaitlistEntry.objects.filter(slot=slot, state="WAITING")),
            of_gig=_sum_of(busy.filter(gig=gig)),
            of_day=_sum_of(between(day, 1)),
            of_week=_sum_of(between(monday, 7)),
        )
        .get(pk=slot.pk)
    )


#: What the database says when a seat is gone, or the agent is elsewhere.
REFUSED_BY = {
    "slot_never_oversold": SlotFull,
    "an_agent_is_in_one_place": AlreadyBusy,
    "one_seat_per_agent_and_slot": AlreadyBusy,
    "step_not_open": SlotOpensLater,
}


def insert(gig: Gig, slot: Slot, *, by: User | None, at: datetime, why: str = "") -> Claim:
    """Insert the claim; a seat that somebody else got first is refused."""
    hours = TimestamptzRange(slot.starts_at, slot.ends_at)
    try:
        claim = Claim.objects.create(slot=slot, gig=gig, agent=gig.agent, during=hours)
        claim.events.create(became=Claim.State.HELD, by=by, at=at, why=why)
    except IntegrityError as error:
        refusal = REFUSED_BY.get(constraint_of(error))
        if refusal is None:
            raise
        raise refusal from error
    signals.slot_claimed.send(sender=Claim, claim=claim)
    return claim


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused a statement."""
    diag = getattr(error.__cause__, "diag", None)
    return getattr(diag, "constraint_name", None) or ""
