"""Appending observations of the server and of staff to the chain of a sitting."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from proctoring import signals
from proctoring.models import MonitoringConnection, MonitoringState, Observation, Sitting
from proctoring.observations import chain


@dataclass(frozen=True)
class Fact:
    """What is to be recorded."""

    kind: str
    origin: str = Observation.Origin.SERVER
    data: dict[str, Any] = field(default_factory=dict)
    client_at: datetime | None = None
    device: uuid.UUID | None = None
    sequence: int | None = None
    count: int = 1
    connection: MonitoringConnection | None = None


@transaction.atomic
def append(*, sitting: Sitting, facts: Sequence[Fact], at: datetime) -> list[Observation]:
    """Record facts in order. Receivers of `signals.observed` judge them in this transaction."""
    if not facts:
        return []
    state = lock_state(sitting)
    rows = [chained(state, sitting_id=sitting.pk, fact=fact, at=at) for fact in facts]
    Observation.objects.bulk_create(rows)
    state.save(update_fields=["last_number", "last_hash", "updated_at"])
    signals.observed.send(sender=Observation, sitting=sitting, observations=rows, at=at)
    return rows


def lock_state(sitting: Sitting) -> MonitoringState:
    """Lock what monitoring knows of a sitting. Call inside a transaction.

    The sitting is locked against others' locks first: the foreign keys of new rows need that
    anyhow, and in the other order two transactions could wait for each other.
    """
    list(Sitting.objects.select_for_update(of=("self",)).filter(pk=sitting.pk).values_list("pk"))
    begin(sitting)
    return MonitoringState.objects.select_for_update(of=("self",)).get(sitting=sitting)


def begin(sitting: Sitting) -> None:
    """Make the row that monitoring needs, if it is not there."""
    MonitoringState.objects.bulk_create([MonitoringState(sitting=sitting)], ignore_conflicts=True)


def chained(
    state: MonitoringState,
    *,
    sitting_id: uuid.UUID,
    fact: Fact,
    at: datetime,
    connection_id: uuid.UUID | None = None,
) -> Observation:
    """The next observation of the chain. It is not saved, and neither is the state."""
    row = Observation(
        created_at=at,
        updated_at=at,
        sitting_id=sitting_id,
        number=state.last_number + 1,
        origin=fact.origin,
        connection_id=connection_id or (fact.connection.pk if fact.connection else None),
        device=fact.device,
        sequence=fact.sequence,
        kind=fact.kind,
        count=fact.count,
        client_at=fact.client_at,
        received_at=at,
        data=fact.data,
        hash_version=chain.VERSION,
        previous_hash=state.last_hash,
    )
    row.hash = chain.digest(row)
    state.last_number, state.last_hash, state.updated_at = row.number, row.hash, at
    return row
