"""What workers do for the whole site."""

import time

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from hitouch.core.jobs import dispatch
from hitouch.privacy import retention_runner

#: A worker's task may take 100 seconds; a long night is cut into turns.
TURN_SECONDS = 60
schedule = {
    # 02:30 in India; beat counts in UTC.
    "hitouch.apply_retention": {
        "task": "hitouch.tasks.apply_retention",
        "schedule": crontab(hour=21, minute=0),
    },
}


@shared_task
def apply_retention(**kwargs: object) -> None:
    """End what had its time, and ring for another turn when there is more."""
    ends = time.monotonic() + TURN_SECONDS
    outcome = retention_runner.apply(now=timezone.now(), go_on=lambda: time.monotonic() < ends)
    if not outcome.finished:
        dispatch.enqueue_on_commit("hitouch.tasks.apply_retention")
