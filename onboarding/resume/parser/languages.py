"""Parses language proficiency from the lines of a résumé."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onboarding.resume.parser.sections import BULLET
from onboarding.vocabulary.lexicon import LANGUAGES, Lexicon

#: The first match counts.
_GRADES = (
    ("NONE", r"can(?:not|'t)|unable"),
    ("BASIC", r"basic|beginner|elementary|limited|little|a[12]\b|understand"),
    ("FLUENT", r"fluent\w*|native|mother tongue|bilingual|proficient|advanced|expert|excellent|"
               r"full professional|first language|c[12]\b"),
    ("GOOD", r"good|intermediate|conversation\w*|working|professional|well|b[12]\b"),
)  # fmt: skip
GRADES = [(name, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for name, words in _GRADES]
_SPOKEN = re.compile(r"\b(?:spoken|speak\w*|oral|verbal)\b", re.IGNORECASE)
_WRITTEN = re.compile(r"\b(?:written|writ\w+)\b", re.IGNORECASE)
#: A native language is spoken; it says nothing about writing.
_NATIVE = re.compile(r"\b(?:native|mother tongue|first language)\b", re.IGNORECASE)
_PIECES = re.compile(r"[,;|/•●▪·:()\[\]\t]|\s-\s|\band\b|\s{3,}|\.(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True)
class LanguageLevel:
    """One language with its levels; empty where the résumé says nothing."""

    language: str
    spoken: str
    written: str


def find_languages(
    lines: list[str], known: tuple[str, ...], lexicon: Lexicon
) -> list[LanguageLevel]:
    """The levels of those `known` languages for which the lines state any."""
    levels: dict[str, dict[str, str]] = {}
    for line in lines:
        language = ""
        for piece in filter(None, map(str.strip, _PIECES.split(BULLET.sub("", line)))):
            language = _language_in(piece, known, lexicon) or language
            if language:
                levels.setdefault(language, {}).update(_grades_in(piece))
    return [
        LanguageLevel(name, grades.get("spoken", ""), grades.get("written", ""))
        for name, grades in levels.items()
        if grades
    ]


def _language_in(piece: str, known: tuple[str, ...], lexicon: Lexicon) -> str:
    words = piece.split()
    runs = (" ".join(words[i:j]) for i in range(len(words)) for j in range(len(words), i, -1))
    named = (lexicon.normal(LANGUAGES, run) for run in runs)
    return next((name for name in named if name in known), "")


def _grades_in(piece: str) -> dict[str, str]:
    grade = next((name for name, words in GRADES if words.search(piece)), "")
    return dict.fromkeys(_skills_in(piece), grade) if grade else {}


def _skills_in(piece: str) -> Iterator[str]:
    spoken, written = _SPOKEN.search(piece), _WRITTEN.search(piece)
    if spoken or not written:
        yield "spoken"
    if written or not (spoken or _NATIVE.search(piece)):
        yield "written"
