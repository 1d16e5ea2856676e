"""Parses fields from the OCR lines of a card: name, birth date, PIN code. Removes long numbers.

A field that is not certain is left empty: a person looks at the card then. A wrong one would be
compared with the profile as if it were printed on the card.
"""

import re
from collections.abc import Iterator
from datetime import date

from onboarding.kyc.ocr.numbers import LOOKALIKES

LONG_NUMBER = re.compile(r"(?:\d[\s.\-]?){7,}\d")
DATE = re.compile(r"(?<![\d/])([\dOlI]{2}) ?[/.\-] ?([\dOlI]{2}) ?[/.\-] ?([12][\dOlI]{3})(?!\d)")
PIN = re.compile(r"(?<!\d)([1-9]\d{5})(?!\d)")
NAME = re.compile(r"[A-Z][A-Za-z.']*(?: [A-Z][A-Za-z.']*){0,4}")
#: A word of a name, and not what is left of a script that was not read.
NAME_WORD = re.compile(r"(?i)\b(?=[a-z']*[aeiouy])[a-z']{3,}")
NAME_LABEL = re.compile(r"(?i)\bname\b")
BIRTH_LABEL = re.compile(r"(?i)\bd\W?o\W?b\b|birth|\byob\b|जन्म")
#: Dates on a card that are nobody's birth date.
OTHER_DATE = re.compile(r"(?i)issue|download|print|generat|valid|enrol|update|as on|details")
GENDER = re.compile(r"(?i)\b(?:fe)?male\b|transgender")
OTHER_LABEL = re.compile(
    r"(?i)father|mother|husband|government|govt|authority|account|india|address|aadhaar|income|"
    r"department|permanent|signature|male|birth|date|issue|download|enrol|mobile|identity|number|"
    r"proof|citizen|unique|specimen|help"
)
FOOTER = re.compile(r"(?i)uidai|box|1947|www|help")
#: Lines above the birth date on which the name is looked for.
NAME_LINES = 2


def without_long_numbers(lines: list[str]) -> list[str]:
    """The lines with each number of eight or more digits replaced."""
    cleaned = [LONG_NUMBER.sub("[number]", line) for line in lines]
    return [line for line in cleaned if line.strip()]


def parse_fields(kind: str, lines: list[str]) -> dict[str, str | list[str] | None]:
    """The fields that the checks compare: name, birth date, PIN code and all lines."""
    is_back = kind == "AADHAAR_BACK"
    born = None if is_back else _find_birth_date(kind, lines)
    return {
        "name": None if is_back else _find_name(kind, lines),
        "birth_on": born[1].isoformat() if born else None,
        "pin": _find_pin(lines) if is_back else None,
        "lines": list(lines),
    }


def _find_birth_date(kind: str, lines: list[str]) -> tuple[int, date] | None:
    """The line and the date that is labelled as birth date, or else the only one it can be."""
    dates = [(index, each) for index, line in enumerate(lines) for each in _dates_in(line)]
    labelled = [each for each in dates if _is_labelled(lines, each[0])]
    others = [
        (index, each)
        for index, each in dates
        if not OTHER_DATE.search(" ".join(lines[max(0, index - 1) : index + 1]))
        and (kind == "PAN" or any(map(GENDER.search, lines[index + 1 : index + 3])))
    ]
    candidates = labelled or others
    return candidates[0] if len({each for _, each in candidates}) == 1 else None


def _is_labelled(lines: list[str], index: int) -> bool:
    """Whether the label of a birth date stands before it, or alone on the line above."""
    before = DATE.split(lines[index])[0]
    above = lines[index - 1] if index and not DATE.search(lines[index - 1]) else ""
    if OTHER_DATE.search(before):
        return False
    return bool(BIRTH_LABEL.search(before) or (not before.strip() and BIRTH_LABEL.search(above)))


def _dates_in(line: str) -> Iterator[date]:
    for parts in DATE.findall(line):
        try:
            day, month, year = (int(part.translate(LOOKALIKES)) for part in parts)
            yield date(year, month, day)
        except ValueError:
            continue


def _find_pin(lines: list[str]) -> str | None:
    found = [match for line in lines if not FOOTER.search(line) for match in PIN.findall(line)]
    return found[-1] if found else None


def _find_name(kind: str, lines: list[str]) -> str | None:
    """On a PAN card the line below “Name”; on an Aadhaar the line above the birth date."""
    if kind == "PAN":
        labels = [
            index
            for index, line in enumerate(lines)
            if NAME_LABEL.search(line) and not OTHER_LABEL.search(line)
        ]
        candidates = [line for index in labels for line in lines[index + 1 : index + 2]]
    else:
        above = _find_line_of_birth(lines)
        candidates = lines[max(0, above - NAME_LINES) : above][::-1]
    return next(filter(None, map(_as_name, candidates)), None)


def _find_line_of_birth(lines: list[str]) -> int:
    """The index of the line with the birth date, which may be a year, or 0."""
    if found := _find_birth_date("AADHAAR_FRONT", lines):
        return found[0]
    labelled = [index for index, line in enumerate(lines) if BIRTH_LABEL.search(line)]
    return labelled[0] if len(labelled) == 1 else 0


def _as_name(line: str) -> str | None:
    text = line.strip(" .,:|_-")
    if " " not in text:
        text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    if NAME.fullmatch(text) and NAME_WORD.search(text) and not OTHER_LABEL.search(text):
        return text
    return None
