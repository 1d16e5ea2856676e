"""Builds a proposal for the profile from the text of a résumé, by rules."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from onboarding.resume.parser.education import Education, find_education, find_education_lines
from onboarding.resume.parser.jobs import Job, find_jobs
from onboarding.resume.parser.languages import LanguageLevel, find_languages
from onboarding.resume.parser.sections import BULLET, lines_of, sections_of
from onboarding.resume.parser.unplaced import UnplacedText, unplaced_education, unplaced_jobs
from onboarding.vocabulary import lexicon
from onboarding.vocabulary.lexicon import Lexicon

MAX_ENTRIES, MAX_WORDS, MAX_RUN, MAX_BIO = 10, 30, 5, 1000
_SEPARATORS = re.compile(r"[,;|/•●▪·:()\[\]\t]|\s-\s|\band\b|\s{3,}|\.(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """Details to be confirmed by the agent. Nothing of it is in the profile yet."""

    skills: tuple[str, ...]
    languages: tuple[str, ...]
    bio: str
    qualifications: tuple[Education, ...]
    experiences: tuple[Job, ...]
    fluency: tuple[LanguageLevel, ...] = ()
    #: Text that was not understood, for the agent to place.
    unplaced: tuple[UnplacedText, ...] = ()


def propose(
    text: str, *, today: date, adopted: Mapping[str, Mapping[str, str]] | None = None
) -> Proposal:
    """Parse the text by its headings. Skills and languages are those of the vocabulary.

    `adopted` are the terms that staff added to it.
    """
    lines = lines_of(text)
    sections, own = sections_of(lines), adopted or {}
    unassigned = [line for name in ("top", "bio", "other") for line in sections.get(name, [])]
    studies = sections.get("studies") or find_education_lines(unassigned)
    languages = _known_words("languages", sections.get("languages", []), own)
    education = find_education(studies, today=today)
    jobs = find_jobs(sections.get("jobs") or unassigned, today=today)
    return Proposal(
        skills=_known_words("skills", sections.get("skills", []), own),
        languages=languages,
        bio=" ".join(" ".join(sections.get("bio", [])).split())[:MAX_BIO],
        qualifications=tuple(education[:MAX_ENTRIES]),
        experiences=tuple(jobs[:MAX_ENTRIES]),
        fluency=tuple(find_languages(sections.get("languages", []), languages, Lexicon(own))),
        unplaced=(
            *unplaced_education(sections.get("studies", []), education, today=today),
            *unplaced_jobs(sections.get("jobs", []), jobs, today=today),
        ),
    )


def _known_words(
    kind: str, lines: list[str], adopted: Mapping[str, Mapping[str, str]]
) -> tuple[str, ...]:
    """The terms of the lines that are in the vocabulary, as whole words."""
    own = adopted.get(kind, lexicon.EMPTY_LEXICON)
    parts = [part for line in lines for part in _SEPARATORS.split(BULLET.sub("", line)) if part]
    known = [word for part in parts for word in _known_in(part.split(), kind, own)]
    return tuple(lexicon.normalise_all(kind, known, own)[:MAX_WORDS])


def _known_in(words: list[str], kind: str, own: Mapping[str, str]) -> Iterator[str]:
    """The longest known sequences of words, because text from a PDF may lack separators."""
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + MAX_RUN), start, -1):
            run = " ".join(words[start:end])
            if lexicon.is_known(kind, run, own):
                yield run
                start = end - 1
                break
        start += 1
