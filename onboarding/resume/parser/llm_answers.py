"""Validates the answer of a language model against the text of the résumé.

The answer is untrusted: the model may invent details or follow instructions in the résumé. Details
that are not in the text, of an unknown kind or inconsistent are dropped.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from onboarding.resume.parser.date_ranges import find_months
from onboarding.resume.parser.education import LEVELS, Education
from onboarding.resume.parser.jobs import DOMAINS, Job
from onboarding.resume.parser.proposal import MAX_WORDS, Proposal
from onboarding.resume.parser.sections import lines_of
from onboarding.vocabulary import lexicon

KINDS = {name for name, _ in DOMAINS} | {"OTHER"}
GRADES = {name for name, _ in LEVELS}
Adopted = Mapping[str, Mapping[str, str]]


def validate_llm_answer(
    answer: Mapping[str, Any], *, text: str, bio: str, today: date, adopted: Adopted
) -> Proposal:
    """The details of an answer that the text confirms. `bio` is taken from the rules."""
    lines = lines_of(text)
    resume_text, months = _normalise(" ".join(lines)), find_months(lines, today=today)
    studies = [
        _parse_education(each, resume_text, today) for each in _list_of(answer, "qualifications")
    ]
    jobs = [
        _parse_job(each, resume_text, months, today) for each in _list_of(answer, "experiences")
    ]
    return Proposal(
        skills=_confirmed_words("skills", answer, resume_text, adopted),
        languages=_confirmed_words("languages", answer, resume_text, adopted),
        bio=bio,
        qualifications=tuple(study for study in studies if study),
        experiences=tuple(job for job in jobs if job),
    )


def _list_of(answer: Mapping[str, Any], name: str) -> list[Any]:
    items = answer.get(name)
    return items[:MAX_WORDS] if isinstance(items, list) else []


def _confirmed_words(
    kind: str, answer: Mapping[str, Any], resume_text: str, adopted: Adopted
) -> tuple[str, ...]:
    own = adopted.get(kind, lexicon.EMPTY_LEXICON)
    confirmed = [
        word for each in _list_of(answer, kind) if (word := _confirmed(each, resume_text, 60))
    ]
    known = [word for word in confirmed if lexicon.is_known(kind, word, own)]
    return tuple(lexicon.normalise_all(kind, known, own))


def _parse_education(answer: Any, resume_text: str, today: date) -> Education | None:
    if not isinstance(answer, dict) or answer.get("level") not in GRADES:
        return None
    title = _confirmed(answer.get("title"), resume_text, 120)
    year = answer.get("year")
    known = isinstance(year, int) and 1950 <= year <= today.year + 6 and str(year) in resume_text
    institution = _confirmed(answer.get("institution"), resume_text, 160)
    return (
        Education(answer["level"], title, institution, year if known else None) if title else None
    )


def _parse_job(answer: Any, resume_text: str, months: frozenset[date], today: date) -> Job | None:
    if not isinstance(answer, dict):
        return None
    company = _confirmed(answer.get("company"), resume_text, 120)
    role = _confirmed(answer.get("role"), resume_text, 120)
    started, ended = (_parse_month(answer.get(name), months) for name in ("started_on", "ended_on"))
    is_open = not answer.get("ended_on")
    if not (company and role and started and started <= today and (ended or is_open)):
        return None
    if ended and ended < started:
        return None
    kind = answer.get("domain") if answer.get("domain") in KINDS else "OTHER"
    return Job(company, role, str(kind), started, ended)


def _confirmed(answer: Any, resume_text: str, longest: int) -> str:
    """The value if it occurs in the text as whole words, or else an empty text."""
    if not isinstance(answer, str) or not 0 < len(answer) <= longest:
        return ""
    words = _normalise(answer)
    return " ".join(answer.split()) if words and f" {words} " in f" {resume_text} " else ""


def _parse_month(answer: Any, months: frozenset[date]) -> date | None:
    """The first of a month that the text names."""
    if not isinstance(answer, str) or not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", answer):
        return None
    with suppress(ValueError):
        month = date(int(answer[:4]), int(answer[5:7]), 1)
        return month if month in months else None
    return None


def _normalise(text: str) -> str:
    return " ".join(re.findall(r"[\w+#]+", text.casefold()))
