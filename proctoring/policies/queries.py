"""Which detectors are only logged, and the observations of a sitting as facts."""

from collections.abc import Iterator

from proctoring.models import DetectorMode, Sitting
from proctoring.policies.engine import PolicyFact
from proctoring.policies.facts import fact_of


def log_only_kinds() -> frozenset[str]:
    """Kinds of observations that have no consequences at present."""
    modes = DetectorMode.objects.filter(ended_at=None, mode=DetectorMode.Mode.LOG_ONLY)
    return frozenset(modes.values_list("kind", flat=True))


def facts_of(sitting: Sitting) -> Iterator[PolicyFact]:
    """All observations of a sitting in order."""
    rows = sitting.observations.order_by("number").values_list(
        "kind", "data", "count", "received_at"
    )
    for kind, data, count, received_at in rows.iterator():
        yield fact_of(kind, data=data, count=count, at=received_at)
