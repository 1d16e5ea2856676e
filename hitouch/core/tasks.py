"""Celery tasks of the outbox (deliver, sweep, delete old messages) and the check for alarms."""

from celery import shared_task
from django.utils import timezone

from hitouch.core import sweeps
from hitouch.core.monitoring import lateness
from hitouch.core.outbox import delivery

schedule = {
    # Every few seconds: a person may be waiting for a code whose worker died.
    "core.sweep_outbox": {
        "task": "hitouch.core.tasks.sweep_outbox",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "core.check_lateness": {
        "task": "hitouch.core.tasks.check_lateness",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "core.forget_messages": {"task": "hitouch.core.tasks.forget_messages", "schedule": 3600.0},
}


@shared_task
def deliver(*, message_id: str, **kwargs: object) -> None:
    """Send one message."""
    delivery.deliver(message_id=message_id, now=timezone.now())


@shared_task
def sweep_outbox(**kwargs: object) -> None:
    """Send due messages whose task was lost."""
    delivery.sweep(now=timezone.now())


@shared_task
def forget_messages(**kwargs: object) -> None:
    """Delete old messages, and records of postponed rows that no sweep takes up."""
    delivery.delete_old(now=timezone.now())
    sweeps.run(sweeps.FORGOTTEN_ROWS, now=timezone.now())


@shared_task
def check_lateness(**kwargs: object) -> None:
    """Raise or clear the alarms for late queues and the virus scanner."""
    lateness.check(timezone.now())
