"""Scales: which one is in force, and the first one."""

from datetime import datetime

from hitouch.core.errors import Refusal
from proctoring.models import Scale
from proctoring.scales.cuts import INITIAL_CUTS

INITIAL_ORIGIN = "Initial cuts: levels of 1.2 logits, B2 from 0"


class NoScale(Refusal):
    """Raised before the first scale was published."""

    code = "no_scale"
    message = "No scale has been published yet."


def scale_in_force() -> Scale:
    """The newest published scale. Results keep the one that they were computed with."""
    newest = Scale.objects.order_by("-number").first()
    if newest is None:
        raise NoScale
    return newest


def seed_scale(now: datetime) -> Scale:
    """Publish the first scale if there is none. Idempotent, also when run in parallel."""
    scale, _ = Scale.objects.get_or_create(
        number=1,
        defaults={"cuts": INITIAL_CUTS, "origin": INITIAL_ORIGIN, "published_at": now},
    )
    return scale
