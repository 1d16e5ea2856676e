"""The lock under which entries are saved, and what has to be known for it, in two statements.

An answer is saved every few seconds by everybody who writes, so that each statement counts.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from proctoring.delivery import refusals
from proctoring.delivery.locks import lock_sitting
from proctoring.delivery.queries import Head
from proctoring.delivery.services import advance_clock
from proctoring.leases.queries import silent_since
from proctoring.leases.refusals import NotMonitored
from proctoring.models import Sitting

# Whoever saves is active. The update locks the row as well.
_TOUCH = """
    UPDATE proctoring_sitting SET last_active_at = %s, last_seen_at = %s
     WHERE id = %s AND state = 'IN_PROGRESS' RETURNING *
"""
# Read after the lock: what others have saved meanwhile is there.
_FACTS = """
    SELECT part.ends_at,
           EXISTS (SELECT FROM proctoring_monitoringconnection held
                    WHERE held.sitting_id = %s AND held.state = 'HELD' AND held.last_beat_at > %s),
           head.sequence, head.hash, head.written_at
      FROM (SELECT) AS one
      LEFT JOIN LATERAL (
           SELECT ends_at FROM proctoring_sittingsection
            WHERE sitting_id = %s AND opened_at IS NOT NULL AND closed_at IS NULL LIMIT 1
      ) part ON TRUE
      LEFT JOIN LATERAL (
           SELECT sequence, hash, written_at FROM proctoring_answerentry
            WHERE sitting_id = %s AND device = %s ORDER BY sequence DESC LIMIT 1
      ) head ON TRUE
"""


@dataclass(frozen=True)
class SavingState:
    """A sitting locked for saving, the end of its open section, and the device's last entry."""

    sitting: Sitting
    ends_at: datetime | None
    head: Head


def lock_for_saving(sitting: Sitting, device: UUID, at: datetime) -> SavingState:
    """Lock a sitting that takes entries. Raises why it takes none: it is paused, not monitored.

    After the end there may still be entries, which the caller judges one by one.
    """
    found = list(Sitting.objects.raw(_TOUCH, [at, at, sitting.pk]))
    locked = found[0] if found else lock_sitting(sitting)
    if locked.begun_at is None:
        raise refusals.SittingNotStarted
    ends_at, is_held, head = _facts(locked, device, at)
    if locked.is_live and ends_at is not None and ends_at <= at:
        locked = advance_clock(sitting=locked, at=at)
        ends_at, is_held, head = _facts(locked, device, at)
    if locked.state == Sitting.State.PAUSED:
        raise refusals.SittingPaused
    if locked.is_live and not is_held:
        raise NotMonitored
    return SavingState(locked, ends_at, head)


def _facts(locked: Sitting, device: UUID, at: datetime) -> tuple[datetime | None, bool, Head]:
    key = locked.pk
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [key, silent_since(at), key, key, device])
        ends_at, is_held, sequence, digest, written_at = cursor.fetchone()
    head = Head(sequence, digest, written_at) if sequence else Head()
    return ends_at, is_held, head
