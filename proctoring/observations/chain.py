"""The hash chain of a sitting's observations.

The digests of rows that exist must never change. Version 1 is that of rows recorded before
observations and rulings were apart: it covers the severity, standing and points of the time, which
are kept in `legacy`.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hitouch.core.db import hash_chain
from proctoring.models import Observation

VERSION = 2
#: The time zones in which rows of version 1 wrote the moment that the browser stated.
ZONES = (UTC, ZoneInfo("Asia/Kolkata"))


def digest(row: Observation) -> str:
    """Hash over the facts of an observation and the hash of the previous one."""
    if row.hash_version == 1:
        return next(_digests_of_version_1(row))
    facts = [
        "observation-2",
        row.previous_hash,
        str(row.sitting_id),
        row.number,
        row.origin,
        str(row.connection_id or ""),
        str(row.device or ""),
        row.sequence,
        row.kind,
        row.count,
        _written(row.client_at),
        _written(row.received_at),
        row.data,
    ]
    return hash_chain.digest(facts, compact=True)


def first_break(rows: Iterable[Observation]) -> int | None:
    """The number of the first row, in order, that was changed or is missing, if any."""
    return hash_chain.first_break(rows, digest_of=digest, is_accepted=_is_of_version_1)


def _is_of_version_1(row: Observation) -> bool:
    return row.hash_version == 1 and row.hash in _digests_of_version_1(row)


def _digests_of_version_1(row: Observation) -> Iterator[str]:
    """The stated moment was hashed in the zone in which it was parsed, and is stored without."""
    for zone in ZONES:
        facts = [
            row.previous_hash,
            str(row.sitting_id),
            row.number,
            row.legacy["browser_id"],
            row.kind,
            row.legacy["severity"],
            row.legacy["standing"],
            row.legacy["points"],
            row.client_at.astimezone(zone).isoformat() if row.client_at else "",
            row.received_at.astimezone(UTC).isoformat(),
            row.data,
        ]
        yield hash_chain.digest(facts, compact=True)


def _written(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
