"""Clearance of agents to work, and whether their identity data is locked."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Agent
from hitouch.core.cefr import CEFR
from onboarding.models import KycCase
from onboarding.steps import gates


@dataclass(frozen=True)
class Clearance:
    """An agent's permission to work: language level, and since when."""

    level: CEFR
    cleared_at: datetime


def clearance_of(agent: Agent) -> Clearance | None:
    """The agent's clearance, or None while any step is incomplete, even one that was complete."""
    clearing = agent.clearings.filter(ended_at__isnull=True).first()
    if clearing is None or gates.first_open(agent) is not None:
        return None
    return Clearance(CEFR(agent.level), clearing.cleared_at)


def clearance_after_gates(agent: Agent) -> Clearance | None:
    """The same for callers who have just checked that all steps are complete."""
    clearing = agent.clearings.filter(ended_at__isnull=True).first()
    return Clearance(CEFR(agent.level), clearing.cleared_at) if clearing else None


def identity_is_locked(agent: Agent) -> bool:
    """Whether names and date of birth are being compared, or were compared, with documents."""
    return KycCase.objects.filter(agent=agent, state__in=KycCase.LOCKING).exists()
