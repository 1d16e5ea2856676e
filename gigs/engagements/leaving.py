"""Gigs that end by the agent's side or the platform: the place is open again.

Locks: as `gigs.engagements.services`.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from gigs import notifications
from gigs.engagements import services as gig_services
from gigs.models import Gig, Opportunity, Project
from gigs.models.slots import HOLDING
from gigs.shifts import services as shift_services
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import Refusal


class ShiftHasBegun(Refusal):
    """The agent is at work, or should be."""

    code = "shift_has_begun"
    message = "A shift of this gig has begun. Work it to its end, then leave the gig."


@transaction.atomic
def leave_gig(*, gig: Gig, why: str, by: User, at: datetime) -> Gig:
    """End a gig that its agent gives up. The client is told.

    Shifts that begin within 48 hours count as released late.
    """
    why = gig_services.required_reason(why, "Enter a reason. The client will see it.")
    gig, project = gig_services.lock_gig(gig)
    held = gig.claims.filter(state__in=HOLDING)
    has_begun = held.filter(slot__starts_at__lte=at, slot__ends_at__gt=at).exists()
    if has_begun or shift_services.claims_at_work(gig.claims.all()).exists():
        raise ShiftHasBegun
    return _give_up(gig, project, why=why, by=by, at=at)


@transaction.atomic
def end_for_platform(*, gig: Gig, why: str, at: datetime) -> Gig:
    """End a gig whose agent's account is closed. The client is told."""
    gig, project = gig_services.lock_gig(gig)
    return _give_up(gig, project, why=why, by=None, at=at)


def _needed(gig: Gig, at: datetime) -> int:
    return gig_services.needed_to_replace(gig, at=at, is_by_client=False)


def _give_up(gig: Gig, project: Project, *, why: str, by: User | None, at: datetime) -> Gig:
    """End a locked gig; its place is open again if the opportunity and the budget allow it."""
    if gig.has_ended:
        raise InvalidTransition
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=gig.opportunity_id)
    is_open = opportunity.takes_agents and at < opportunity.decide_by
    is_open = is_open and _needed(gig, at) <= project.free_paise
    gig_services.end_locked(
        gig,
        to=Gig.State.REPLACED if is_open else Gig.State.CANCELLED,
        why=why,
        by=by,
        at=at,
        tells_agent=False,
        counts_late=by is not None,
    )
    if is_open:
        gig_services.reopen(opportunity, why=why, by=by, at=at)
    notifications.gig_left(gig=gig, why=why, is_open=is_open, at=at)
    return gig
