"""Writing the audit record, chaining it, and checking the chain."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

import structlog
from django.db import connection, models, transaction

from accounts.models import AuditEvent, User

#: Any constant; it names the advisory lock under which the chain grows.
CHAIN_LOCK = 7_401_962


def record(
    *,
    by: User | None,
    action: str,
    on: models.Model,
    at: datetime,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
) -> AuditEvent:
    """Note an act in the transaction that makes it true. Mask personal data before."""
    context = structlog.contextvars.get_contextvars()
    return AuditEvent.objects.create(
        at=at,
        by=by,
        action=action,
        on_kind=on._meta.label_lower,
        on_id=str(on.pk),
        old=dict(old or {}),
        new=dict(new or {}),
        request_id=str(context.get("request_id", "")),
    )


def _digest(event: AuditEvent) -> str:
    content = [
        event.number,
        event.previous_hash,
        event.at.isoformat(),
        str(event.by_id),
        event.action,
        event.on_kind,
        event.on_id,
        event.old,
        event.new,
        event.request_id,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def seal(*, limit: int = 500) -> int:
    """Chain the events that are not chained yet, oldest first. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = AuditEvent.objects.filter(number__isnull=False).order_by("-number").first()
    number, previous = (last.number or 0, last.hash) if last else (0, "")
    events = list(AuditEvent.objects.filter(number__isnull=True).order_by("id")[:limit])
    for event in events:
        number += 1
        event.number, event.previous_hash = number, previous
        event.hash = previous = _digest(event)
        event.save(update_fields=["number", "previous_hash", "hash"])
    return len(events)


def first_break() -> int | None:
    """The number of the first chained event that was changed or is missing, if any."""
    previous = ""
    sealed = AuditEvent.objects.filter(number__isnull=False).order_by("number")
    for expected, event in enumerate(sealed.iterator(), start=1):
        intact = (
            event.number == expected
            and event.previous_hash == previous
            and event.hash == _digest(event)
        )
        if not intact:
            return expected
        previous = event.hash
    return None
