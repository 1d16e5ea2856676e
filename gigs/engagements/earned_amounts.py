"""Record what a gig earned beside its hours or its fixed price: a bonus, a resolved dispute."""

from datetime import datetime

from django.db import models, transaction

from accounts.models import User
from gigs.engagements import queries as gig_queries
from gigs.engagements.services import lock_gig
from gigs.models import EarnedAmount, Gig, Project
from gigs.opportunities.services import BudgetTooSmall
from hitouch.core import money
from hitouch.core.errors import Refusal

#: Earned out of what the gig has left; the others were promised, or a dispute awarded them.
FROM_WHAT_IS_LEFT = (EarnedAmount.Kind.BONUS, EarnedAmount.Kind.LATE_CANCEL)


class BeyondReserve(Refusal):
    """More than is set aside for the gig."""

    code = "beyond_reserve"

    def __init__(self, left_paise: int) -> None:
        left = money.rupees(max(left_paise, 0))
        super().__init__(f"This is more than the gig has left. Up to {left} is possible.")


class EarnedAlready(Refusal):
    """The same row was paid with another amount, or for another gig."""

    code = "earned_already"
    message = "This has been paid already, with another amount."


class NoAmount(Refusal):
    """The amount is zero or less."""

    code = "no_amount"
    message = "Enter an amount above zero."
    field = "amount_paise"
    status = 422


@transaction.atomic(savepoint=False)
def record_amount(
    *,
    gig: Gig,
    kind: str,
    source: models.Model,
    amount_paise: int,
    by: User | None,
    at: datetime,
) -> EarnedAmount:
    """Record an amount that the gig earned, or return what is recorded of its source row.

    A bonus or a late cancellation is refused beyond what the gig has left.
    """
    if amount_paise <= 0:
        raise NoAmount
    gig, project = lock_gig(gig)
    row, is_new = EarnedAmount.objects.get_or_create(
        kind=EarnedAmount.Kind(kind),
        source_type=source._meta.label_lower,
        source_id=source.pk,
        defaults={"gig": gig, "amount_paise": amount_paise, "by": by, "at": at},
    )
    if (row.gig_id, row.amount_paise) != (gig.pk, amount_paise):
        raise EarnedAlready
    if not is_new:
        return row
    if gig.has_ended:
        _earn_after_the_end(gig, project, row, at=at)
    elif kind in FROM_WHAT_IS_LEFT and (left := gig_queries.unpromised_paise(gig)) < 0:
        raise BeyondReserve(left + amount_paise)
    return row


def _earn_after_the_end(gig: Gig, project: Project, row: EarnedAmount, *, at: datetime) -> None:
    """Take an awarded amount out of what an ended gig could not earn any more."""
    if row.kind in FROM_WHAT_IS_LEFT:
        raise BeyondReserve(0)
    unearned = gig_queries.unearned_paise(gig)
    # Rejected work that is reviewed again may lower it by more.
    unearned = max(unearned, gig.unearned_paise - row.amount_paise)
    if unearned >= gig.unearned_paise:
        return
    if gig.unearned_paise - unearned > project.free_paise:
        raise BudgetTooSmall
    Gig.objects.filter(pk=gig.pk).update(unearned_paise=unearned, updated_at=at)
