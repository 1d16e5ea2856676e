"""What both OCR engines return: lines of characters with their boxes, in one orientation."""

from dataclasses import dataclass

#: Left, top, right, bottom.
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class OcrSymbol:
    """One character with its box and its confidence from 0 to 100."""

    text: str
    box: Box
    sure: float
    begins_word: bool
    #: False for sideways text: Tesseract reads it, but its boxes are then unusable.
    upright: bool = True


OcrLine = list[OcrSymbol]


@dataclass(frozen=True)
class Reading:
    """Lines that run in one direction.

    Their boxes are axis-parallel after the picture is rotated about its top left corner so that
    lines at `angle` (degrees, clockwise) become horizontal.
    """

    angle: float
    lines: list[OcrLine]


def words_of(line: OcrLine) -> str:
    """The text of a line."""
    return "".join(f" {each.text}" if each.begins_word else each.text for each in line).strip()


def hull(symbols: list[OcrSymbol]) -> Box:
    """The box around all of them."""
    lefts, tops, rights, bottoms = zip(*(each.box for each in symbols), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
