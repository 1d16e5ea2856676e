"""What workers do for the floor."""

from celery import shared_task
from django.utils import timezone

from hitouch.core import outbox

schedule = {"core.sweep_outbox": {"task": "hitouch.core.tasks.sweep_outbox", "schedule": 30.0}}


@shared_task
def deliver(*, message_id: str, **kwargs: object) -> None:
    """Send one message."""
    outbox.deliver(message_id=message_id, now=timezone.now())


@shared_task
def sweep_outbox(**kwargs: object) -> None:
    """Send what waits and was not rung."""
    outbox.sweep(now=timezone.now())
