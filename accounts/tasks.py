"""What workers do for people's accounts."""

from celery import shared_task
from django.utils import timezone

from accounts import audit, codes, tokens
from accounts.services import activity, partners

schedule = {
    "accounts.sweep": {"task": "accounts.tasks.sweep", "schedule": 3600.0},
    "accounts.seal_audit": {"task": "accounts.tasks.seal_audit", "schedule": 30.0},
}


@shared_task
def sweep(**kwargs: object) -> None:
    """Remove codes, tokens and records of log-ins that are over."""
    now = timezone.now()
    activity.sweep(at=now)
    codes.sweep(at=now)
    tokens.sweep(at=now)
    partners.sweep(at=now)


@shared_task
def seal_audit(**kwargs: object) -> None:
    """Chain the audit events that are not chained yet."""
    audit.seal()
