"""Headings of the columns of tables, such as "Degree | Institution | Year | %"."""

import re
from collections.abc import Sequence
from functools import lru_cache

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


def column_kinds(cells: Sequence[str]) -> list[str] | None:
    """What each column holds if these cells are the headings of a table."""
    kinds = [_kind_of(cell) for cell in cells]
    known = [kind for kind in kinds if kind]
    if len(known) < 2 or len(known) < 0.7 * len(kinds) or not TOPICS & set(known):
        return None
    return kinds


@lru_cache(maxsize=4096)
def _kind_of(cell: str) -> str:
    text = " ".join(cell.split()).strip(" :.*").rstrip(".") or cell.strip()
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(text)), "")
