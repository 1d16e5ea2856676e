"""Bonus of a slot: what agents get for each hour that they work on it, beside their rate.

It is part of what was set aside for their gigs: a claim of such a slot uses up more of its gig.
It is earned when the shift is over, once for each claim, for the time that counts.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from gigs import signals
from gigs.engagements import queries as gig_queries
from gigs.models import Claim, EarnedAmount, Gig, WorkSession
from gigs.models.slots import ClaimQuerySet
from gigs.shifts.queries import pay_for

#: The sweep looks for shifts that ended within this time.
SWEPT_FOR = timedelta(days=30)


def unpaid_bonuses(now: datetime) -> ClaimQuerySet:
    """Worked claims of slots with a bonus that are over, and were not paid it yet."""
    over = Claim.objects.filter(slot__ends_at__lte=now, slot__ends_at__gt=now - SWEPT_FOR)
    return _unpaid(over)


def _unpaid(claims: ClaimQuerySet) -> ClaimQuerySet:
    paid = EarnedAmount.objects.filter(
        kind=EarnedAmount.Kind.BONUS, source_type=Claim._meta.label_lower, source_id=OuterRef("pk")
    )
    # Without any time inside the shift there is nothing to pay.
    worked = WorkSession.objects.current().filter(
        claim=OuterRef("pk"), ended_at__gt=OuterRef("slot__starts_at")
    )
    # Who has yet to be clocked out is paid when that has happened, for the last session as well.
    running = WorkSession.objects.running().filter(claim=OuterRef("pk"))
    return claims.filter(
        ~Exists(paid),
        ~Exists(running),
        Exists(worked),
        state=Claim.State.WORKED,
        slot__bonus_paise__gt=0,
    )


def bonus_of(claim: Claim) -> int:
    """The bonus of a claim for the time worked so far, in paise."""
    sessions = claim.sessions.current().select_related("claim__slot")
    time = sum((session.counted for session in sessions), timedelta(0))
    return pay_for(time, rate_paise=claim.slot.bonus_paise)


def pay_bonus(*, claim: Claim, at: datetime) -> int:
    """Pay the bonus of a claim; returns how much. The agent is locked. Once for each claim.

    Never more than the gig has left, which other earnings may have used meanwhile.
    """
    if claim.gig.has_ended or not _unpaid(Claim.objects.filter(pk=claim.pk)).exists():
        return 0
    paise = min(bonus_of(claim), max(gig_queries.unpromised_paise(claim.gig), 0))
    if paise:
        signals.amount_earned.send(
            sender=Claim,
            gig=claim.gig,
            kind=EarnedAmount.Kind.BONUS,
            source=claim,
            amount_paise=paise,
            at=at,
            by=None,
        )
    return paise


def pay_bonuses_of(gig: Gig, *, at: datetime) -> None:
    """Pay what a gig that ends now has earned as bonus. The gig is locked, and nobody works."""
    for claim in _unpaid(gig.claims.all()).select_related("slot", "gig").order_by("pk"):
        pay_bonus(claim=claim, at=at)
