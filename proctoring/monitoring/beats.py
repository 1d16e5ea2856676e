"""Beats of connections, written together, and what detectors' ticks say about coverage."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, transaction

from proctoring.leases import services as leases
from proctoring.models import MonitoringConnection, Sitting
from proctoring.observations import services as observations
from proctoring.observations.services import Fact


@dataclass(frozen=True)
class ConnectionBeat:
    """One connection was heard of. `active`: its person did something since the last beat."""

    connection_id: uuid.UUID
    sitting_id: uuid.UUID
    at: datetime
    active: bool = False

    def after(self, earlier: "ConnectionBeat | None") -> "ConnectionBeat":
        """This beat, with what an earlier one that was not written yet says."""
        return replace(self, active=self.active or bool(earlier and earlier.active))


def write_beats(beats: Sequence[ConnectionBeat], *, at: datetime) -> list[uuid.UUID]:
    """Write beats. Returns the connections that have ended, whose sockets are to be told."""
    heard = leases.hear(beats={beat.connection_id: beat.at for beat in beats})
    ended = {row.pk for row in heard.ended}
    for row in heard.second_pages:
        note_second_page(row, at)
    seen = [beat for beat in beats if beat.connection_id not in ended]
    _touch([beat.sitting_id for beat in seen], "last_seen_at", at)
    _touch([beat.sitting_id for beat in seen if beat.active], "last_active_at", at)
    return list(ended)


@transaction.atomic
def note_second_page(row: MonitoringConnection, at: datetime) -> None:
    """Record that another page or device went on beside the one that has the lease."""
    fact = Fact("TAKEOVER", data={"connection": str(row.pk)}, device=row.device)
    observations.append(sitting=row.sitting, facts=[fact], at=at)


def _touch(pks: list[uuid.UUID], column: str, at: datetime) -> None:
    """Set a moment of sittings, but of those that another transaction has locked."""
    if not pks:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE proctoring_sitting SET {column} = %s WHERE id IN ("  # noqa: S608
            "SELECT id FROM proctoring_sitting WHERE id = ANY(%s) AND state = %s "
            "ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)",
            [at, sorted(set(pks)), Sitting.State.IN_PROGRESS],
        )
