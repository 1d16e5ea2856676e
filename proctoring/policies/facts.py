"""Observations as the engine's facts. Does not use Django."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from proctoring.policies.engine import PolicyFact

PHASES = frozenset({"BEGIN", "LASTS", "END"})
#: No state of a sitting lasts longer, whatever a page states.
LONGEST_SECONDS = 24 * 3600.0


def fact_of(kind: str, *, data: Mapping[str, Any], count: int, at: datetime) -> PolicyFact:
    """The fact of one observation. What cannot be read in its data is taken as not stated."""
    phase, about = data.get("phase"), data.get("kind")
    return PolicyFact(
        kind=kind,
        at=at.timestamp(),
        count=count,
        phase=phase if isinstance(phase, str) and phase in PHASES else "",
        seconds=_seconds(data.get("seconds")),
        about=about if kind == "FACE_CONFIRMED" and isinstance(about, str) else "",
    )


def _seconds(raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        return 0.0
    return min(max(float(raw), 0.0), LONGEST_SECONDS)
