"""Splits the text of a résumé into lines and sections by headings."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from onboarding import identifiers
from onboarding.resume.parser.table_headings import column_kinds
from onboarding.vocabulary import lexicon

SECTIONS = {
    "studies": ("education", "educational qualification", "educational qualifications",
                "academic qualification", "academic qualifications", "qualification",
                "qualifications", "academics", "academic background", "academic profile",
                "education and training", "educational background", "scholastics",
                "educational credentials", "academic credentials", "education details",
                "educational details", "academic details", "academic record", "academia",
                "academic history", "education history", "scholastic record",
                "educational profile", "education and qualifications", "academic chronicle",
                "professional qualification", "academic qualification details"),
    "jobs": ("experience", "work experience", "professional experience", "employment",
             "employment history", "work history", "career history", "job history",
             "experience summary", "employment details", "where i have worked", "career",
             "professional background", "professional history", "career progression",
             "employment record", "professional journey", "experience details", "work details",
             "internship", "internships", "career graph", "professional details", "career path",
             "organisational scan", "organizational scan", "work experience details",
             "experience and internships", "jobs", "jobs and internships",
             "company details", "career timeline"),
    "skills": ("skills", "key skills", "technical skills", "core skills", "skill set",
               "skills and tools", "core competencies", "competencies", "areas of expertise",
               "computer skills", "it skills", "soft skills", "strengths", "what i can do",
               "key strengths", "expertise", "computer proficiency", "computer knowledge",
               "technical proficiency", "technical expertise", "tools", "tools and technologies",
               "software", "skillset", "area of expertise", "skills summary", "abilities",
               "skills and abilities", "skills and expertise", "skills and strengths",
               "functional skills", "core strengths", "key expertise", "skills and competences",
               "digital skills", "digital competence", "digital competences",
               "computer competences",
               "computer skills and competences", "technical skills and competences",
               "organisational skills", "job related skills", "personal skills", "other skills",
               "skills and interests", "skills and hobbies", "additional skills",
               "it proficiency", "computer literacy", "technologies", "skill highlights"),
    "languages": ("languages", "languages known", "language skills", "linguistic abilities",
                  "known languages", "languages spoken", "language proficiency", "language",
                  "language known", "linguistic skills", "linguistic proficiency",
                  "mother tongue", "mother tongue s", "mother tongues", "other language",
                  "other language s", "other languages", "languages and proficiency",
                  "linguistic competence", "languages i speak"),
    "bio": ("summary", "profile", "profile summary", "professional summary", "objective",
            "career objective", "about me", "about", "career summary", "executive summary",
            "professional profile", "career profile", "job objective", "summary of profile"),
    "other": ("declaration", "personal details", "personal information", "references", "hobbies",
              "interests", "projects", "certifications", "certificates", "achievements", "awards",
              "contact", "contact details", "reference", "training", "courses", "personal profile",
              "extra curricular activities", "place", "volunteer experience", "volunteering",
              "project experience", "honors awards", "publications", "driving licence",
              "hobbies and interests", "personal dossier", "personal data", "personal vitae",
              "trainings", "certification", "licenses and certifications", "accomplishments",
              "contact information", "contact me", "awards and achievements", "volunteer work",
              "trainings attended", "strengths and weaknesses", "social", "links", "address"),
}  # fmt: skip
#: A short line that ends in one of these words is a heading too.
_ENDINGS = {
    "experience": "jobs", "employment": "jobs", "education": "studies", "degrees": "studies",
    "qualification": "studies", "qualifications": "studies", "academics": "studies",
    "skills": "skills", "competencies": "skills", "languages": "languages",
    "competences": "skills", "proficiencies": "skills", "internships": "jobs",
    "projects": "other", "certifications": "other", "achievements": "other", "awards": "other",
    "activities": "other", "interests": "other", "hobbies": "other", "references": "other",
    "objective": "bio",
}  # fmt: skip
#: "Customer experience" is a kind of work.
_NO_ENDINGS = re.compile(r"\b(?:customer|user|client|guest|candidate|digital)s? experience$")
_SECTION_OF_HEADING = {name: section for section, names in SECTIONS.items() for name in names}
_SECTION_OF_SPACED = {name.replace(" ", ""): s for name, s in _SECTION_OF_HEADING.items()}
#: Headings that say how well the languages below them are known.
_SAYS_LEVEL = re.compile(r"\s*(?:mother tongue|other language)", re.IGNORECASE)
_CONTACT = re.compile(r"\S+@\S+\.\w+|https?://\S+|www\.\S+|(?<!\d)(?:\+91[\s-]?)?[6-9]\d{9}(?!\d)")
BULLET_SIGNS = "•●▪◦‣·*»➢✓>❖■□◆◇➤►▶✔∙○⚫⬤\uf0b7\uf0a7\uf0d8\uf0fc\u2013-"
BULLET = re.compile(rf"^\s*(?:[{re.escape(BULLET_SIGNS)}o]|\d{{1,2}}[.)]|-)\s+")
#: The rest of a longer line is not read.
MAX_LINE = 2000
#: A line that marks the start of a column or text box.
COLUMN = "\f"
#: Typographic dashes and apostrophes become ASCII. Soft hyphens and invisible marks are removed.
_CHARACTERS = str.maketrans(
    {
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": " - ",
        "\u2015": " - ", "\u2212": "-", "\u2018": "'", "\u2019": "'", "\0": "", "\xad": "",
        "\u200b": "", "\u200e": "", "\u200f": "", "\ufeff": "", "\u2060": "", "\r": "\n",
        "\x0b": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n",
    }
)  # fmt: skip


def sections_of(lines: list[str]) -> dict[str, list[str]]:
    """The lines below each heading; lines before the first heading are under `top`."""
    found: dict[str, list[str]] = {"top": []}
    section = "top"
    for line in _with_whole_headings(lines):
        name, rest = _heading(line)
        if name or line == COLUMN:
            section = name or "top"
            found.setdefault(section, [])
        if rest != COLUMN and (rest or not name):
            found[section].append(rest)
    return found


def _with_whole_headings(lines: list[str]) -> Iterator[str]:
    """Lines, with headings that take two of them in one: "EDUCATION AND / TRAINING"."""
    skip = False
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        both = f"{line} {below}"
        has_words = _normalise(line) and _normalise(below) and not re.search(r"\d", both)
        is_whole = len(both) < 40 and has_words and not _exact_section(line)
        if skip:
            skip = False
        elif is_whole and len(line.split()) > 1 and _exact_section(both):
            skip = True
            yield both
        else:
            yield line


@lru_cache(maxsize=4096)
def is_heading(line: str) -> bool:
    """Whether a line is the heading of a section and nothing else."""
    name, rest = _heading(line)
    return bool(name and not rest)


def _heading(line: str) -> tuple[str, str]:
    """The section of a heading line and the text after it; or no section and the line."""
    first, _, after_tab = line.strip().partition("\t")
    before, colon, after = first.partition(":")
    if spaced := _spaced_section(line):
        return spaced, ""
    if after_tab and column_kinds(cells := line.split("\t")):
        return (_exact_section(cells[0]), "") if all(map(_exact_section, cells)) else ("", line)
    exact = _exact_section(before)
    if exact and (colon or _normalise(first) == _normalise(before)):
        rest = "\t".join(filter(None, (after.strip(), after_tab)))
        return exact, line.strip() if _SAYS_LEVEL.match(before) else rest
    section = _section_by_ending(before)
    rest = "\t".join(filter(None, (after.strip(), after_tab)))
    if section and (not rest or section in ("skills", "languages")):
        return section, rest
    return "", line


def _exact_section(text: str) -> str:
    plain = re.sub(r"[(\[][^()\[\]]*[)\]]", " ", text) if len(text) < 60 else ""
    found = _SECTION_OF_HEADING.get(_normalise(plain)) or _SECTION_OF_HEADING.get(_normalise(text))
    return found or ""


def _spaced_section(line: str) -> str:
    """The section of a heading whose letters are spaced out: "W O R K   E X P E R I E N C E"."""
    pieces = line.replace("&", "and").split()
    is_spaced = sum(len(piece) == 1 for piece in pieces) > 2 or "\t" in line
    if (
        not is_spaced
        or len(line) > 60
        or any(letter.islower() for letter in line.replace("and", ""))
    ):
        return ""
    return _SECTION_OF_SPACED.get("".join(pieces).casefold().strip(":"), "")


def _section_by_ending(text: str) -> str:
    words = _normalise(text).split()
    is_short = 0 < len(words) <= 4 and not re.search(r"[\d,.|/]", text)
    if not is_short or BULLET.match(text) or _NO_ENDINGS.search(" ".join(words)):
        return ""
    is_title = all(word[:1].isupper() for word in text.split() if len(word) > 3)
    # "Communication skills" is an entry of a list.
    is_skill = lexicon.is_known("skills", text)
    if not is_title or is_skill:
        return ""
    is_skills = "skills" in words[:-1] and words[-1] in ("interests", "hobbies", "activities")
    return "skills" if is_skills else _ENDINGS.get(words[-1], "")


def _normalise(text: str) -> str:
    words = re.sub(r"[^a-z& ]+", " ", text.casefold().replace("&", " and "))
    return " ".join(words.split())


def lines_of(text: str) -> list[str]:
    """The lines of a text, without contact details and 12-digit numbers.

    Cells are separated by single tabs. A blank line is a gap, and `COLUMN` the start of a column.
    """
    short = "\n".join(line[:MAX_LINE] for line in plain_signs(text).split("\n"))
    safe = _CONTACT.sub(" ", identifiers.without_full_aadhaar(short))
    lines: list[str] = []
    for line in safe.split("\n"):
        plain = COLUMN if COLUMN in line else _plain_cells(line)
        if plain or (lines and lines[-1]):
            lines.append(plain)
    return lines[:-1] if lines and not lines[-1] else lines


def plain_signs(text: str) -> str:
    """The text with plain dashes, quotes and spaces, and without invisible signs."""
    return unicodedata.normalize("NFKC", text.translate(_CHARACTERS)).translate(_CHARACTERS)


def _plain_cells(line: str) -> str:
    cells = re.split(r"\t| {3,}", line.replace("\xa0", " ").lstrip(" "))
    plain = [" ".join(cell.split()) for cell in cells]
    while plain and not plain[-1]:
        plain.pop()
    return "\t".join(plain).strip(" ") if any(plain) else ""
