"""Celery tasks of the project: the nightly retention run."""

import time

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from hitouch.core.jobs import dispatch
from hitouch.privacy import retention_runner

#: A task may take 100 seconds, so a long retention run is split into several tasks.
SLICE_SECONDS = 60
schedule = {
    # 02:30 in India; beat counts in UTC.
    "hitouch.apply_retention": {
        "task": "hitouch.tasks.apply_retention",
        "schedule": crontab(hour=21, minute=0),
    },
}


@shared_task
def apply_retention(**kwargs: object) -> None:
    """Apply the retention rules, and enqueue another task when there is more to do."""
    ends = time.monotonic() + SLICE_SECONDS
    outcome = retention_runner.apply(now=timezone.now(), go_on=lambda: time.monotonic() < ends)
    if not outcome.finished:
        dispatch.enqueue_on_commit("hitouch.tasks.apply_retention")
