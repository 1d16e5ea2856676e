"""Alarms: late queues, rows that sweeps cannot finish, a silent virus scanner or file store."""

from datetime import datetime, timedelta

from django.apps import apps
from django.db.models import Min, Q

from hitouch.core.files import antivirus, identity
from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.core.jobs.leases import LeasedQuerySet
from hitouch.core.models import PostponedRow
from hitouch.core.monitoring import alarms

#: Workers and sweeps take a due row within seconds; ten minutes mean that they do not work.
LIMIT = timedelta(minutes=10)
QUEUES_LATE, ROWS_FAILED = "queues_late", "rows_failed"
SCANNER_DOWN, FILE_STORE_DOWN = "virus_scanner_down", "file_store_down"


def lags(now: datetime) -> dict[str, timedelta]:
    """How long the oldest due row of each queue has been waiting, by the model's label."""
    found = {}
    for model in apps.get_models():
        rows = model._default_manager.all()
        if isinstance(rows, LeasedQuerySet):
            oldest = rows.due(now).aggregate(at=Min("next_try_at"))["at"]
            found[model._meta.label_lower] = now - oldest if oldest else timedelta(0)
    return found


def check(now: datetime) -> None:
    """Raise or clear the alarms. The details hold no figure that changes, or each would be news."""
    late = sorted(name for name, lag in lags(now).items() if lag > LIMIT)
    if late:
        detail = f"Rows have been waiting for more than 10 minutes: {', '.join(late)}"
        alarms.raise_alarm(QUEUES_LATE, detail, at=now)
    else:
        alarms.clear_alarm(QUEUES_LATE)
    if failing := failing_sweeps():
        detail = f"Some rows fail, and are tried again: {', '.join(failing)}. See Postponed rows."
        alarms.raise_alarm(ROWS_FAILED, detail, at=now)
    else:
        alarms.clear_alarm(ROWS_FAILED)
    if _scanner_is_down():
        detail = "The virus scanner does not answer; uploads are refused."
        alarms.raise_alarm(SCANNER_DOWN, detail, at=now)
    else:
        alarms.clear_alarm(SCANNER_DOWN)
    if _file_store_is_down():
        detail = "The store of private files does not answer; uploads and downloads are refused."
        alarms.raise_alarm(FILE_STORE_DOWN, detail, at=now)
    else:
        alarms.clear_alarm(FILE_STORE_DOWN)


def failing_sweeps() -> list[str]:
    """Names of sweeps with rows that fail. A deadlock or a lost session counts if it repeats."""
    failed = PostponedRow.objects.filter(failures__gte=1)
    failed = failed.exclude(Q(failures=1, reason__in=("OperationalError", "InterfaceError")))
    return sorted(failed.values_list("sweep", flat=True).distinct())


def _scanner_is_down() -> bool:
    scanner = antivirus.scanner()
    try:
        return scanner is not None and not scanner.answers()
    except OSError:
        return True


def _file_store_is_down() -> bool:
    try:
        return identity.is_missing()
    except StoreUnavailable:
        return True
