"""Celery tasks of proctoring: grade a sitting, and the periodic maintenance."""

from celery import shared_task
from django.utils import timezone

from proctoring import maintenance
from proctoring.grading import services as services
from proctoring.models import Sitting

schedule = {"proctoring.sweep": {"task": "proctoring.tasks.sweep", "schedule": 5.0}}


@shared_task
def grade_sitting(*, sitting_id: str, **kwargs: object) -> None:
    """Grade one ended sitting."""
    sitting = Sitting.objects.filter(pk=sitting_id).first()
    if sitting is not None:
        services.grade_sitting(sitting=sitting, at=timezone.now())


@shared_task
def sweep(**kwargs: object) -> None:
    """End, grade and expire sittings and delete pictures that are due."""
    maintenance.sweep(at=timezone.now())
