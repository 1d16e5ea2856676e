"""Grant clearance when all steps are complete, and end it."""

from datetime import datetime

from django.db import transaction

from accounts.models import Agent
from accounts.security import audit, locks
from onboarding import notifications as onboarding_notifications
from onboarding import signals
from onboarding.models import Clearing
from onboarding.steps import gates


@transaction.atomic
def settle_clearance(*, agent: Agent, at: datetime) -> bool:
    """Grant clearance if all steps are complete. True only if it was granted now."""
    locked = locks.lock_agent_row(agent)
    if gates.first_open(locked) is not None:
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
        onboarding_notifications.notify(locked, template="clearance_ended", at=at, why=why)
        signals.agent_suspended.send(sender=Agent, agent=locked)
    return bool(ended)
