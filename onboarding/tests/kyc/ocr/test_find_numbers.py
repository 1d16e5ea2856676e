"""Finding numbers in OCR symbols, and measuring the skew of a card."""

import pytest
from PIL import Image

from conftest import NOON
from onboarding.demo import cards
from onboarding.kyc.ocr import deskew, masking, numbers
from onboarding.kyc.ocr.tesseract import OcrSymbol

NUMBER = "369929986896"


def line(text: str, left: int, top: int, *, upright: bool = True) -> list[OcrSymbol]:
    """Symbols of 10 by 20 pixels, in groups of four."""
    return [
        OcrSymbol(each, (left + 10 * n, top, left + 10 * n + 9, top + 20), 99, n % 4 == 0, upright)
        for n, each in enumerate(text)
    ]


def test_a_number_in_two_pieces_is_found() -> None:
    """A number that OCR splits into columns is found, but is not sure."""
    pieces = [line(NUMBER[8:], 200, 101), line("2004", 0, 300), line(NUMBER[:8], 100, 100)]
    [found] = numbers.find_full_numbers(pieces)
    assert (found.last_four, found.sure, found.upright) == (NUMBER[8:], False, True)
    assert len(found.hidden) == 8


@pytest.mark.parametrize(
    "pieces",
    [
        [line(NUMBER[:8], 100, 100), line(NUMBER[8:], 200, 118)],  # one below the other
        [line(NUMBER[:8], 100, 100), line(NUMBER[8:], 200, 100, upright=False)],
        [line("19992004", 100, 100), line("20", 200, 100)],
    ],
)
def test_other_pieces_are_no_number(pieces: list[list[OcrSymbol]]) -> None:
    """Pieces on other lines, sideways text and too few digits are no number."""
    assert not numbers.find_full_numbers(pieces)


def test_sideways_text_does_not_decide_the_orientation() -> None:
    """Only upright symbols count for the orientation."""
    upright, aside = line("2341", 0, 0), line("23412341", 0, 0, upright=False)
    assert masking._count_confident_symbols([upright, aside]) == 4


@pytest.mark.parametrize("turn", [-14.5, -7.5, -3.2, 0, 2.4, 6.9, 7.5, 13])
@pytest.mark.parametrize("kind", ["AADHAAR_FRONT", "AADHAAR_BACK"])
def test_every_angle_is_measured(kind: str, turn: float) -> None:
    """Skew is measured at every angle to within one degree."""
    holder = cards.CardHolder("A. K. Bose", NOON.date(), NUMBER)
    card = cards.RENDERERS[kind](holder)
    card = card.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor="#5d7a68")
    assert deskew.measure_skew(card) == pytest.approx(-turn, abs=1)
