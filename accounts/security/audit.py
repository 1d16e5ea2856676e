"""The audit log: recording events, chaining them by hashes, and checking the chain."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

import structlog
from django.db import models, transaction

from accounts.models import AuditEvent, User
from hitouch.core.db import hash_chain

#: Key of the advisory lock that serialises writers of the chain; any constant will do.
CHAIN_LOCK = 7_401_962
#: The masked address of the request in which events are recorded; empty outside of requests.
_network: ContextVar[str] = ContextVar("audit_network", default="")


@contextmanager
def recorded_from(network: str) -> Iterator[None]:
    """Events recorded within get this masked address, on pages and over the API alike."""
    token = _network.set(network)
    try:
        yield
    finally:
        _network.reset(token)


def record_event(
    *,
    by: User | None,
    action: str,
    on: models.Model,
    at: datetime,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
) -> AuditEvent:
    """Record an act in the transaction of the act. The caller masks personal data."""
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
        address=_network.get(),
    )


def was_recorded(
    *, by: User, action: str, on: models.Model, new: Mapping[str, object] | None = None
) -> bool:
    """Whether this person has done this to the row, with these facts among `new`."""
    events = AuditEvent.objects.filter(on_kind=on._meta.label_lower, on_id=str(on.pk))
    return events.filter(by=by, action=action, new__contains=dict(new or {})).exists()


@transaction.atomic
def chain_events(*, limit: int = 500) -> int:
    """Chain the events that are not chained yet, oldest first. Returns how many."""
    hash_chain.lock(CHAIN_LOCK)
    last = AuditEvent.objects.filter(number__isnull=False).order_by("-number").first()
    events = list(AuditEvent.objects.filter(number__isnull=True).order_by("id")[:limit])
    for event in events:
        last = hash_chain.append(event, after=last, digest_of=_digest)
        event.save(update_fields=["number", "previous_hash", "hash"])
    return len(events)


def first_break() -> int | None:
    """The number of the first chained event that was changed or is missing, if any."""
    sealed = AuditEvent.objects.filter(number__isnull=False).order_by("number")
    return hash_chain.first_break(sealed.iterator(), digest_of=_digest)


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
    return hash_chain.digest(content)
