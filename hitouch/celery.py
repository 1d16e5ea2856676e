"""The Celery app: `celery -A hitouch worker` runs tasks, `celery -A hitouch beat` schedules."""

import os
from importlib import import_module
from importlib.util import find_spec

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hitouch.settings")

TASK_MODULES = [
    "hitouch.core.tasks",
    "accounts.tasks",
    "proctoring.tasks",
    "onboarding.tasks",
    "gigs.tasks",
    "payments.tasks",
    "chatbot.tasks",
    "hitouch.tasks",
]

app = Celery("hitouch")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["hitouch.core", *(name.split(".")[0] for name in TASK_MODULES[1:])])


@app.on_after_finalize.connect
def set_beat(sender: Celery, **kwargs: object) -> None:
    """Collect the periodic tasks of each app from `schedule` in its tasks module."""
    for name in TASK_MODULES:
        if find_spec(name):
            sender.conf.beat_schedule.update(getattr(import_module(name), "schedule", {}))
