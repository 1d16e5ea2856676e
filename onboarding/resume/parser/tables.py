"""Tables with headings, such as "Degree | Institution | Year | %". Cells are separated by tabs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from onboarding.resume.parser.sections import is_heading

_SCHOOL, _BOARD = r"institut(?:e|ion)s?|colleges?|schools?", r"boards?|universit(?:y|ies)"
_OR = r"\s*(?:/|&|and|or|,)\s*"
#: What a column holds, by its heading. The first match counts.
KINDS = (
    ("serial", r"(?:s|sr|sl)\.?\s?no\.?|no\.|#|serial (?:no\.?|number)"),
    ("year", r"(?:month (?:and|&) )?year(?: of (?:passing|completion|graduation))?|year of"
             r"|(?:passing|completion|passed)(?: out)?(?: in)? year|passing|passed(?: out)? in"
             r"|batch|session|completed in|completion|years"),
    ("marks", r"%|marks?|%? ?(?:marks|percentage|cgpa|sgpa|gpa|grade|score|result|aggregate"
              r"|division)s?"
              r"(?:\s*(?:/|or|&|and|\(|in|obtained|%|of|secured|:).{0,25})?|% .{0,20}|%/.{0,20}"
              r"|percent|class obtained|marks? in %"),
    ("institution", rf"(?:name of (?:the )?)?(?:{_SCHOOL})(?:{_OR}(?:{_SCHOOL}"
                    rf"|{_BOARD}))*(?: name)?"
                    rf"|(?:name of (?:the )?)?(?:{_BOARD}){_OR}(?:{_SCHOOL})(?: name)?"),
    ("board", rf"(?:name of (?:the )?)?(?:{_BOARD})(?:{_OR}(?:{_BOARD}))*(?: name)?"
              r"|affiliat(?:ed|ion).{0,20}"),
    ("degree", r"(?:degree|course|(?:educational )?qualifications?|exam(?:ination)?s?(?: passed)?"
               r"|class|standard|program(?:me)?|education|level)s?"
               r"(?: ?/ ?(?:degree|course|class|certificate|qualification|exam\w*))?"
               r"|(?:degree|course|qualification) name|name of (?:the )?(?:degree|course|exam\w*)"),
    ("subject", r"stream|speciali[sz]ation|subjects?|branch|discipline"),
    ("company", r"(?:name of (?:the )?)?(?:company|organi[sz]ation|employer|firm)(?: name)?"),
    ("role", r"designation|role|position|post(?: held)?|job title|title|job role|profile"),
    ("from", r"from|start(?: date)?|(?:date of )?joining(?: date)?|doj|started"),
    ("to", r"to|end(?: date)?|till|up ?to|(?:date of )?(?:leaving|relieving)(?: date)?|ended"),
    ("period", r"duration|(?:time )?period|tenure|dates?|from ?(?:-|/|to) ?to|working period"),
    ("language", r"languages?(?: known)?"),
    ("read", r"read(?:ing)?"), ("write", r"writ(?:e|ing|ten)"), ("speak", r"spe?ak(?:ing)?|spoken"),
    ("understand", r"understand(?:ing)?|listen(?:ing)?"),
    ("level", r"proficiency(?: level)?|fluency|level"),
    ("other", r"location|place|city|ctc|salary|experience|responsibilit(?:y|ies)|remarks?"
              r"|reason for leaving|nature of (?:work|job)|skills?|total(?: experience)?|state"),
)  # fmt: skip
_KINDS = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in KINDS]
#: Headings that stand for a table only next to others like them.
TOPICS = {"degree", "institution", "board", "company", "role", "language"}


@dataclass(frozen=True)
class Table:
    """Rows as dictionaries from kind to text, and the lines before and after the table."""

    rows: list[dict[str, str]]
    start: int
    end: int


def kinds_of(cells: Sequence[str]) -> list[str] | None:
    """What each column holds if these cells are the headings of a table."""
    kinds = [_kind_of(cell) for cell in cells]
    known = [kind for kind in kinds if kind]
    if len(known) < 2 or len(known) < 0.7 * len(kinds) or not TOPICS & set(known):
        return None
    return None if all(is_heading(cell) for cell in cells) else kinds


@lru_cache(maxsize=4096)
def _kind_of(cell: str) -> str:
    text = " ".join(cell.split()).strip(" :.*").rstrip(".") or cell.strip()
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(text)), "")


def find_table(lines: list[str], start: int = 0) -> Table | None:
    """The first table with headings from a line on."""
    for index in range(start, len(lines)):
        kinds = kinds_of(cells_of(lines[index])) if "\t" in lines[index] else None
        if kinds:
            rows, end = _rows(lines, index + 1, kinds)
            return Table(rows, index, end)
    return None


def cells_of(line: str) -> list[str]:
    """The cells of a line. An empty cell counts."""
    return [cell.strip() for cell in line.split("\t")]


def _rows(lines: list[str], index: int, kinds: list[str]) -> tuple[list[dict[str, str]], int]:
    rows = []
    while index < len(lines):
        cells = cells_of(lines[index])
        if lines[index] and (len(cells) != len(kinds) or is_heading(lines[index])):
            break
        if lines[index]:
            rows.append({kind: cell for kind, cell in zip(kinds, cells, strict=True) if kind})
        index += 1
    return rows, index
