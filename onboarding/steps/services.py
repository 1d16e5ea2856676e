"""When the last gate closes behind an agent, and when one opens again."""

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
    """Note and announce that all gates are closed. True only the one time it becomes so."""
    held = locks.lock_agent_row(agent)
    if gates.first_open(held) is not None:
        return False
    _, made = Clearing.objects.get_or_create(agent=held, ended_at=None, defaults={"cleared_at": at})
    if made:
        audit.record_event(
            by=None, action="agent.cleared", on=held, at=at, new={"level": held.level}
        )
        onboarding_notifications.notify(held, template="cleared", at=at, level=held.level)
        signals.agent_cleared.send(sender=Agent, agent=held)
    return made


@transaction.atomic
def end_clearance(*, agent: Agent, at: datetime, why: str) -> bool:
    """Note and announce that a cleared agent is not cleared any more."""
    held = locks.lock_agent_row(agent)
    ended = Clearing.objects.filter(agent=held, ended_at=None).update(
        ended_at=at, why_ended=why[:200], updated_at=at
    )
    if ended:
        audit.record_event(by=None, action="agent.suspended", on=held, at=at, new={"why": why})
        onboarding_notifications.notify(held, template="clearance_ended", at=at, why=why)
        signals.agent_suspended.send(sender=Agent, agent=held)
    return bool(ended)
