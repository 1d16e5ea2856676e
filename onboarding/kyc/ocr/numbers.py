"""Finds Aadhaar numbers (12 digits) and virtual IDs (16 digits) among OCR symbols."""

import re
from dataclasses import dataclass, replace

from stdnum import verhoeff

from onboarding.kyc.ocr.tesseract import Box, OcrLine, OcrSymbol

#: Letters that OCR reads instead of digits on poor print.
LOOKALIKES = str.maketrans("OoQDIl|SBZG", "00001115826")
MASKED_NUMBER = re.compile(r"(?:[Xx*\u2022\u00d7]\s?){8}(\d{4})(?!\d)")
DASHES = {".", "-", "\u2013", "\u2014", " "}
VISIBLE_DIGITS = 4
MIN_CONFIDENCE = 80.0
MIN_OVERLAP = 0.6


@dataclass(frozen=True)
class FoundNumber:
    """A number: the boxes to cover, and the last four digits."""

    hidden: tuple[Box, ...]
    last_four: str
    sure: bool
    upright: bool


def find_full_numbers(lines: list[OcrLine]) -> list[FoundNumber]:
    """All numbers of 12 or 16 digits that are readable in full.

    OCR splits a line where it assumes columns. Pieces at the same height are therefore also
    searched as one line, but such a match is never `sure`.
    """
    in_lines = [found for line in lines for found in _find_in_line(line)]
    return in_lines + [
        replace(found, sure=False) for row in _join_rows(lines) for found in _find_in_line(row)
    ]


def _join_rows(lines: list[OcrLine]) -> list[OcrLine]:
    """Join pieces of lines with digits that are at the same height, from left to right."""
    pieces = sorted(
        (line for line in lines if line[0].upright and any(map(_is_digit, line))), key=_left_edge
    )
    rows: list[list[OcrLine]] = []
    for piece in pieces:
        row = next((row for row in rows if _is_beside(row[-1], piece)), None)
        rows.append([piece]) if row is None else row.append(piece)
    return [[each for piece in row for each in piece] for row in rows if len(row) > 1]


def _left_edge(line: OcrLine) -> int:
    return min(each.box[0] for each in line)


def _is_beside(one: OcrLine, other: OcrLine) -> bool:
    """Whether both are at the same height, in print of the same size."""
    spans = [(min(e.box[1] for e in line), max(e.box[3] for e in line)) for line in (one, other)]
    shared = min(bottom for _, bottom in spans) - max(top for top, _ in spans)
    heights = [bottom - top for top, bottom in spans]
    return shared > max(heights) * MIN_OVERLAP


def _is_digit(symbol: OcrSymbol) -> bool:
    return symbol.text.translate(LOOKALIKES).isdigit()


def _find_in_line(line: OcrLine) -> list[FoundNumber]:
    digits = [each for each in line if _is_digit(each)]
    return [found for run in _digit_runs(line, digits) for found in _find_in_run(run)]


def _digit_runs(line: OcrLine, digits: list[OcrSymbol]) -> list[list[OcrSymbol]]:
    """Consecutive digits with only spaces, dots and dashes between them."""
    runs: list[list[OcrSymbol]] = [[]]
    digit_ids = set(map(id, digits))
    for each in line:
        if id(each) in digit_ids:
            runs[-1].append(each)
        elif each.text not in DASHES:
            runs.append([])
    return [run for run in runs if len(run) >= 12]


def _find_in_run(run: list[OcrSymbol]) -> list[FoundNumber]:
    text = "".join(each.text for each in run).translate(LOOKALIKES)
    for length in (16, 12):
        for start in range(len(run) - length + 1):
            if has_valid_checksum(text[start : start + length]) and (
                len(run) == length or run[start].begins_word
            ):
                following = (
                    _find_in_run(run[start + length :]) if len(run) - start - length >= 12 else []
                )
                return [
                    _found_number(run[start : start + length], alone=len(run) == 12),
                    *following,
                ]
    return [_found_number(run, alone=False)] if _looks_like_number(run) else []


def has_valid_checksum(digits: str) -> bool:
    """Whether the first digit and the Verhoeff check digit are those of an issued number."""
    return digits[0] in "23456789" and bool(verhoeff.is_valid(digits))


def _looks_like_number(run: list[OcrSymbol]) -> bool:
    """Whether 12 or 16 digits are in groups of four: then one was misread, but it is a number."""
    if len(run) not in (12, 16):
        return False
    words = [index for index, each in enumerate(run) if each.begins_word]
    return words == list(range(0, len(run), 4))


def _found_number(symbols: list[OcrSymbol], *, alone: bool) -> FoundNumber:
    """Only a number alone on its line is `sure`: a virtual ID ends in other digits."""
    text = "".join(each.text for each in symbols).translate(LOOKALIKES)
    sure = (
        alone
        and has_valid_checksum(text)
        and min(each.sure for each in symbols[-VISIBLE_DIGITS:]) >= MIN_CONFIDENCE
    )
    return FoundNumber(
        tuple(each.box for each in symbols[:-VISIBLE_DIGITS]),
        text[-VISIBLE_DIGITS:],
        sure,
        symbols[0].upright,
    )


def masked_last_four(text: str) -> str:
    """The visible digits of a masked number, or an empty text without one."""
    match = MASKED_NUMBER.search(text)
    return match.group(1) if match else ""
