"""Celery tasks of Help: what becomes due by time at the support desk. Idempotent."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from chatbot import maintenance
from chatbot.desk import hours

schedule = {
    "chatbot.sweep": {"task": "chatbot.tasks.sweep", "schedule": 60.0},
    # 04:45 in India.
    "chatbot.add_public_holidays": {
        "task": "chatbot.tasks.add_public_holidays",
        "schedule": crontab(hour=23, minute=15),
    },
}


@shared_task
def sweep(**kwargs: object) -> None:
    """Return tickets of members who left, escalate, pass on what was not opened, assign."""
    maintenance.sweep(at=timezone.now())


@shared_task
def add_public_holidays(**kwargs: object) -> None:
    """Add next year's public holidays to the calendar of support, from October on."""
    hours.add_public_holidays(at=timezone.now())
