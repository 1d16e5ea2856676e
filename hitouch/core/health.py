"""Health checks for load balancers: /livez (the process runs) and /readyz (its parts work)."""

import time
from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from hitouch.core import alarms
from hitouch.core.files import antivirus, faces
from hitouch.core.outbox import delivery

OUTBOX_LAG_LIMIT = timedelta(minutes=10)
BROKER_SECONDS = 1.0


def livez(request: HttpRequest) -> HttpResponse:
    """200 while the process runs; checks nothing else."""
    return HttpResponse("alive\n", content_type="text/plain")


def _database() -> str:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    unapplied = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(unapplied)} migrations are not applied" if unapplied else ""


def _broker() -> str:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
    )
    with client:
        client.ping()
    return ""


def _outbox() -> str:
    lag = delivery.lag(timezone.now())
    return "messages wait for more than 10 minutes" if lag > OUTBOX_LAG_LIMIT else ""


def _virus_scan() -> str:
    """A configured scanner has to answer; without one NOTES says so."""
    clamd = antivirus.scanner()
    return "" if clamd is None or clamd.answers() else "does not answer"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "outbox": _outbox,
    "virus_scan": _virus_scan,
}
#: Optional parts that are missing, one sentence each; the site is ready all the same.
NOTES: list[Callable[[], str]] = [faces.status_note, antivirus.status_note, alarms.status_note]


def _result_of(check: Callable[[], str]) -> str:
    try:
        return check() or "ok"
    except (DatabaseError, redis.RedisError, OSError):
        return "does not answer"


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part works, else 503; the body names the state of each part."""
    began = time.perf_counter()
    parts = {name: _result_of(check) for name, check in CHECKS.items()}
    ready = all(word == "ok" for word in parts.values())
    took = round((time.perf_counter() - began) * 1000)
    notes = [text for note in NOTES if (text := note())]
    body = {"ready": ready, "parts": parts, "notes": notes, "milliseconds": took}
    return JsonResponse(body, status=200 if ready else 503)
