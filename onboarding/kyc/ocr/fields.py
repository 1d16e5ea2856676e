"""Parses fields from the OCR lines of a card: name, birth date, PIN code. Removes long numbers."""

import re
from datetime import date

LONG_NUMBER = re.compile(r"(?:\d[\s.\-]?){7,}\d")
DATE = re.compile(r"(?<!\d)(\d{2})[/.\-](\d{2})[/.\-](\d{4})(?!\d)")
PIN = re.compile(r"(?<!\d)([1-9]\d{5})(?!\d)")
NAME = re.compile(r"[A-Z][A-Za-z.']*(?: [A-Z][A-Za-z.']*){0,4}")
NAME_LABEL = re.compile(r"(?i)\bname\b")
OTHER_LABEL = re.compile(r"(?i)father|mother|husband|government|authority|account|india|address")


def without_long_numbers(lines: list[str]) -> list[str]:
    """The lines with each number of eight or more digits replaced."""
    cleaned = [LONG_NUMBER.sub("[number]", line) for line in lines]
    return [line for line in cleaned if line.strip()]


def parse_fields(kind: str, lines: list[str]) -> dict[str, str | list[str] | None]:
    """The fields that the checks compare: name, birth date, PIN code and all lines."""
    is_back = kind == "AADHAAR_BACK"
    return {
        "name": None if is_back else _find_name(kind, lines),
        "birth_on": None if is_back else _find_birth_date(lines),
        "pin": _find_pin(lines) if is_back else None,
        "lines": list(lines),
    }


def _find_birth_date(lines: list[str]) -> str | None:
    for line in lines:
        for day, month, year in DATE.findall(line):
            try:
                return date(int(year), int(month), int(day)).isoformat()
            except ValueError:
                continue
    return None


def _find_pin(lines: list[str]) -> str | None:
    found = [match for line in lines for match in PIN.findall(line)]
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
        dates = [index for index, line in enumerate(lines) if DATE.search(line)]
        candidates = lines[: dates[0]][::-1][:2] if dates else []
    for line in candidates:
        match = NAME.fullmatch(line.strip(" .,:|_-"))
        if match and not OTHER_LABEL.search(line):
            return match.group()
    return None
