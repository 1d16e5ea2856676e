"""What a client pays for a shift that it cancels late, and the cancelling of seats.

The agent earns it at once, out of what was set aside for the gig (`amount_earned`). Nobody's
standing or adherence is changed by it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from accounts.models import User
from gigs import notifications, signals
from gigs.engagements import queries as gig_queries
from gigs.models import Claim, EarnedAmount, Gig
from gigs.models.slots import HOLDING
from gigs.shifts import services as shift_services
from gigs.shifts.queries import pay_for
from gigs.slots import waitlist
from hitouch.core.db.state_machine import transition
from hitouch.core.india_time import day_of

ZERO = timedelta(0)


@dataclass(frozen=True)
class LateCancelRule:
    """From a day on: less than `within` before the start, up to `most` of the shift is paid."""

    since: date
    within: timedelta
    most: timedelta


#: The latest one that has begun on the day of the cancellation counts. A change is a new line.
RULES = (
    LateCancelRule(since=date(2026, 1, 1), within=timedelta(hours=24), most=timedelta(hours=4)),
)


def rule_on(day: date) -> LateCancelRule:
    """The rule of a day."""
    return max((rule for rule in RULES if rule.since <= day), key=lambda rule: rule.since)


def paid_time(*, starts_at: datetime, ends_at: datetime, at: datetime) -> timedelta:
    """What of a shift is paid when it is cancelled at this time; after its start all the rest."""
    if at >= starts_at:
        return max(ends_at - at, ZERO)
    rule = rule_on(day_of(at))
    if starts_at - at >= rule.within:
        return ZERO
    return min(rule.most, ends_at - starts_at)


def late_pays(claims: Iterable[Claim], *, at: datetime) -> dict[UUID, int]:
    """What cancelling each of these claims now pays, in paise, within what its gig has left.

    A fixed price has no hours to pay for.
    """
    left: dict[UUID, int] = {}
    pays: dict[UUID, int] = defaultdict(int)
    for claim in claims:
        gig, slot = claim.gig, claim.slot
        if not gig.is_hourly:
            continue
        if gig.pk not in left:
            left[gig.pk] = max(gig_queries.unpromised_paise(gig), 0)
        time = paid_time(starts_at=slot.starts_at, ends_at=slot.ends_at, at=at)
        pays[claim.pk] = min(pay_for(time, rate_paise=gig.rate_paise), left[gig.pk])
        left[gig.pk] -= pays[claim.pk]
    return pays


def cancel_claim(
    claim: Claim, *, paise: int, why: str, by: User | None, at: datetime, tells_agent: bool = True
) -> None:
    """Cancel a seat for the client, and pay for it. Agent, project and claim are locked.

    A running shift ends now; its claim stays worked, as its time is paid too.
    """
    if claim.is_held:
        state = Claim.State.CANCELLED
        transition(claim, to=state, by=by, at=at, why=why, released_at=at)
    else:
        shift_services.end_shift_for_client(claim=claim, at=at)
    if paise:
        signals.amount_earned.send(
            sender=Claim,
            gig=claim.gig,
            kind=EarnedAmount.Kind.LATE_CANCEL,
            source=claim,
            amount_paise=paise,
            at=at,
            by=by,
        )
    if tells_agent:
        notifications.shift_cancelled(claim=claim, why=why, paise=paise, at=at)


def claims_to_cancel(gig: Gig, *, at: datetime) -> list[Claim]:
    """Claims of a gig that are cancelled when it ends: to come, begun or at work."""
    held = gig.claims.filter(state__in=HOLDING, slot__ends_at__gt=at)
    at_work = shift_services.claims_at_work(gig.claims.filter(slot__ends_at__gt=at))
    rows = (held | at_work).select_related("slot__opportunity", "gig__client", "agent__user")
    return list(rows.order_by("slot__starts_at", "pk"))


def cancel_late_claims_of(gig: Gig, *, why: str, by: User | None, at: datetime) -> None:
    """Cancel those claims of a gig that its client puts on hold for which it pays."""
    claims = claims_to_cancel(gig, at=at)
    pays = late_pays(claims, at=at)
    for claim in claims:
        if by is not None and pays[claim.pk]:
            cancel_claim(claim, paise=pays[claim.pk], why=why, by=by, at=at)


def cancel_claims_of(gig: Gig, *, why: str, by: User | None, at: datetime) -> int:
    """Cancel the claims of a gig that its client ends; returns how many. The gig is locked.

    The agent is told of all by the message about the gig. The sweep of waitlists fills the seats.
    """
    claims = claims_to_cancel(gig, at=at)
    pays = late_pays(claims, at=at)
    for claim in claims:
        cancel_claim(claim, paise=pays[claim.pk], why=why, by=by, at=at, tells_agent=False)
    waitlist.leave_all(agent=gig.agent, at=at, why=why, gig=gig)
    return len(claims)
