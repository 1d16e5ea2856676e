"""What the result page and the API show of a sitting."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from hitouch.core.cefr import CEFR
from proctoring import queries
from proctoring.grading.answers import PRODUCTIVE, answers_to
from proctoring.grading.evaluation import current_evaluations
from proctoring.grading.queries import Progress, progress_of
from proctoring.grading.scale import FLOORS, HIGHEST_SCORE, PublishedScale
from proctoring.grading.services import ratings_of
from proctoring.models import (
    LevelCertificate,
    Sitting,
    SittingResult,
    SpeakingEvaluation,
)
from proctoring.results.passages import NumberedRemark, Passage, cut, remarks_of
from proctoring.results.practice import Advice, advice_for

#: Where bars end. Each level is as wide as any other, whatever scores it takes.
BAR_WIDTH = 600


@dataclass(frozen=True)
class ScoreBar:
    """Where a score and its range stand on a bar of all levels."""

    at: int
    low: int
    high: int

    @property
    def width(self) -> int:
        """The width of the range; never so narrow that it cannot be seen."""
        return max(self.high - self.low, 6)


def bar_of(score: Decimal, low: Decimal, high: Decimal) -> ScoreBar:
    """Score and range on the bar."""
    return ScoreBar(*(_on_bar(value) for value in (score, low, high)))


def _on_bar(score: Decimal) -> int:
    floors = [*FLOORS.values(), HIGHEST_SCORE]
    band = min(bisect_right(floors, score), len(floors) - 1) - 1
    share = (score - floors[band]) / (floors[band + 1] - floors[band])
    return round((band + float(share)) * BAR_WIDTH / (len(floors) - 1))


@dataclass(frozen=True)
class SkillReport:
    """One skill: score and level with the range, in which the true score lies 19 times in 20."""

    skill: str
    name: str
    score: Decimal
    score_low: Decimal
    score_high: Decimal
    level: str
    level_low: str
    level_high: str
    asked: int
    unanswered: int

    @property
    def whole_score(self) -> int:
        """The score without decimals, cut off: 79.9 is not 80, where the next level begins."""
        return int(self.score)

    @property
    def bar(self) -> ScoreBar:
        """Score and range on the bar."""
        return bar_of(self.score, self.score_low, self.score_high)


@dataclass(frozen=True)
class AnswerReport:
    """A written answer or a transcript with what was noticed in it."""

    position: int
    skill: str
    name: str
    text: str
    is_transcript: bool
    was_graded_by_people: bool
    passages: list[Passage] = field(default_factory=list)
    remarks: list[NumberedRemark] = field(default_factory=list)


@dataclass(frozen=True)
class ResultReport:
    """Everything about the result of one sitting. Without a result only `state` and `progress`."""

    state: str
    progress: Progress | None = None
    score: Decimal | None = None
    level: str = ""
    level_low: str = ""
    level_high: str = ""
    score_low: Decimal | None = None
    score_high: Decimal | None = None
    scale: int | None = None
    passed: bool = False
    pass_level: str = ""
    skills: list[SkillReport] = field(default_factory=list)
    answers: list[AnswerReport] = field(default_factory=list)
    practice: list[Advice] = field(default_factory=list)
    certificate: LevelCertificate | None = None
    reason: str = ""
    reviewed_until: datetime | None = None

    @property
    def range_says(self) -> str:
        """The range of the level in words."""
        if self.level_low == self.level_high:
            return f"19 times in 20 your true level is {self.level}."
        return f"19 times in 20 your true level is between {self.level_low} and {self.level_high}."

    @property
    def whole_score(self) -> int:
        """The score without decimals, cut off: 79.9 is not 80, where the next level begins."""
        return int(self.score or 0)

    @property
    def bar(self) -> ScoreBar | None:
        """Score and range on the bar."""
        if self.score is None or self.score_low is None or self.score_high is None:
            return None
        return bar_of(self.score, self.score_low, self.score_high)

    @property
    def levels(self) -> list[tuple[str, int]]:
        """The levels from the lowest, with the middle of each on the bar."""
        width = BAR_WIDTH // len(CEFR.values)
        return [(level, width * index + width // 2) for index, level in enumerate(CEFR.values)]


GRADING, REVIEW, RELEASED, WITHDRAWN = "GRADING", "REVIEW", "RELEASED", "WITHDRAWN"


def report_of(sitting: Sitting, now: datetime) -> ResultReport:
    """What the person sees of an ended sitting."""
    if sitting.state in Sitting.ENDED:
        return ResultReport(GRADING, progress=progress_of(sitting, now))
    if sitting.is_under_review:
        return ResultReport(REVIEW, reviewed_until=queries.review_due(sitting))
    certificate = LevelCertificate.objects.filter(sitting=sitting).first()
    if not sitting.counts:
        return ResultReport(WITHDRAWN, reason=sitting.decision_reason, certificate=certificate)
    result = SittingResult.objects.select_related("scale").filter(sitting=sitting).first()
    facts: dict[str, Any] = {
        "score": sitting.score,
        "level": sitting.level,
        "level_low": sitting.level,
        "level_high": sitting.level,
        "passed": sitting.passed,
        "pass_level": sitting.assessment.pass_level,
        "certificate": certificate,
    }
    if result is None:
        return ResultReport(RELEASED, **facts)
    return ResultReport(RELEASED, **(facts | _details(sitting, result)))


def _details(sitting: Sitting, result: SittingResult) -> dict[str, Any]:
    scale = PublishedScale.from_cuts(result.scale.number, result.scale.cuts)
    skills = [_skill_report(row, scale) for row in result.skills.order_by("skill")]
    answers, criteria = _answers_of(sitting)
    facts = [(row.skill, row.level, row.ability) for row in result.skills.all()]
    low, high = _interval(result.ability, result.error)
    return {
        "level_low": result.level_low,
        "level_high": result.level_high,
        "score_low": scale.score(low),
        "score_high": scale.score(high),
        "scale": scale.number,
        "skills": skills,
        "answers": answers,
        "practice": advice_for(facts, criteria),
    }


def _interval(ability: float, error: float) -> tuple[float, float]:
    return ability - 1.96 * error, ability + 1.96 * error


def _skill_report(row: Any, scale: PublishedScale) -> SkillReport:
    low, high = _interval(row.ability, row.error)
    level_low, level_high = scale.level_range(low, high)
    return SkillReport(
        skill=row.skill,
        name=row.get_skill_display(),
        score=row.score,
        score_low=scale.score(low),
        score_high=scale.score(high),
        level=row.level,
        level_low=level_low,
        level_high=level_high,
        asked=row.items,
        unanswered=row.unanswered,
    )


def _answers_of(sitting: Sitting) -> tuple[list[AnswerReport], dict[str, dict[str, float]]]:
    """Spoken and written answers with their remarks, and the mean marks by skill."""
    asked = [
        row
        for row in queries.questions_of(sitting)
        if row.version.item.kind in PRODUCTIVE and row.scored
    ]
    given, evaluations = answers_to(asked), current_evaluations(asked)
    rated = ratings_of(asked)
    reports = []
    marks: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in asked:
        evaluation, ratings = evaluations.get(row.pk), rated.get(row.pk, [])
        spoken = isinstance(evaluation, SpeakingEvaluation)
        text = evaluation.transcript if isinstance(evaluation, SpeakingEvaluation) else ""
        text = text if spoken else given[row.pk].text
        skill = row.version.item.skill
        for named in [rating.criteria for rating in ratings] or [_criteria_of(evaluation)]:
            for name, mark in named.items():
                marks[skill][name].append(float(mark))
        if not text.strip():
            continue
        # what the machine noticed is shown only where its marks stand
        evidence = [] if ratings or evaluation is None else evaluation.evidence
        remarks = remarks_of(text, evidence)
        reports.append(
            AnswerReport(
                position=row.position,
                skill=skill,
                name=f"{row.part.section.name}, question {row.position}",
                text=text,
                is_transcript=spoken,
                was_graded_by_people=bool(ratings),
                passages=cut(text, remarks),
                remarks=remarks,
            )
        )
    means = {
        skill: {name: sum(values) / len(values) for name, values in named.items()}
        for skill, named in marks.items()
    }
    return reports, means


def _criteria_of(evaluation: Any) -> dict[str, float]:
    found = evaluation.measures.get("criteria", {}) if evaluation is not None else {}
    return found if isinstance(found, dict) else {}
