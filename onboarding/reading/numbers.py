"""Aadhaar numbers (and virtual ids) among symbols that were read: which ones, and where."""

import re
from dataclasses import dataclass

from stdnum import verhoeff

from onboarding.reading.engine import Box, Line, Symbol

#: What digits are taken for when the print is poor.
LOOKALIKES = str.maketrans("OoQDIl|SBZG", "00001115826")
MASKED = re.compile(r"(?:[Xx*\u2022\u00d7]\s?){8}(\d{4})(?!\d)")
DASHES = {".", "-", "\u2013", "\u2014", " "}
SHOWN = 4
SURE = 80.0


@dataclass(frozen=True)
class Found:
    """One number: the part that has to be covered, and the last four digits."""

    hidden: tuple[Box, ...]
    last_four: str
    sure: bool
    upright: bool


def full_numbers(lines: list[Line]) -> list[Found]:
    """All numbers of twelve or sixteen digits that can be read in full."""
    return [found for line in lines for found in _in_line(line)]


def _in_line(line: Line) -> list[Found]:
    digits = [each for each in line if each.text.translate(LOOKALIKES).isdigit()]
    return [found for run in _runs(line, digits) for found in _in_run(run)]


def _runs(line: Line, digits: list[Symbol]) -> list[list[Symbol]]:
    """Digits that follow each other, with nothing but spaces, dots and dashes between."""
    runs: list[list[Symbol]] = [[]]
    wanted = set(map(id, digits))
    for each in line:
        if id(each) in wanted:
            runs[-1].append(each)
        elif each.text not in DASHES:
            runs.append([])
    return [run for run in runs if len(run) >= 12]


def _in_run(run: list[Symbol]) -> list[Found]:
    text = "".join(each.text for each in run).translate(LOOKALIKES)
    for length in (16, 12):
        for start in range(len(run) - length + 1):
            if is_number(text[start : start + length]) and (
                len(run) == length or run[start].begins_word
            ):
                rest = _in_run(run[start + length :]) if len(run) - start - length >= 12 else []
                return [_found(run[start : start + length], alone=len(run) == 12), *rest]
    return [_found(run, alone=False)] if _looks_like_one(run) else []


def is_number(digits: str) -> bool:
    """Whether the check digit fits, as in a number that was given to somebody."""
    return digits[0] in "23456789" and bool(verhoeff.is_valid(digits))


def _looks_like_one(run: list[Symbol]) -> bool:
    """Twelve or sixteen digits in fours: one of them was misread, but it is a number."""
    if len(run) not in (12, 16):
        return False
    words = [place for place, each in enumerate(run) if each.begins_word]
    return words == list(range(0, len(run), 4))


def _found(symbols: list[Symbol], *, alone: bool) -> Found:
    """Only of a number that stands alone the last four digits are sure: a virtual id has others."""
    text = "".join(each.text for each in symbols).translate(LOOKALIKES)
    sure = alone and is_number(text) and min(each.sure for each in symbols[-SHOWN:]) >= SURE
    return Found(
        tuple(each.box for each in symbols[:-SHOWN]), text[-SHOWN:], sure, symbols[0].upright
    )


def masked_last_four(text: str) -> str:
    """The digits that a masked number shows, or nothing where none is masked."""
    match = MASKED.search(text)
    return match.group(1) if match else ""
