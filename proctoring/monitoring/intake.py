"""What monitoring keeps of a sitting beside the policy's state: journals' heads, and the pace.

It is plain JSON of bounded size (`MonitoringState.intake`), so that no observation is read again.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from proctoring.observations.client_journal import ClientEvent, JournalHead
from proctoring.policies.facts import PHASES

#: Heads of so many devices are kept; that of the one not heard of for longest is read again.
MAX_DEVICES = 20
#: After so many rows of a page, one row a kind is made in each interval, with their number.
MAX_UNPACED_ROWS = 500
PACE = timedelta(seconds=5)
#: The same act reported again within this time is one row with a count.
SAME_MOMENT = timedelta(seconds=2)


@dataclass
class EventRow:
    """What becomes one row: an entry, or several that say the same."""

    device: uuid.UUID
    sequence: int
    kind: str
    client_at: datetime
    data: dict[str, Any]
    count: int = 1
    sequences: list[int] = field(default_factory=list)


def head_of(intake: dict[str, Any], device: uuid.UUID) -> JournalHead | None:
    """Where the journal of a device ends; None if that is not known here."""
    known = intake.get("devices", {}).get(str(device))
    return JournalHead(known[0], known[1]) if known else None


def keep_head(intake: dict[str, Any], device: uuid.UUID, head: JournalHead) -> None:
    """Keep where the journal of a device ends; the newest ones are last."""
    devices = intake.setdefault("devices", {})
    order = intake.setdefault("order", [])
    devices[str(device)] = [head.next_sequence, head.hash]
    if order and order[-1] == str(device):
        return
    if str(device) in order:
        order.remove(str(device))
    order.append(str(device))
    while len(order) > MAX_DEVICES:
        devices.pop(order.pop(0), None)


def fold(device: uuid.UUID, entries: Sequence[ClientEvent]) -> list[EventRow]:
    """Put entries that follow each other and say the same of one moment into one."""
    rows: list[EventRow] = []
    for entry in entries:
        last = rows[-1] if rows else None
        if (
            last is not None
            and (last.kind, last.data) == (entry.kind, entry.data)
            and abs(entry.at - last.client_at) < SAME_MOMENT
        ):
            last.count += 1
            last.sequence = entry.sequence
            last.sequences.append(entry.sequence)
            continue
        rows.append(
            EventRow(
                device,
                entry.sequence,
                entry.kind,
                entry.at,
                entry.data,
                sequences=[entry.sequence],
            )
        )
    return rows


def pace(
    intake: dict[str, Any], rows: Sequence[EventRow], at: datetime
) -> tuple[list[EventRow], list[int]]:
    """The rows to make now. Those of a page that reports too much wait for the next one, counted.

    Returns also the sequences of entries that wait.
    """
    made: list[EventRow] = []
    waiting: list[int] = []
    for row in rows:
        number = intake["rows"] = intake.get("rows", 0) + 1
        if number <= MAX_UNPACED_ROWS:
            made.append(row)
            continue
        phase = row.data.get("phase")
        key = f"{row.kind} {phase if phase in tuple(PHASES) else ''}"
        paced = intake.setdefault("paced", {})
        last_at, count = paced.get(key, (0.0, 0))
        if at.timestamp() - last_at < PACE.total_seconds():
            paced[key] = [last_at, count + row.count]
            waiting += row.sequences
            continue
        paced[key] = [at.timestamp(), 0]
        row.count += count
        made.append(row)
    return made, waiting


def leftovers(intake: dict[str, Any]) -> dict[str, int]:
    """How many entries of each kind still wait for a row. They are forgotten here."""
    found: dict[str, int] = {}
    for key, value in intake.get("paced", {}).items():
        if value[1]:
            kind = key.partition(" ")[0]
            found[kind] = found.get(kind, 0) + value[1]
            value[1] = 0
    return found
