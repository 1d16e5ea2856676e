"""Connections of a sitting and the lease: the right to be served questions.

Each socket is a connection of its own. One holds the lease when its camera and microphone are
proven; a later one that is proven takes it over, and the earlier one is told.

Whether a change of the connection is a second page:

- another device than the last one that held the lease: always;
- the same device, and the earlier connection closed or silent: a reload or a lost network, no;
- the same device, and the earlier connection is there: yes. A page that lost its connection names
  it as `previous`, since the server may not have noticed the loss. Then it is one only if the
  earlier connection is heard of again, twice, some seconds apart: what a broken connection still
  delivers comes at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hitouch.core.web.sockets import send_after_commit
from proctoring.leases import queries
from proctoring.leases.refusals import ConnectionEnded, NothingToMonitor, TooManyConnections
from proctoring.leases.tickets import issue_ticket, use_ticket
from proctoring.models import MonitoringConnection, Sitting

__all__ = [
    "Heard",
    "LeaseChange",
    "connect",
    "hear",
    "issue_ticket",
    "lose_silent",
    "prove",
    "release",
    "release_all",
    "use_ticket",
]

State = MonitoringConnection.State
OPEN = (State.WAITING, State.HELD)
#: Open connections of one sitting at a time.
MAX_CONNECTIONS = 20
#: Beats of a replaced connection that lie so far apart do not come from a buffer.
BEATS_APART = timedelta(seconds=3)
FACTS = {"device_class": str, "browser": str, "network": str, "luminance": float}
MAX_FACT_CHARS = 40


@dataclass(frozen=True)
class LeaseChange:
    """What a proof led to.

    `gained`: the connection holds the lease since now. `since`: when the last one that held it was
    heard of last. `replaced`: the connection that lost it now. `is_takeover`: a second page.
    """

    connection: MonitoringConnection
    held: bool
    gained: bool = False
    since: datetime | None = None
    replaced: MonitoringConnection | None = None
    is_takeover: bool = False


@dataclass
class Heard:
    """What became of beats: connections that have ended, and replaced ones that are still used."""

    ended: list[MonitoringConnection] = field(default_factory=list)
    second_pages: list[MonitoringConnection] = field(default_factory=list)


@transaction.atomic
def connect(
    *,
    sitting: Sitting,
    device: UUID,
    client: str,
    facts: Mapping[str, object],
    at: datetime,
    previous: UUID | None = None,
) -> MonitoringConnection:
    """Note a new socket. It waits for its proof. `previous`: its client's own that was lost."""
    locked = _lock(sitting)
    if locked.state not in (Sitting.State.IN_PROGRESS, Sitting.State.PAUSED):
        raise NothingToMonitor
    _lose(locked.connections.filter(last_beat_at__lte=queries.silent_since(at)), at)
    if locked.connections.filter(state__in=OPEN).count() >= MAX_CONNECTIONS:
        raise TooManyConnections
    known = _known_facts(facts)
    if previous is not None:
        known["previous"] = str(previous)
    return MonitoringConnection.objects.create(
        sitting=locked, device=device, client=client, facts=known, opened_at=at, last_beat_at=at
    )


@transaction.atomic
def prove(
    *,
    connection: MonitoringConnection,
    at: datetime,
    camera: bool | None = None,
    sound: bool | None = None,
) -> LeaseChange:
    """Note what was judged of a still and a sound; None if there was none.

    The connection gets the lease when all that is not waived is proven. One whose camera or sound
    does not pass any more loses it.
    """
    locked = _lock(connection.sitting)
    row = locked.connections.select_for_update().get(pk=connection.pk)
    row.sitting = locked
    if locked.state not in (Sitting.State.IN_PROGRESS, Sitting.State.PAUSED):
        raise NothingToMonitor
    if row.state not in OPEN:
        raise ConnectionEnded
    if camera is not None:
        row.camera_proven_at = (row.camera_proven_at or at) if camera else None
    if sound is not None:
        row.sound_proven_at = (row.sound_proven_at or at) if sound else None
    row.last_beat_at = max(row.last_beat_at, at)
    change = LeaseChange(row, held=row.state == State.HELD)
    if queries.needs(row):
        row.state = State.WAITING
        change = LeaseChange(row, held=False)
    elif row.state == State.WAITING:
        change = _hold(row, at)
    row.save()
    return change


