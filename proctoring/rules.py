"""Figures of the rules of assessments that people are told, read where the rules stand."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from proctoring import conf, queries

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SectionFacts:
    """A section of the assessment: its name, kind (see `ItemKind`) and time."""

    name: str
    kind: str
    minutes: int


def figures() -> dict[str, int]:
    """The figures by name; each name ends with its unit."""
    attempts, period = queries.attempt_limit()
    return {
        "assessment_attempts": attempts,
        "assessment_attempt_days": period // _DAY,
        "assessment_begin_hours": conf.setup_timeout() // timedelta(hours=1),
        "identity_tries": conf.MAX_TRIES,
        "result_review_hours": settings.HITOUCH_RESULT_REVIEW_HOURS,
        "appeal_days": settings.HITOUCH_APPEAL_DAYS,
        "appeal_answer_days": settings.HITOUCH_APPEAL_ANSWER_DAYS,
    }


def sections() -> list[SectionFacts]:
    """The sections of the language assessment that is in use; empty without one."""
    assessment = queries.language_assessment()
    if assessment is None:
        return []
    rows = assessment.sections.order_by("position")
    return [SectionFacts(row.name, row.kind, row.minutes) for row in rows]


def pass_level() -> str:
    """The level that passes the language assessment in use; empty without one."""
    assessment = queries.language_assessment()
    return assessment.pass_level if assessment else ""
