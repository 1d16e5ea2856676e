"""Ringing Celery: a hint that a row waits, never the only carrier of the work.

The row is committed first. If the broker is down the bell is lost, the request is not: the
sweeps find the row a little later.
"""

import logging
from functools import partial

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)


def enqueue_on_commit(task: str, **ids: str) -> None:
    """After this transaction commits, ask a worker to run the task with these ids."""
    transaction.on_commit(partial(_ring, task, ids), robust=True)


def _ring(task: str, ids: dict[str, str]) -> None:
    try:
        current_app.send_task(task, kwargs=ids, retry=False, ignore_result=True)
    except Exception:  # any fault of the broker: the sweep will find the row
        log.warning("bell.lost", extra={"task": task}, exc_info=True)
