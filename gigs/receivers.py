"""Signal receivers of gigs."""

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Agent
from gigs.slots import claims
from onboarding.signals import agent_suspended


@receiver(agent_suspended)
def release_shifts(agent: Agent, **kwargs: object) -> None:
    """Release the upcoming shifts of a suspended agent."""
    claims.release_all(agent=agent, at=timezone.now(), why="Agent no longer cleared to work.")
