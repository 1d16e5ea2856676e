"""What gigs does when something happens below."""

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Agent
from gigs.services import claims as services
from onboarding.signals import agent_suspended


@receiver(agent_suspended)
def give_back_seats(agent: Agent, **kwargs: object) -> None:
    """Somebody who may not work keeps no seat that another could take."""
    services.release_all(agent=agent, at=timezone.now(), why="Agent no longer cleared to work.")
