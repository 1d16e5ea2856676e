"""Signal receivers of gigs."""

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Agent, User
from accounts.signals import account_shut
from gigs.engagements import earned_amounts
from gigs.models import Claim, Gig
from gigs.opportunities import match_profiles
from gigs.shifts import services as shift_services
from gigs.signals import amount_earned, time_changed
from gigs.slots import claims
from hitouch.core.web.sockets import send_after_commit
from onboarding.signals import agent_suspended, clearance_settled

NOT_CLEARED = "Agent no longer cleared to work."
ACCOUNT_SHUT = "The account is suspended or closed."


@receiver(agent_suspended, dispatch_uid="gigs.clearance_ended")
def clearance_ended(agent: Agent, **ignored: Any) -> None:
    """End the running shift and release the upcoming ones of an agent who lost the clearance."""
    _stop_working(agent, NOT_CLEARED)


@receiver(account_shut, dispatch_uid="gigs.account_shut")
def account_was_shut(user: User, **ignored: Any) -> None:
    """The same for a suspended or closed account, also of an agent who was never cleared."""
    agent = user.agent_or_none
    if agent is not None:
        _stop_working(agent, ACCOUNT_SHUT)


def _stop_working(agent: Agent, why: str) -> None:
    now = timezone.now()
    shift_services.end_for_platform(agent=agent, at=now, why=why)
    claims.release_all(agent=agent, at=now, why=why)
    match_profiles.take_out(agent)


@receiver(clearance_settled, dispatch_uid="gigs.match_profile")
def profile_may_have_changed(agent: Agent, at: datetime, **ignored: Any) -> None:
    """Rank the agent by the profile of now, with the next sweep."""
    match_profiles.request_refresh(agent, at=at)


@receiver(time_changed, dispatch_uid="gigs.refresh_live_board")
def refresh_live_board(claim: Claim, **ignored: Any) -> None:
    """Tell the open live boards of the client, after the commit."""
    send_after_commit(f"live-board-{claim.gig.client_id}", {"type": "board.changed"})


@receiver(amount_earned, dispatch_uid="gigs.record_amount")
def record_amount(
    gig: Gig,
    kind: str,
    source: Model,
    amount_paise: int,
    at: datetime,
    by: User | None,
    **ignored: Any,
) -> None:
    """Record what was earned, within what the gig has left."""
    earned_amounts.record_amount(
        gig=gig, kind=kind, source=source, amount_paise=amount_paise, by=by, at=at
    )
