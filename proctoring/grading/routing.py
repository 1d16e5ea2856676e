"""The ability that the closed sections of a running sitting show, for the draw of the next one."""

from collections import defaultdict

from proctoring import queries
from proctoring.grading import estimation, keys
from proctoring.models import ItemFigures, ItemKey, ItemKind, Sitting, SittingQuestion
from proctoring.models.item_bank import SKILL_OF_KIND
from proctoring.models.sittings import SittingSection
from proctoring.scales import ability

_MARKED_BY_KEY = (ItemKind.READING_MCQ, ItemKind.AUDIO_MCQ, ItemKind.FILL_BLANK)


def ability_for(sitting: Sitting, part: SittingSection) -> tuple[float, float] | None:
    """The ability in the skill of a section, with its error; None if nothing was answered yet.

    A skill that was not asked is predicted from the others, with the error of that.
    """
    asked = queries.questions_of(sitting).filter(
        part__closed_at__isnull=False, scored=True, version__item__kind__in=_MARKED_BY_KEY
    )
    responses: dict[str, list[ability.ItemResponse]] = defaultdict(list)
    questions = list(asked)
    versions = [question.version_id for question in questions]
    facts = {row.version_id: row for row in ItemKey.objects.filter(version__in=versions)}
    figures = {
        row.version_id: row
        for row in ItemFigures.objects.filter(version__in=versions, current=True)
    }
    for question in questions:
        figure, key = figures.get(question.version_id), facts.get(question.version_id)
        if figure is not None and key is not None:
            responses[question.version.item.skill].append(_response(question, figure, key))
    if not responses:
        return None
    wanted = SKILL_OF_KIND[ItemKind(part.section.kind)]
    evidence = [
        ability.SkillEvidence(skill=skill, weight=1, responses=responses[skill])
        for skill in {*responses, wanted}
    ]
    found = ability.estimate_person(evidence).skill(wanted)
    return found.ability, found.error


def _response(question: SittingQuestion, figure: ItemFigures, key: ItemKey) -> ability.ItemResponse:
    value = question.given
    is_right = keys.is_correct(
        kind=question.version.item.kind, value=value, key=key.key, accepted=key.accepted
    )
    item = estimation.parameters_of(question, figure)
    return ability.ItemResponse(item, is_right if value.strip() else None)
