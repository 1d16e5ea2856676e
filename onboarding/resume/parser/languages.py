"""Parses language proficiency from the lines of a résumé."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from onboarding.resume.parser.sections import BULLET
from onboarding.vocabulary.lexicon import LANGUAGES, Lexicon

#: The first match counts.
_GRADES = (
    ("NONE", r"can(?:not|'t)|unable"),
    ("BASIC", r"basic|beginner|elementary|limited|little|a[12]\b|understand|pre-?intermediate"
              r"|learning|novice"),
    ("FLUENT", r"fluent\w*|native|mother tongue|bilingual|proficient|advanced|expert|excellent|"
               r"full professional|first language|c[12]\b"),
    ("GOOD", r"good|intermediate|conversation\w*|working|professional|well|b[12]\b"),
)  # fmt: skip
GRADES = [(name, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for name, words in _GRADES]
_SPOKEN = re.compile(r"\b(?:spoken|speak\w*|oral|verbal)\b", re.IGNORECASE)
_WRITTEN = re.compile(r"\b(?:written|writ\w+)\b", re.IGNORECASE)
#: A native language is spoken; it says nothing about writing.
_NATIVE = re.compile(r"\b(?:native|mother tongue|first language)\b", re.IGNORECASE)
_PIECES = re.compile(r"([,;|/•●▪·:()\[\]\t]|\s-\s|\band\b|\s{3,}|\.(?=\s|$))", re.IGNORECASE)
#: Of a heading above other languages than the native one.
_OTHERS = re.compile(r"\bother languages?\b", re.IGNORECASE)
#: "Fluent in English and Hindi": the level is that of all languages that follow.
_OF_ALL = re.compile(r"\b(?:in|of|with|at)\s+\S+$", re.IGNORECASE)
#: The self-assessment of the European Language Passport, in the order of its columns.
_CEFR = re.compile(r"\b[ABC][12]\b")
_PASSPORT = re.compile(
    r"\b(listening|reading|writing|speaking|spoken\s+(?:inter\w+|prod\w+))\W{0,3}([abc][12])\b",
    re.IGNORECASE,
)
_COLUMNS = re.compile(r"listening.*reading.*sp(?:oken|eaking).*writing", re.IGNORECASE)
_RANKS = ["NONE", "BASIC", "GOOD", "FLUENT"]


@dataclass(frozen=True)
class LanguageLevel:
    """One language with its levels; empty where the résumé says nothing."""

    language: str
    spoken: str
    written: str


@dataclass
class _LanguageReader:
    """Goes through the lines: the language that a level belongs to, or the level of languages."""

    known: tuple[str, ...]
    lexicon: Lexicon
    levels: dict[str, dict[str, str]] = field(default_factory=dict)
    #: The language that was named last.
    language: str = ""
    #: The level that stands before languages, as in "Fluent: English, Hindi".
    before: dict[str, str] = field(default_factory=dict)
    #: The level that was read last for the language.
    grade: str = ""
    #: The line above is a level and nothing else.
    is_below_level: bool = False
    #: Below the headings of the European Language Passport.
    has_columns: bool = False

    def read(self, line: str) -> None:
        """Read one line of the section."""
        pieces = self._pieces(line)
        self.has_columns = self.has_columns or _COLUMNS.search(line) is not None
        if passport := _passport_grades(line, has_columns=self.has_columns):
            self._set_passport(passport, next((each for _, _, each in pieces if each), ""))
            return
        named = [bool(language) for _, _, language in pieces]
        if any(named) and named[0] and not self.is_below_level:
            self.before = {}
        for separator, piece, language in pieces:
            if _OTHERS.search(piece):
                self.before = {}
            if language:
                self._name(separator, piece, language)
            else:
                self._grade(piece)
        self.is_below_level = bool(self.before) and not any(named)

    def _pieces(self, line: str) -> list[tuple[str, str, str]]:
        """The pieces of a line with the separators before them and the languages they name."""
        parts = ["", *_PIECES.split(BULLET.sub("", line))]
        pairs = zip(parts[::2], map(str.strip, parts[1::2]), strict=True)
        return [
            (separator.strip(), piece, self._language_in(piece))
            for separator, piece in pairs
            if piece
        ]

    def _name(self, separator: str, piece: str, language: str) -> None:
        """A piece that names a language, with a level or without."""
        first, _, rest = piece.partition(" ")
        if separator == ":" and self.language and not self.grade and _CEFR.fullmatch(first):
            self._set(self.language, _grades_in(first))  # "English: C1 Hindi: Native"
            piece = rest
        self.language, self.grade = language, ""
        grades = _grades_in(piece)
        if grades and _OF_ALL.search(piece):
            self.before = grades
        self._set(language, grades or self.before)

    def _grade(self, piece: str) -> None:
        """A piece without a language: the level of the last one, or of those that follow."""
        grades = _grades_in(piece)
        if not grades and self.grade:
            grades = dict.fromkeys(_named_skills(piece), self.grade)
        if not grades:
            return
        if self.language and not self.before:
            self._set(self.language, grades)
        else:
            self.language, self.before = "", grades

    def _set(self, language: str, grades: dict[str, str]) -> None:
        self.levels.setdefault(language, {}).update(grades)
        self.grade = next(iter(grades.values()), "")

    def _set_passport(self, grades: list[tuple[str, str]], language: str) -> None:
        """The grid of one language; of two ways to speak the lower level counts."""
        self.language = language or self.language
        if self.language:
            levels = self.levels.setdefault(self.language, {})
            for skill, grade in grades:
                levels[skill] = min(grade, levels.get(skill, grade), key=_RANKS.index)

    def _language_in(self, piece: str) -> str:
        words = piece.split()
        runs = (" ".join(words[i:j]) for i in range(len(words)) for j in range(len(words), i, -1))
        named = (self.lexicon.normal(LANGUAGES, run) for run in runs)
        return next((name for name in named if name in self.known), "")


def find_languages(
    lines: list[str], known: tuple[str, ...], lexicon: Lexicon
) -> list[LanguageLevel]:
    """The levels of those `known` languages for which the lines state any."""
    reader = _LanguageReader(known, lexicon)
    for line in lines:
        reader.read(line)
    return [
        LanguageLevel(name, grades.get("spoken", ""), grades.get("written", ""))
        for name, grades in reader.levels.items()
        if grades
    ]


def _passport_grades(line: str, *, has_columns: bool) -> list[tuple[str, str]]:
    """The levels of speaking and writing in a grid, as pairs of skill and level."""
    pairs = [(name.casefold(), code) for name, code in _PASSPORT.findall(line)]
    codes = _CEFR.findall(line)
    if not pairs and has_columns and len(codes) in (4, 5):
        spoken = [("speaking", code) for code in codes[2:-1]]
        pairs = [*spoken, ("writing", codes[-1])]
    skills = {"w": "written", "s": "spoken"}
    return [(skills[name[0]], _grade_in(code)) for name, code in pairs if name[0] in skills]


def _grade_in(piece: str) -> str:
    return next((name for name, words in GRADES if words.search(piece)), "")


def _grades_in(piece: str) -> dict[str, str]:
    grade = _grade_in(piece)
    return dict.fromkeys(_skills_in(piece), grade) if grade else {}


def _skills_in(piece: str) -> Iterator[str]:
    spoken, written = _SPOKEN.search(piece), _WRITTEN.search(piece)
    if spoken or not written:
        yield "spoken"
    if written or not (spoken or _NATIVE.search(piece)):
        yield "written"


def _named_skills(piece: str) -> list[str]:
    """The skills that a piece without a level names, as in "excellent written and spoken"."""
    named = {"spoken": _SPOKEN, "written": _WRITTEN}
    return [skill for skill, words in named.items() if words.search(piece)]
