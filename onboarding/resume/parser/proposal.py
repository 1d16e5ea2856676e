"""What a résumé's text proposes for the profile."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from onboarding.resume.parser.education import Education, find_education, named_in
from onboarding.resume.parser.jobs import Job, find_jobs
from onboarding.resume.parser.languages import LanguageLevel, find_languages
from onboarding.resume.parser.sections import BULLET, lines_of, sections_of
from onboarding.vocabulary import lexicon
from onboarding.vocabulary.lexicon import Lexicon

MOST, MOST_WORDS, LONGEST_RUN, LONGEST_BIO = 10, 30, 5, 1000
_LIST = re.compile(r"[,;|/•●▪·:()\[\]]|\s-\s|\band\b|\s{3,}|\.(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """Guesses for a form; nothing of it is in the profile."""

    skills: tuple[str, ...]
    languages: tuple[str, ...]
    bio: str
    qualifications: tuple[Education, ...]
    experiences: tuple[Job, ...]
    fluency: tuple[LanguageLevel, ...] = ()


def propose(
    text: str, *, today: date, adopted: Mapping[str, Mapping[str, str]] | None = None
) -> Proposal:
    """Read it by the headings; words are those of the one vocabulary and what staff adopted."""
    lines = lines_of(text)
    found, own = sections_of(lines), adopted or {}
    loose = [line for name in ("top", "bio", "other") for line in found.get(name, [])]
    studies = found.get("studies") or named_in(loose)
    languages = _words("languages", found.get("languages", []), own)
    return Proposal(
        skills=_words("skills", found.get("skills", []), own),
        languages=languages,
        bio=" ".join(found.get("bio", []))[:LONGEST_BIO],
        qualifications=tuple(find_education(studies, today=today)[:MOST]),
        experiences=tuple(find_jobs(found.get("jobs") or loose, today=today)[:MOST]),
        fluency=tuple(find_languages(found.get("languages", []), languages, Lexicon(own))),
    )


def _words(
    kind: str, lines: list[str], adopted: Mapping[str, Mapping[str, str]]
) -> tuple[str, ...]:
    """Entries of the list that the vocabulary knows, never letters inside a word."""
    own = adopted.get(kind, lexicon.EMPTY_LEXICON)
    parts = [part for line in lines for part in _LIST.split(BULLET.sub("", line)) if part]
    known = [word for part in parts for word in _known_in(part.split(), kind, own)]
    return tuple(lexicon.normalise_all(kind, known, own)[:MOST_WORDS])


def _known_in(words: list[str], kind: str, own: Mapping[str, str]) -> Iterator[str]:
    """The longest known run of whole words first: a PDF may have lost what stood between."""
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + LONGEST_RUN), start, -1):
            run = " ".join(words[start:end])
            if lexicon.is_known(kind, run, own):
                yield run
                start = end - 1
                break
        start += 1
