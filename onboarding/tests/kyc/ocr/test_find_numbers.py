"""Where the number stands on a picture: lines that were broken, and cards that lie askew."""

import pytest
from PIL import Image

from conftest import NOON
from onboarding.demo import cards
from onboarding.kyc.ocr import deskew, masking, numbers
from onboarding.kyc.ocr.tesseract import OcrSymbol

NUMBER = "369929986896"


def line(text: str, left: int, top: int, *, upright: bool = True) -> list[OcrSymbol]:
    """Symbols of ten by twenty pixels, in fours."""
    return [
        OcrSymbol(each, (left + 10 * n, top, left + 10 * n + 9, top + 20), 99, n % 4 == 0, upright)
        for n, each in enumerate(text)
    ]


def test_a_number_in_two_pieces_is_found() -> None:
    """The reader takes a page for columns; the pieces at one height are one number, not surely."""
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
    """Another line, print on its side, too few digits."""
    assert not numbers.find_full_numbers(pieces)


def test_print_on_its_side_does_not_say_which_way_is_up() -> None:
    """It is read as well as the other, and cannot be covered."""
    upright, aside = line("2341", 0, 0), line("23412341", 0, 0, upright=False)
    assert masking._count_confident_symbols([upright, aside]) == 4


@pytest.mark.parametrize("turn", [-14.5, -7.5, -3.2, 0, 2.4, 6.9, 7.5, 13])
@pytest.mark.parametrize("kind", ["AADHAAR_FRONT", "AADHAAR_BACK"])
def test_no_angle_is_missed(kind: str, turn: float) -> None:
    """Lines of print are a narrow peak, which no step may leap over."""
    holder = cards.CardHolder("A. K. Bose", NOON.date(), NUMBER)
    card = cards.RENDERERS[kind](holder)
    card = card.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor="#5d7a68")
    assert deskew.measure_skew(card) == pytest.approx(-turn, abs=1)