def _hold(row: MonitoringConnection, at: datetime) -> LeaseChange:
    """Give the lease to a connection that the caller has locked with its sitting."""
    others = row.sitting.connections.exclude(pk=row.pk).filter(held_at__isnull=False)
    others = others.select_for_update().order_by("-held_at", "-opened_at")
    last = others.filter(state=State.HELD).first() or others.first()
    since = queries.lease_ended_at(row.sitting)
    if last is None:
        row.state, row.held_at = State.HELD, at
        return LeaseChange(row, held=True, gained=True, since=since)
    is_takeover = last.device != row.device or _is_there(last, row, at)
    # One whose proof was withdrawn waits, and is replaced as well.
    replaced = last if last.state in OPEN else None
    if replaced is not None:
        replaced.state, replaced.ended_at = State.REPLACED, at
        if is_takeover:
            replaced.facts["second_page"] = True
        replaced.save(update_fields=["state", "ended_at", "facts", "updated_at"])
        message = {"type": "lease.replaced", "connection": str(replaced.pk)}
        send_after_commit(f"sitting-{row.sitting_id}", message)
    row.state, row.held_at = State.HELD, at
    return LeaseChange(
        row, held=True, gained=True, since=since, replaced=replaced, is_takeover=is_takeover
    )


def _is_there(last: MonitoringConnection, row: MonitoringConnection, at: datetime) -> bool:
    """Whether the earlier connection of the same device is there beside the new one."""
    if last.state not in OPEN or last.last_beat_at <= queries.silent_since(at):
        return False
    if row.facts.get("previous") != str(last.pk):
        return True
    return last.last_beat_at >= row.opened_at + BEATS_APART


@transaction.atomic
def hear(*, beats: Mapping[UUID, datetime]) -> Heard:
    """Note when connections were heard of, many at once. Call outside other transactions.

    A connection that another transaction has locked is passed over: what it does counts as a beat.
    """
    rows = (
        MonitoringConnection.objects.filter(pk__in=beats.keys())
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("sitting")
        .order_by("pk")
    )
    heard, fresh = Heard(), []
    for row in rows:
        at, before = beats[row.pk], row.last_beat_at
        if row.state in OPEN:
            if before <= queries.silent_since(at):
                row.state, row.ended_at = State.LOST, at
                heard.ended.append(row)
            else:
                row.last_beat_at = max(before, at)
            fresh.append(row)
            continue
        heard.ended.append(row)
        if row.state == State.REPLACED and not row.facts.get("second_page"):
            fresh.append(row)
            first = row.facts.get("heard_again")
            if first is None:
                row.facts["heard_again"] = at.isoformat()
            elif at - datetime.fromisoformat(str(first)) >= BEATS_APART:
                row.facts["second_page"] = True
                heard.second_pages.append(row)
    MonitoringConnection.objects.bulk_update(fresh, ["state", "ended_at", "last_beat_at", "facts"])
    return heard


@transaction.atomic
def release(*, connection: MonitoringConnection, at: datetime, lost: bool = False) -> bool:
    """Note that a socket was closed, or broke off. Returns whether it held the lease."""
    row = MonitoringConnection.objects.select_for_update().get(pk=connection.pk)
    if row.state not in OPEN:
        return False
    was_held = row.state == State.HELD
    row.state, row.ended_at = State.LOST if lost else State.CLOSED, at
    row.save(update_fields=["state", "ended_at", "updated_at"])
    return was_held


@transaction.atomic
def lose_silent(*, at: datetime) -> list[MonitoringConnection]:
    """Mark connections that were not heard of for long as lost. Returns them."""
    return _lose(
        MonitoringConnection.objects.filter(last_beat_at__lte=queries.silent_since(at)), at
    )


def release_all(*, sitting: Sitting, at: datetime) -> None:
    """Close the connections of a sitting that has ended. The caller has locked it."""
    sitting.connections.filter(state__in=OPEN).update(
        state=State.CLOSED, ended_at=at, updated_at=at
    )


def _lose(rows: Any, at: datetime) -> list[MonitoringConnection]:
    """Mark these as lost, except those that another transaction has locked."""
    silent = list(
        rows.filter(Q(ended_at__isnull=True), state__in=OPEN)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("sitting")
        .order_by("pk")
    )
    _end(silent, at)
    return silent


def _end(rows: Collection[MonitoringConnection], at: datetime) -> None:
    if rows:
        MonitoringConnection.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.LOST, ended_at=at, updated_at=at
        )
    for row in rows:
        row.state, row.ended_at = State.LOST, at


def _lock(sitting: Sitting) -> Sitting:
    """Lock the row: connections of one sitting are proven one after the other."""
    return Sitting.objects.select_for_update(of=("self",)).get(pk=sitting.pk)


def _known_facts(facts: Mapping[str, object]) -> dict[str, Any]:
    """The facts that the trust board knows, of the right type and length."""
    known: dict[str, Any] = {}
    for name, kind in FACTS.items():
        value = facts.get(name)
        if kind is str and isinstance(value, str):
            text = "".join(each for each in value if each.isprintable())
            known[name] = text[:MAX_FACT_CHARS]
        elif kind is float and _is_number(value) and 0 <= value <= 255:  # type: ignore[operator]
            known[name] = float(value)  # type: ignore[arg-type]
    return known


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
