"""Celery tasks of gigs: what becomes due by time, and files to read. Idempotent."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from gigs import maintenance
from gigs.slots import receipts
from gigs.work import deliverables

schedule = {
    "gigs.sweep": {"task": "gigs.tasks.sweep", "schedule": 60.0},
    # 04:30 in India, after the checks of the audit log and the money.
    "gigs.check_receipts": {
        "task": "gigs.tasks.check_receipts",
        "schedule": crontab(hour=23, minute=0),
    },
    "gigs.check_deliverables": {
        "task": "gigs.tasks.check_next_deliverable",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
}


@shared_task
def sweep(**kwargs: object) -> None:
    """Approve work, end sessions, record no-shows, expire applications, close opportunities."""
    maintenance.sweep(at=timezone.now())


@shared_task
def check_receipts(**kwargs: object) -> None:
    """Check the receipts of openings and seal what was added; a fault raises an alarm."""
    receipts.check_receipts(at=timezone.now())


@shared_task(soft_time_limit=290, time_limit=300)
def check_next_deliverable(**kwargs: object) -> None:
    """Search one page for Aadhaar numbers (after each submission and page, and as a sweep)."""
    deliverables.check_next(clock=timezone.now)
