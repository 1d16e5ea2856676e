"""Clearance of agents to work, and whether their identity data is locked."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Agent, User
from hitouch.core.cefr import CEFR
from onboarding.models import Clearing, Employment, KycCase, Qualification
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


def cleared_agents_in_doubt() -> QuerySet[Agent]:
    """Agents with an open clearance whose columns say that a step is not complete.

    Cheaper than `gates` for everybody; what it finds is checked by `gates`.
    """
    mine = {"agent": OuterRef("pk")}
    approved = KycCase.objects.filter(**mine, state=KycCase.State.APPROVED)
    unverified = Q(user__email_verified_at=None) | Q(user__phone_verified_at=None)
    incomplete = Q(photo=None) | Q(given_name="", family_name="")
    incomplete |= Q(hours_a_day=None) | Q(shift="") | Q(skills=[]) | Q(languages=[])
    too_low = Q(level__lt=settings.HITOUCH_LEVEL_FLOOR)
    inactive = ~Q(user__status=User.Status.ACTIVE)
    missing = Q(~Exists(approved))
    missing |= Q(~Exists(Employment.objects.filter(**mine)))
    missing |= Q(~Exists(Qualification.objects.filter(**mine)))
    cleared = Exists(Clearing.objects.filter(**mine, ended_at=None))
    doubt = unverified | incomplete | too_low | inactive | missing
    return Agent.objects.filter(cleared).filter(doubt).order_by("pk")
