"""What a language model says that a résumé says: data from outside, held against the text.

Whatever the model was talked into by the résumé or made up by itself: what does not stand in the
text, is of no known kind or is out of order is left out.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from onboarding.resume.parser.education import LEVELS, Education
from onboarding.resume.parser.jobs import DOMAINS, Job
from onboarding.resume.parser.proposal import MOST_WORDS, Proposal
from onboarding.resume.parser.sections import lines_of
from onboarding.vocabulary import lexicon

KINDS = {name for name, _ in DOMAINS} | {"OTHER"}
GRADES = {name for name, _ in LEVELS}
Adopted = Mapping[str, Mapping[str, str]]


def validate_llm_answer(
    said: Mapping[str, Any], *, text: str, bio: str, today: date, adopted: Adopted
) -> Proposal:
    """The part of an answer that the text bears out; the words about oneself are the rules'."""
    stands = _plain(" ".join(lines_of(text)))
    studies = [_study(each, stands, today) for each in _list(said, "qualifications")]
    jobs = [_job(each, stands, today) for each in _list(said, "experiences")]
    return Proposal(
        skills=_words("skills", said, stands, adopted),
        languages=_words("languages", said, stands, adopted),
        bio=bio,
        qualifications=tuple(study for study in studies if study),
        experiences=tuple(job for job in jobs if job),
    )


def _list(said: Mapping[str, Any], name: str) -> list[Any]:
    found = said.get(name)
    return found[:MOST_WORDS] if isinstance(found, list) else []


def _words(kind: str, said: Mapping[str, Any], stands: str, adopted: Adopted) -> tuple[str, ...]:
    own = adopted.get(kind, lexicon.EMPTY_LEXICON)
    there = [word for each in _list(said, kind) if (word := _borne_out(each, stands, 60))]
    known = [word for word in there if lexicon.is_known(kind, word, own)]
    return tuple(lexicon.normalise_all(kind, known, own))


def _study(said: Any, stands: str, today: date) -> Education | None:
    if not isinstance(said, dict) or said.get("level") not in GRADES:
        return None
    title = _borne_out(said.get("title"), stands, 120)
    year = said.get("year")
    known = isinstance(year, int) and 1950 <= year <= today.year + 6 and str(year) in stands
    school = _borne_out(said.get("institution"), stands, 160)
    return Education(said["level"], title, school, year if known else None) if title else None


def _job(said: Any, stands: str, today: date) -> Job | None:
    if not isinstance(said, dict):
        return None
    company = _borne_out(said.get("company"), stands, 120)
    role = _borne_out(said.get("role"), stands, 120)
    began, ended = (_month(said.get(name), stands) for name in ("started_on", "ended_on"))
    if not (company and role and began and began <= today) or (ended and ended < began):
        return None
    kind = said.get("domain") if said.get("domain") in KINDS else "OTHER"
    return Job(company, role, str(kind), began, ended)


def _borne_out(said: Any, stands: str, longest: int) -> str:
    """The words, when they stand in the text as whole words."""
    if not isinstance(said, str) or not 0 < len(said) <= longest:
        return ""
    words = _plain(said)
    return " ".join(said.split()) if words and f" {words} " in f" {stands} " else ""


def _month(said: Any, stands: str) -> date | None:
    """The first of a month whose year stands in the text, in full or short."""
    if not isinstance(said, str) or not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", said):
        return None
    if said[:4] not in stands and not re.search(rf"\b{said[2:4]}\b", stands):
        return None
    with suppress(ValueError):
        return date(int(said[:4]), int(said[5:7]), 1)
    return None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w+#]+", text.casefold()))
