"""From the answers of a sitting to what is known about each skill, and to abilities."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from proctoring.grading.ratings import AnswerEstimate
from proctoring.models import (
    ItemFigures,
    ItemKind,
    Sitting,
    SittingQuestion,
    SittingSection,
    Skill,
)
from proctoring.models.item_bank import SKILL_OF_KIND
from proctoring.scales import ability
from proctoring.scales.cuts import MIDDLE_OF_LEVEL

_PRODUCTIVE = (ItemKind.SPEAKING, ItemKind.WRITING)


@dataclass
class _Skill:
    weight: float = 0
    responses: list[ability.ItemResponse] = field(default_factory=list)
    tasks: list[ability.TaskEstimate] = field(default_factory=list)


def evidence_of(
    sitting: Sitting,
    questions: Sequence[SittingQuestion],
    tasks: Mapping[UUID, AnswerEstimate | None],
    unanswered: Container[UUID] = (),
) -> list[ability.SkillEvidence]:
    """What was asked of each skill and what it showed, in the order of the sections.

    `questions` are marked; `unanswered` are those of them without an answer. `tasks` holds an
    estimate of each spoken or written answer, and none for one that was left empty; an answer that
    a person has yet to grade is left out, and says nothing. What a section would have asked but
    never did, as the sitting ended before it opened, counts as unanswered.
    """
    figures = _figures_of(questions)
    drawn = defaultdict(list)
    for question in questions:
        drawn[question.part_id].append(question)
    skills: dict[str, _Skill] = defaultdict(_Skill)
    for part in sitting.parts.select_related("section").order_by("position"):
        skill = skills[SKILL_OF_KIND[ItemKind(part.section.kind)]]
        skill.weight += part.section.weight
        asked = [question for question in drawn[part.pk] if question.scored]
        for question in asked:
            if part.section.kind in _PRODUCTIVE:
                skill.tasks += _task(question, tasks)
            else:
                parameters = parameters_of(question, figures.get(question.version_id))
                correct = None if question.pk in unanswered else question.correct
                skill.responses.append(ability.ItemResponse(parameters, correct))
        if not drawn[part.pk]:
            _add_unasked(skill, part)
    return [
        ability.SkillEvidence(
            skill=name, weight=skill.weight, responses=skill.responses, tasks=skill.tasks
        )
        for name, skill in skills.items()
    ]


def _task(
    question: SittingQuestion, tasks: Mapping[UUID, AnswerEstimate | None]
) -> list[ability.TaskEstimate]:
    if question.pk not in tasks:
        return []
    found = tasks[question.pk]
    if found is None:
        return [ability.TaskEstimate(None, ability.UNANSWERED_ERROR)]
    return [ability.TaskEstimate(found.ability, found.error)]


def parameters_of(question: SittingQuestion, figures: ItemFigures | None) -> ability.ItemParameters:
    """What is known of an item.

    Luck is part of its difficulty: where half of the people are right, guessing included. A share
    for luck besides would place people who never guess too low.
    """
    if figures is None:
        middle = MIDDLE_OF_LEVEL[question.version.item.level]
        return ability.ItemParameters(middle, ability.AUTHOR_ERROR)
    is_fitted = figures.origin == ItemFigures.Origin.RESPONSES
    return ability.ItemParameters(
        figures.difficulty,
        figures.difficulty_error,
        figures.discrimination if is_fitted else ability.DISCRIMINATION,
    )


def _figures_of(questions: Iterable[SittingQuestion]) -> dict[UUID, ItemFigures]:
    versions = {question.version_id for question in questions}
    current = ItemFigures.objects.filter(version__in=versions, current=True)
    return {row.version_id: row for row in current}


def _add_unasked(skill: _Skill, part: SittingSection) -> None:
    count = part.section.draw
    if part.section.kind in _PRODUCTIVE:
        skill.tasks += [ability.TaskEstimate(None, ability.UNANSWERED_ERROR)] * count
        return
    middles = list(MIDDLE_OF_LEVEL.values())
    skill.responses += [
        ability.ItemResponse(
            ability.ItemParameters(middles[number % len(middles)], ability.AUTHOR_ERROR), None
        )
        for number in range(count)
    ]


def cuts_of(levels: Iterable[str], cuts: Mapping[str, float]) -> list[float]:
    """The abilities from which these levels begin. A1 has no beginning."""
    return [cuts[level] for level in sorted(set(levels)) if level in cuts]


def names_of_skills() -> dict[str, str]:
    """The skills' names for people."""
    return {str(value): str(label) for value, label in Skill.choices}
