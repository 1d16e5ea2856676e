"""Locking the row of a sitting."""

from hitouch.core.db.state_machine import InvalidTransition
from proctoring.models import Sitting


def lock_sitting(sitting: Sitting) -> Sitting:
    """Lock the row and return it as it is now. Call inside a transaction."""
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("agent", "assessment")
    return rows.get(pk=sitting.pk)


def lock_sitting_in(sitting: Sitting, state: str) -> Sitting:
    """Lock a sitting; raise `InvalidTransition` if it is not in this state."""
    locked = lock_sitting(sitting)
    if locked.state != state:
        raise InvalidTransition
    return locked
