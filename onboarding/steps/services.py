"""Grant clearance when all steps are complete, and end it."""

from datetime import datetime

from django.db import transaction

from accounts.models import Agent
from accounts.security import audit, locks
from hitouch.core import sweeps
from onboarding import notifications as onboarding_notifications
from onboarding import signals
from onboarding.models import Clearing
from onboarding.steps import gates, queries

#: Why a clearance ends, by the step that is no longer complete. A new version of an agreement is
#: no loss: the shifts are kept while it waits for the signature.
LOSSES = {
    "contact": "Your email or mobile number is no longer verified.",
    "profile": "Your profile is no longer complete.",
    "kyc": "Your documents are no longer approved.",
    "assessment": "Your language level is below the level we need.",
}
NOT_ACTIVE = "Your account is not active."


@transaction.atomic
def settle_clearance(*, agent: Agent, at: datetime) -> bool:
    """Grant clearance if all steps are complete, or end it if one no longer is.

    True only if it was granted now.
    """
    locked = locks.lock_agent_row(agent)
    step = gates.first_open(locked)
    if not locked.user.is_active or step in LOSSES:
        why = LOSSES[step] if step in LOSSES and locked.user.is_active else NOT_ACTIVE
        end_clearance(agent=locked, at=at, why=why)
    if step is not None or not locked.user.is_active:
        return False
    _, created = Clearing.objects.get_or_create(
        agent=locked, ended_at=None, defaults={"cleared_at": at}
    )
    if created:
        audit.record_event(
            by=None, action="agent.cleared", on=locked, at=at, new={"level": locked.level}
        )
        onboarding_notifications.notify(locked, template="cleared", at=at, level=locked.level)
        signals.agent_cleared.send(sender=Agent, agent=locked)
    signals.clearance_settled.send(sender=Agent, agent=locked, at=at)
    return created


@transaction.atomic
def end_clearance(*, agent: Agent, at: datetime, why: str) -> bool:
    """End the clearance of an agent. True if there was one."""
    locked = locks.lock_agent_row(agent)
    ended = Clearing.objects.filter(agent=locked, ended_at=None).update(
        ended_at=at, why_ended=why[:200], updated_at=at
    )
    if ended:
        audit.record_event(by=None, action="agent.suspended", on=locked, at=at, new={"why": why})
        if locked.user.is_active:  # otherwise accounts has written why the account is not active
            onboarding_notifications.notify(locked, template="clearance_ended", at=at, why=why)
        signals.agent_suspended.send(sender=Agent, agent=locked)
    return bool(ended)


def sweep_clearances(*, at: datetime) -> int:
    """End clearances whose agents lost a step unannounced, for example by a changed setting.

    Returns how many agents were checked.
    """
    return sweeps.run(CLEARANCES_IN_DOUBT, now=at).done


def _settle(agent: Agent, at: datetime) -> None:
    settle_clearance(agent=agent, at=at)


CLEARANCES_IN_DOUBT = sweeps.Sweep(
    name="onboarding.clearances_in_doubt",
    due=lambda now: queries.cleared_agents_in_doubt(),
    act=_settle,
)
