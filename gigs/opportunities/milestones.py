"""Milestones of a draft: the parts in which its fixed price is earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from gigs import horizon
from gigs.models import Milestone, Opportunity
from hitouch.core import money
from hitouch.core.errors import Refusal

MAX_MILESTONES = 20


class MilestonesNotFixed(Refusal):
    """Only a fixed price has milestones."""

    code = "milestones_need_fixed_price"
    message = "Only a fixed price can be paid in milestones."


class MilestonesPublished(Refusal):
    """The opportunity is published, and agents rely on its terms."""

    code = "milestones_published"
    message = "Milestones are part of the published terms and can no longer be changed."


class MilestonesNotPrice(Refusal):
    """The amounts do not add up to the price."""

    code = "milestones_not_price"
    status = 422

    def __init__(self, *, sum_paise: int, price_paise: int) -> None:
        sums, price = money.rupees(sum_paise), money.rupees(price_paise)
        super().__init__(f"The milestones come to {sums}, but the fixed price is {price}.")


class TooManyMilestones(Refusal):
    """More milestones than a gig can have."""

    code = "too_many_milestones"
    message = f"A gig can have up to {MAX_MILESTONES} milestones."
    status = 422


@dataclass(frozen=True)
class PlannedMilestone:
    """A milestone as the client lists it."""

    title: str
    amount_paise: int
    due_on: date


@transaction.atomic
def set_milestones(
    *, opportunity: Opportunity, milestones: Sequence[PlannedMilestone], now: datetime
) -> list[Milestone]:
    """Replace the milestones of a draft, in this order; an empty list removes them.

    They must add up to the fixed price, which is what is set aside for each gig.
    """
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=opportunity.pk)
    if opportunity.is_hourly:
        raise MilestonesNotFixed
    if not opportunity.is_draft:
        raise MilestonesPublished
    if len(milestones) > MAX_MILESTONES:
        raise TooManyMilestones
    for each in milestones:
        horizon.check_due_on(each.due_on, now=now)
    opportunity.milestones.all().delete()
    rows = Milestone.objects.bulk_create(
        Milestone(
            opportunity=opportunity,
            position=position,
            title=each.title,
            amount_paise=each.amount_paise,
            due_on=each.due_on,
        )
        for position, each in enumerate(milestones, start=1)
    )
    check_price(opportunity)
    return rows


def check_price(opportunity: Opportunity) -> None:
    """Refuse milestones that do not add up to the price."""
    amounts = list(opportunity.milestones.values_list("amount_paise", flat=True))
    if amounts and opportunity.is_hourly:
        raise MilestonesNotFixed
    if amounts and sum(amounts) != opportunity.rate_paise:
        raise MilestonesNotPrice(sum_paise=sum(amounts), price_paise=opportunity.rate_paise)
