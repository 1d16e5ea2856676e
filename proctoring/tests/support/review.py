"""Builders of observations with rulings, and of results that are held for a review."""

from datetime import datetime, timedelta
from itertools import count

from accounts.models import Agent
from conftest import NOON
from proctoring.delivery import services as sittings
from proctoring.models import Observation, ReviewCase, Ruling, Sitting
from proctoring.tests.support.cast import answer_all, grade_all, make_sitting

_numbers = count(1)


def observe(
    sitting: Sitting,
    kind: str = "TAB_HIDDEN",
    *,
    severity: str = "HIGH",
    standing: str = "COUNTED",
    points: int | None = None,
    at: datetime = NOON,
    **facts: object,
) -> Observation:
    """An observation with the ruling of the rules on it. Its hash stands for nothing."""
    number = sitting.observations.count() + 1
    row = Observation.objects.create(
        sitting=sitting,
        number=number,
        kind=kind,
        received_at=at,
        hash=f"{next(_numbers):064x}",
        **({"origin": "BROWSER"} | facts),
    )
    Ruling.objects.create(
        sitting=sitting,
        observation=row,
        severity=severity,
        standing=standing,
        points=(3 if standing == "COUNTED" else 0) if points is None else points,
        at=at,
    )
    return row


def make_held_sitting(agent: Agent, *, at: datetime = NOON, levels: tuple[str, ...] = ()):
    """A graded sitting that is held because a serious violation was counted."""
    sitting = make_sitting(agent, "IN_PROGRESS", at)
    observe(sitting, at=at + timedelta(seconds=30))
    answer_all(sitting, at=at, levels=levels)
    sittings.submit_sitting(sitting=sitting, by=agent.user, at=at)
    held = grade_all(sitting, at=at, levels=levels)
    held.refresh_from_db()
    return held


def case_of(sitting: Sitting) -> ReviewCase:
    """The newest review of a sitting."""
    return sitting.reviews.latest("opened_at", "created_at")
