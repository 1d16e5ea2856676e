"""The audit log: recording events, chaining them by hashes, and checking the chain."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from django.db import models

from accounts.models import AuditEvent, User
from accounts.security import anchors
from hitouch.core import sweeps
from hitouch.core.db import hash_chain

#: Key of the advisory lock that serialises writers of the chain; any constant will do.
CHAIN_LOCK = 7_401_962
#: The name under which events that could not be chained are postponed.
CHAINING = "accounts.audit_chain"
#: How long processes of the release before keyed hashes may have run beside the next one.
UPGRADE_TIME = timedelta(hours=1)
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


def chain_events(*, at: datetime, limit: int = 500) -> int:
    """Chain the events that are not chained yet, oldest first, and anchor the chain.

    Returns how many. An event that cannot be read or saved is postponed, so that it does not keep
    the later ones out of the chain; the nightly check names it.
    """
    waiting = AuditEvent.objects.filter(number__isnull=True)
    keys = sweeps.due_keys(CHAINING, waiting, ("pk",), now=at, limit=limit)
    if not keys:
        return 0
    outcome = sweeps.SweepOutcome()
    chained = sweeps.attempt_together(CHAINING, keys, _chain, outcome, now=at)
    if chained:
        sweeps.forget(CHAINING, chained)
        anchors.write_file(anchors.current_anchor(at=at))
    return len(chained)


def _chain(keys: Sequence[int]) -> None:
    """Chain these events, in the caller's transaction; another process may have done so."""
    hash_chain.lock(CHAIN_LOCK)
    last = AuditEvent.objects.filter(number__isnull=False).order_by("-number").first()
    events = list(AuditEvent.objects.filter(pk__in=keys, number__isnull=True).order_by("id"))
    if events and last is None and anchors.first_row() is None and not anchors.files():
        anchors.save_row(anchors.current_anchor(at=events[0].at))
    for event in events:
        last = hash_chain.append(event, after=last, digest_of=keyed_digest)
        event.save(update_fields=["number", "previous_hash", "hash"])


def first_break() -> int | None:
    """The number of the first chained event that was changed or is missing, if any."""
    chained = AuditEvent.objects.filter(number__isnull=False).order_by("number")
    first = anchors.first_anchor()
    return hash_chain.first_break(
        chained.iterator(chunk_size=2000),
        digest_of=keyed_digest,
        is_accepted=unkeyed_rule(_digest, until=first.events if first else 0, first=first),
    )


class DatedRow(hash_chain.ChainedRow, Protocol):
    """A chained row with the moment it is about."""

    at: datetime


def unkeyed_rule(
    digest_of: Callable[[Any], str], *, until: int, first: anchors.Anchor | None
) -> Callable[[DatedRow], bool]:
    """Which rows may have a hash without a key: those from before keys were used.

    These are the rows up to the first anchor, whose hash is in that anchor, and what the release
    before still wrote during the upgrade.
    """

    def is_accepted(row: DatedRow) -> bool:
        if not until or first is None:
            return False
        upgraded_at = datetime.fromisoformat(first.at) + UPGRADE_TIME
        return (row.number <= until or row.at <= upgraded_at) and row.hash == digest_of(row)

    return is_accepted


def keyed_digest(event: AuditEvent) -> str:
    """The hash of an event: keyed, and over its network too, which older hashes leave out."""
    return hash_chain.keyed_digest("audit", f"{_digest(event)} {event.address}")


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
