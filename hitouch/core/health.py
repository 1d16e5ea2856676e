"""What a load balancer asks: is the process alive, and can it do its work."""

import time
from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from hitouch.core.files import antivirus, faces
from hitouch.core.outbox import delivery

OUTBOX_LAG_LIMIT = timedelta(minutes=10)
BROKER_SECONDS = 1.0


def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("alive\n", content_type="text/plain")


def _database() -> str:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations are not applied" if waiting else ""


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
    """A scanner that is set has to answer; without one a note says so."""
    clamd = antivirus.scanner()
    return "" if clamd is None or clamd.answers() else "does not answer"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "outbox": _outbox,
    "virus_scan": _virus_scan,
}
#: What a site can be without, in a sentence each: it is ready, and whoever runs it should know.
NOTES: list[Callable[[], str]] = [faces.status_note, antivirus.status_note]


def _asked(check: Callable[[], str]) -> str:
    try:
        return check() or "ok"
    except (DatabaseError, redis.RedisError, OSError):
        return "does not answer"


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when each part answers, 503 with the names of those that do not."""
    began = time.perf_counter()
    parts = {name: _asked(check) for name, check in CHECKS.items()}
    ready = all(word == "ok" for word in parts.values())
    took = round((time.perf_counter() - began) * 1000)
    notes = [said for note in NOTES if (said := note())]
    body = {"ready": ready, "parts": parts, "notes": notes, "milliseconds": took}
    return JsonResponse(body, status=200 if ready else 503)
