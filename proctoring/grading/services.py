"""Grade ended sittings, and set the agent's level."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import agents
from accounts.models import Agent
from hitouch.core.db.state_machine import transition
from proctoring import queries, signals
from proctoring.delivery.queries import is_settled
from proctoring.delivery.services import lock_sitting
from proctoring.grading import keys
from proctoring.models import Sitting, SittingQuestion, SittingSection


@transaction.atomic
def grade_sitting(*, sitting: Sitting, at: datetime) -> Sitting:
    """Grade an ended sitting. Does nothing if it is graded, or answers may still come."""
    locked = lock_sitting(sitting)
    if locked.state not in Sitting.ENDED or not is_settled(locked, at):
        return locked
    parts = list(locked.parts.select_related("section").order_by("position"))
    graded = [_grade_section(part) for part in parts]
    score = keys.total_score(graded)
    facts: dict[str, Any] = {"score": score, "level": keys.level_of(score), "graded_at": at}
    transition(locked, to=Sitting.State.GRADED, by=None, at=at, **facts)
    update_level(locked.agent, at)
    signals.sitting_graded.send(sender=Sitting, sitting=locked)
    return locked


def _grade_section(part: SittingSection) -> keys.SectionItems:
    drawn = list(queries.questions_in(part).select_related("version__key"))
    for row in drawn:
        key = row.version.key
        row.correct = keys.is_correct(
            kind=row.version.item.kind, value=row.given, key=key.key, accepted=key.accepted
        )
    SittingQuestion.objects.bulk_update(drawn, ["correct"])
    items = [
        keys.GradedItem(level=row.version.item.level, right=bool(row.correct)) for row in drawn
    ]
    part.score = keys.section_score(items)
    part.save(update_fields=["score", "updated_at"])
    return keys.SectionItems(weight=part.section.weight, items=items)


def update_level(agent: Agent, at: datetime) -> None:
    """Set the agent's level to the best of their valid language results."""
    agents.set_level(agent=agent, level=queries.best_level(agent), at=at)
