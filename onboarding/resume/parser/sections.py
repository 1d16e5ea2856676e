"""Splits the text of a résumé into lines and sections by headings."""

import re
import unicodedata

from onboarding import identifiers
from onboarding.vocabulary import lexicon

SECTIONS = {
    "studies": ("education", "educational qualification", "educational qualifications",
                "academic qualification", "academic qualifications", "qualification",
                "qualifications", "academics", "academic background", "academic profile",
                "education and training", "educational background", "scholastics"),
    "jobs": ("experience", "work experience", "professional experience", "employment",
             "employment history", "work history", "career history", "job history",
             "experience summary", "employment details", "where i have worked", "career"),
    "skills": ("skills", "key skills", "technical skills", "core skills", "skill set",
               "skills and tools", "core competencies", "competencies", "areas of expertise",
               "computer skills", "it skills", "soft skills", "strengths", "what i can do"),
    "languages": ("languages", "languages known", "language skills", "linguistic abilities",
                  "known languages", "languages spoken", "language proficiency"),
    "bio": ("summary", "profile", "profile summary", "professional summary", "objective",
            "career objective", "about me", "about", "career summary"),
    "other": ("declaration", "personal details", "personal information", "references", "hobbies",
              "interests", "projects", "certifications", "certificates", "achievements", "awards",
              "contact", "contact details", "reference", "training", "courses", "personal profile",
              "extra curricular activities", "place"),
}  # fmt: skip
#: A short line that ends in one of these words is a heading too.
_ENDINGS = {
    "experience": "jobs", "employment": "jobs", "education": "studies", "degrees": "studies",
    "qualification": "studies", "qualifications": "studies", "academics": "studies",
    "skills": "skills", "competencies": "skills", "languages": "languages",
}  # fmt: skip
_SECTION_OF_HEADING = {name: section for section, names in SECTIONS.items() for name in names}
_CONTACT = re.compile(r"\S+@\S+\.\w+|https?://\S+|www\.\S+|(?<!\d)(?:\+91[\s-]?)?[6-9]\d{9}(?!\d)")
BULLET = re.compile(r"^\s*(?:[•●▪◦‣·*»➢✓>o]|\d{1,2}[.)]|-)\s+")
#: Typographic dashes and apostrophes become ASCII.
_CHARACTERS = str.maketrans(
    {"\u2013": "-", "\u2014": " - ", "\u2212": "-", "\u2019": "'", "\t": "    ", "\0": ""}
)


def sections_of(lines: list[str]) -> dict[str, list[str]]:
    """The lines below each heading; lines before the first heading are under `top`."""
    found: dict[str, list[str]] = {"top": []}
    section = "top"
    for line in lines:
        name, rest = _heading(line)
        if name:
            section = name
            found.setdefault(section, [])
        if rest:
            found[section].append(rest)
    return found


def _heading(line: str) -> tuple[str, str]:
    """The section of a heading line and the text after its colon; or no section and the line."""
    before, colon, after = line.partition(":")
    section = _SECTION_OF_HEADING.get(_normalise(before)) or _section_by_ending(before)
    if section and (colon or _normalise(line) == _normalise(before)):
        return section, after.strip()
    return "", line


def _section_by_ending(text: str) -> str:
    words = _normalise(text).split()
    is_short = 0 < len(words) <= 4 and not re.search(r"[\d,.|/]", text)
    is_skill = lexicon.is_known("skills", text)  # "Communication skills" is an entry of a list
    return _ENDINGS.get(words[-1], "") if is_short and not is_skill else ""


def _normalise(text: str) -> str:
    words = re.sub(r"[^a-z& ]+", " ", text.casefold().replace("&", " and "))
    return " ".join(words.split())


def lines_of(text: str) -> list[str]:
    """The lines of a text, without contact details and 12-digit numbers."""
    normalised = unicodedata.normalize("NFKC", text).translate(_CHARACTERS)
    safe = _CONTACT.sub(" ", identifiers.without_full_aadhaar(normalised))
    return [line.strip() for line in safe.splitlines() if line.strip()]
