"""What the checks of the database and the broker find, logged when a process starts.

A finding does not stop the process: the servers may be changed or come back while it runs.
"""

import threading

import structlog
from celery.signals import worker_ready
from django.conf import settings
from django.core import checks
from django.db import DEFAULT_DB_ALIAS

log = structlog.get_logger("hitouch.start")


def findings() -> list[checks.CheckMessage]:
    """The findings of the checks of servers, the errors first."""
    found = checks.run_checks(
        tags=["servers"], databases=[DEFAULT_DB_ALIAS], include_deployment_checks=True
    )
    return sorted(found, key=lambda each: -each.level)


def log_findings() -> None:
    """One line for each; a check that fails is one too."""
    try:
        for found in findings():
            write = log.error if found.is_serious() else log.warning
            write("check", check=found.id, finding=found.msg, hint=found.hint)
    except Exception:
        log.exception("check_failed")


def log_in_background() -> None:
    """Check in a thread, so that no start waits for a server; not in development."""
    if not settings.DEBUG:
        threading.Thread(target=log_findings, name="start-checks", daemon=True).start()


@worker_ready.connect(dispatch_uid="start_checks")
def log_of_worker(**kwargs: object) -> None:
    """In Celery's main process, which has started its children by then."""
    log_in_background()
