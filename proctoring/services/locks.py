"""Taking a sitting for oneself while changing it."""

from hitouch.core.states import WrongState
from proctoring.models import Sitting


def lock(sitting: Sitting) -> Sitting:
    """The row as it is now, held until the transaction ends. Call inside one."""
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("agent", "assessment")
    return rows.get(pk=sitting.pk)


def lock_in(sitting: Sitting, state: str) -> Sitting:
    """The same, refusing when the sitting is not at this step."""
    held = lock(sitting)
    if held.state != state:
        raise WrongState
    return held
