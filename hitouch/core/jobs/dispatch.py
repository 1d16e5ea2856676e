"""Enqueues Celery tasks after commit. Every task works on a row, so a lost task loses no work.

The row is committed first. If the broker is down the task is lost, but the periodic sweep finds
the row a little later.
"""

import logging
from functools import partial

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)


def enqueue_on_commit(task: str, **ids: str) -> None:
    """Enqueue the task with these ids once the current transaction has committed."""
    transaction.on_commit(partial(_send, task, ids), robust=True)


def _send(task: str, ids: dict[str, str]) -> None:
    try:
        current_app.send_task(task, kwargs=ids, retry=False, ignore_result=True)
    except Exception:  # any error of the broker: the sweep will find the row
        log.warning("bell.lost", extra={"task": task}, exc_info=True)
