"""What the worker does for proctoring: grade what was rung, sweep what was not."""

from celery import shared_task
from django.utils import timezone

from proctoring.models import Sitting
from proctoring.services import grading as services
from proctoring.services import maintenance

schedule = {"proctoring.sweep": {"task": "proctoring.tasks.sweep", "schedule": 5.0}}


@shared_task
def grade_sitting(*, sitting_id: str, **kwargs: object) -> None:
    """Grade one sitting that is over."""
    sitting = Sitting.objects.filter(pk=sitting_id).first()
    if sitting is not None:
        services.grade_sitting(sitting=sitting, at=timezone.now())


@shared_task
def sweep(**kwargs: object) -> None:
    """End, grade, expire and forget what is due."""
    maintenance.sweep(at=timezone.now())
