"""What the worker does for onboarding: it clears up what a crash left."""

from celery import shared_task
from django.utils import timezone

from onboarding import services

schedule = {
    "onboarding.clear_up": {"task": "onboarding.tasks.clear_up", "schedule": 3600.0},
}


@shared_task
def clear_up(**kwargs: object) -> None:
    """Destroy photos that were replaced. Harmless twice."""
    services.destroy_replaced_photos(at=timezone.now())
