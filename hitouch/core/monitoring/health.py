"""/livez (the process runs), /readyz (it can answer requests), and /metrics for monitoring."""

import threading
import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from hitouch.core.files import antivirus, faces, identity
from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.core.models import OperationsAlarm
from hitouch.core.monitoring import alarms, lateness

BROKER_SECONDS = 1.0


def livez(request: HttpRequest) -> HttpResponse:
    """200 while the process runs; checks nothing else."""
    return HttpResponse("alive\n", content_type="text/plain")


def _database() -> str:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


class MigrationCheck:
    """Whether the database has the migrations of this process's code.

    The graph of migrations is read once: neither the code of a process nor an applied migration
    goes away. A process that starts before `migrate` has ended asks for the rows that are missing.
    """

    def __init__(self) -> None:
        self.missing: set[tuple[str, str]] | None = None

    def __call__(self) -> str:
        connection = connections[DEFAULT_DB_ALIAS]
        if self.missing is None:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            self.missing = {(each.app_label, each.name) for each, _ in plan}
        elif self.missing:
            self.missing -= set(MigrationRecorder(connection).applied_migrations())
        return f"{len(self.missing)} migrations are not applied" if self.missing else ""


def _broker() -> str:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
    )
    with client:
        client.ping()
    return ""


class FileStoreCheck:
    """Whether this process reaches the store of private files, asked at most every few seconds.

    Callers that come while the store is asked get the last result, so that they do not queue up
    when it hangs. A store of another site is an alarm (`orphans`), not a fault of this process; one
    without its marker is a folder that is not mounted here.
    """

    seconds = 5.0

    def __init__(self) -> None:
        self._result, self._until = "has not answered yet", 0.0
        self._asking = threading.Lock()

    def __call__(self) -> str:
        if time.monotonic() >= self._until and self._asking.acquire(blocking=False):
            try:
                self._result = self._ask()
                self._until = time.monotonic() + self.seconds
            finally:
                self._asking.release()
        return self._result

    @staticmethod
    def _ask() -> str:
        try:
            return "is empty or not mounted" if identity.is_missing() else ""
        except StoreUnavailable:
            return "does not answer"


#: What this process cannot answer requests without, so that a proxy asks another one. Late queues
#: and optional parts are alarms (`lateness`): they are the same for every process.
CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": MigrationCheck(),
    "broker": _broker,
    "file_store": FileStoreCheck(),
}
#: Optional parts that are missing, one sentence each; the site is ready all the same.
NOTES: list[Callable[[], str]] = [faces.status_note, antivirus.status_note, alarms.status_note]


def _result_of(check: Callable[[], str]) -> str:
    try:
        return check() or "ok"
    except (DatabaseError, redis.RedisError, OSError):
        return "does not answer"


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when this process can answer requests, else 503; the body names each part."""
    began = time.perf_counter()
    parts = {name: _result_of(check) for name, check in CHECKS.items()}
    ready = all(word == "ok" for word in parts.values())
    took = round((time.perf_counter() - began) * 1000)
    notes = [text for note in NOTES if (text := note())]
    body = {"ready": ready, "parts": parts, "notes": notes, "milliseconds": took}
    return JsonResponse(body, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """The lag of each queue and the number of open alarms, in Prometheus' text format."""
    lines = [
        "# HELP hitouch_queue_lag_seconds How long the oldest due row has been waiting.",
        "# TYPE hitouch_queue_lag_seconds gauge",
    ]
    try:
        for name, lag in sorted(lateness.lags(timezone.now()).items()):
            lines.append(f'hitouch_queue_lag_seconds{{queue="{name}"}} {lag.total_seconds():.0f}')
        alarm_count = OperationsAlarm.objects.count()
    except DatabaseError:
        return HttpResponse("the database does not answer\n", "text/plain", 503)
    lines += [
        "# HELP hitouch_open_alarms Alarms that are not in order yet.",
        "# TYPE hitouch_open_alarms gauge",
        f"hitouch_open_alarms {alarm_count}",
    ]
    return HttpResponse("\n".join(lines) + "\n", "text/plain; version=0.0.4; charset=utf-8")
