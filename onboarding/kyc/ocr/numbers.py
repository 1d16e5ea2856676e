"""Aadhaar numbers (and virtual ids) among symbols that were read: which ones, and where."""

import re
from dataclasses import dataclass, replace

from stdnum import verhoeff

from onboarding.kyc.ocr.tesseract import Box, OcrSymbol, PanelLine

#: What digits are taken for when the print is poor.
LOOKALIKES = str.maketrans("OoQDIl|SBZG", "00001115826")
MASKED = re.compile(r"(?:[Xx*\u2022\u00d7]\s?){8}(\d{4})(?!\d)")
DASHES = {".", "-", "\u2013", "\u2014", " "}
SHOWN = 4
SURE = 80.0
ENOUGH_SHARED = 0.6


@dataclass(frozen=True)
class FoundNumber:
    """One number: the part that has to be covered, and the last four digits."""

    hidden: tuple[Box, ...]
    last_four: str
    sure: bool
    upright: bool


def find_full_numbers(lines: list[PanelLine]) -> list[FoundNumber]:
    """All numbers of twelve or sixteen digits that can be read in full.

    The reader breaks a line in two where it takes the page for columns. What stands at one height
    is looked at as one line too, and never held for sure.
    """
    whole = [found for line in lines for found in _in_line(line)]
    return whole + [replace(found, sure=False) for row in _rows(lines) for found in _in_line(row)]


def _rows(lines: list[PanelLine]) -> list[PanelLine]:
    """Pieces of lines with digits that stand beside each other, from left to right."""
    pieces = sorted(
        (line for line in lines if line[0].upright and any(map(_is_digit, line))), key=_left
    )
    rows: list[list[PanelLine]] = []
    for piece in pieces:
        row = next((row for row in rows if _is_beside(row[-1], piece)), None)
        rows.append([piece]) if row is None else row.append(piece)
    return [[each for piece in row for each in piece] for row in rows if len(row) > 1]


def _left(line: PanelLine) -> int:
    return min(each.box[0] for each in line)


def _is_beside(one: PanelLine, other: PanelLine) -> bool:
    """Whether both stand at one height, in print of one size."""
    spans = [(min(e.box[1] for e in line), max(e.box[3] for e in line)) for line in (one, other)]
    shared = min(bottom for _, bottom in spans) - max(top for top, _ in spans)
    heights = [bottom - top for top, bottom in spans]
    return shared > max(heights) * ENOUGH_SHARED


def _is_digit(symbol: OcrSymbol) -> bool:
    return symbol.text.translate(LOOKALIKES).isdigit()


def _in_line(line: PanelLine) -> list[FoundNumber]:
    digits = [each for each in line if _is_digit(each)]
    return [found for run in _runs(line, digits) for found in _in_run(run)]


def _runs(line: PanelLine, digits: list[OcrSymbol]) -> list[list[OcrSymbol]]:
    """Digits that follow each other, with nothing but spaces, dots and dashes between."""
    runs: list[list[OcrSymbol]] = [[]]
    wanted = set(map(id, digits))
    for each in line:
        if id(each) in wanted:
            runs[-1].append(each)
        elif each.text not in DASHES:
            runs.append([])
    return [run for run in runs if len(run) >= 12]


def _in_run(run: list[OcrSymbol]) -> list[FoundNumber]:
    text = "".join(each.text for each in run).translate(LOOKALIKES)
    for length in (16, 12):
        for start in range(len(run) - length + 1):
            if has_valid_checksum(text[start : start + length]) and (
                len(run) == length or run[start].begins_word
            ):
                rest = _in_run(run[start + length :]) if len(run) - start - length >= 12 else []
                return [_found(run[start : start + length], alone=len(run) == 12), *rest]
    return [_found(run, alone=False)] if _looks_like_one(run) else []


def has_valid_checksum(digits: str) -> bool:
    """Whether the check digit fits, as in a number that was given to somebody."""
    return digits[0] in "23456789" and bool(verhoeff.is_valid(digits))


def _looks_like_one(run: list[OcrSymbol]) -> bool:
    """Twelve or sixteen digits in fours: one of them was misread, but it is a number."""
    if len(run) not in (12, 16):
        return False
    words = [place for place, each in enumerate(run) if each.begins_word]
    return words == list(range(0, len(run), 4))


def _found(symbols: list[OcrSymbol], *, alone: bool) -> FoundNumber:
    """Only of a number that stands alone the last four digits are sure: a virtual id has others."""
    text = "".join(each.text for each in symbols).translate(LOOKALIKES)
    sure = (
        alone and has_valid_checksum(text) and min(each.sure for each in symbols[-SHOWN:]) >= SURE
    )
    return FoundNumber(
        tuple(each.box for each in symbols[:-SHOWN]), text[-SHOWN:], sure, symbols[0].upright
    )


def masked_last_four(text: str) -> str:
    """The digits that a masked number shows, or nothing where none is masked."""
    match = MASKED.search(text)
    return match.group(1) if match else ""
