"""Whether the observations of a sitting are complete and unchanged."""

from proctoring.models import MonitoringState, Sitting
from proctoring.observations import chain


def first_break(sitting: Sitting) -> int | None:
    """The number of the first observation that was changed or is missing, if any."""
    rows = sitting.observations.order_by("number")
    broken = chain.first_break(rows.iterator(chunk_size=500))
    state = MonitoringState.objects.filter(sitting=sitting).first()
    if broken is None and state is not None:
        newest = rows.order_by("-number").values_list("number", "hash").first() or (0, "")
        if newest != (state.last_number, state.last_hash):
            return newest[0] + 1
    return broken
