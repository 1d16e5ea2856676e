"""Periodic Celery tasks of payments."""

from celery import shared_task
from django.utils import timezone

from payments.payouts import services

schedule = {"payments.sweep": {"task": "payments.tasks.sweep", "schedule": 60.0}}


@shared_task
def sweep() -> None:
    """Create payouts for payments that waited for a bank account."""
    services.create_waiting_payouts(now=timezone.now())
