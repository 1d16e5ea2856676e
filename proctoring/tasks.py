"""Celery tasks of proctoring: evaluate answers, grade sittings, and the periodic maintenance."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from proctoring import maintenance
from proctoring.grading import evaluation
from proctoring.grading import services as services
from proctoring.item_bank import fitting
from proctoring.models import Sitting, Snapshot
from proctoring.monitoring import checks
from proctoring.setup import listening
from proctoring.trust import services as trust

schedule = {
    "proctoring.sweep": {"task": "proctoring.tasks.sweep", "schedule": 5.0},
    "proctoring.sweep_evaluations": {
        "task": "proctoring.tasks.sweep_evaluations",
        "schedule": 10.0,
    },
    "proctoring.sweep_stills": {"task": "proctoring.tasks.sweep_stills", "schedule": 20.0},
    # Three times in the night in India: one that was killed is made up for, others add nothing.
    "proctoring.fit_items": {
        "task": "proctoring.tasks.fit_items",
        "schedule": crontab(hour="20,21,22", minute=10),
    },
    "proctoring.judge_detectors": {
        "task": "proctoring.tasks.judge_detectors",
        "schedule": crontab(hour="20,21,22", minute=40),
    },
}


@shared_task
def grade_sitting(*, sitting_id: str, **kwargs: object) -> None:
    """Grade one ended sitting as far as possible."""
    sitting = Sitting.objects.filter(pk=sitting_id).first()
    if sitting is not None:
        services.grade_sitting(sitting=sitting, at=timezone.now())


@shared_task(soft_time_limit=290, time_limit=300)
def evaluate_answer(*, job_id: str, **kwargs: object) -> None:
    """Evaluate one spoken or written answer by machine."""
    evaluation.evaluate_next(job_id=job_id, clock=timezone.now)


@shared_task(soft_time_limit=50, time_limit=60)
def listen_to_sentence(*, check_id: str, **kwargs: object) -> None:
    """Recognise the sentence that was said before an assessment."""
    listening.listen(check_id=check_id, clock=timezone.now)


@shared_task
def check_still(*, snapshot_id: str, **kwargs: object) -> None:
    """Look for faces in one still."""
    still = Snapshot.objects.select_related("file", "sitting", "observation")
    if (found := still.filter(pk=snapshot_id).first()) is not None:
        checks.check_still(still=found, at=timezone.now())


@shared_task
def sweep_stills(**kwargs: object) -> None:
    """Look at stills whose task was lost."""
    maintenance.sweep_stills(at=timezone.now())


@shared_task
def sweep(**kwargs: object) -> None:
    """End, grade and expire sittings and delete pictures that are due."""
    maintenance.sweep(at=timezone.now())


@shared_task(soft_time_limit=290, time_limit=300)
def sweep_evaluations(**kwargs: object) -> None:
    """Evaluate answers whose task was lost or is due again."""
    maintenance.sweep_evaluations(at=timezone.now())


@shared_task
def fit_items(**kwargs: object) -> None:
    """Compute the figures of items from responses."""
    fitting.fit_items(at=timezone.now())


@shared_task
def judge_detectors(**kwargs: object) -> None:
    """Take the consequences of detectors that people confirmed too seldom."""
    trust.judge_detectors(at=timezone.now())
