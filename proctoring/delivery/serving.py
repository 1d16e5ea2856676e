"""What is served of the open section: to the page, and to programs through the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from proctoring import queries
from proctoring.delivery.queries import HeldAnswer, add_others, held_answers
from proctoring.leases.queries import holds_lease
from proctoring.models import Sitting, SittingQuestion, SittingSection


@dataclass(frozen=True)
class ServedSection:
    """The sections, and the questions of the open one while the sitting is monitored."""

    now: datetime
    state: str
    monitored: bool
    parts: list[SittingSection]
    part: SittingSection | None
    last: bool
    questions: list[SittingQuestion]
    held: dict[UUID, HeldAnswer]


def serve_section(sitting: Sitting, at: datetime) -> ServedSection:
    """Without the lease there are no questions, and nothing of their texts."""
    parts = list(sitting.parts.select_related("section").order_by("position"))
    part = next((each for each in parts if each.opened_at and not each.closed_at), None)
    part = part if sitting.is_live else None
    monitored = part is not None and holds_lease(sitting, at)
    questions: list[Any] = list(queries.questions_in(part)) if part and monitored else []
    held = held_answers([row.pk for row in questions])
    add_others(held)
    for row in questions:
        row.held = held[row.pk]
    last = part is None or part is parts[-1]
    return ServedSection(at, sitting.state, monitored, parts, part, last, questions, held)
