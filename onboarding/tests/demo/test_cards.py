"""Specimen cards: drawn with numbers that are right in form and nobody's."""

import random
from datetime import date
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from stdnum import verhoeff

from onboarding.demo import cards

NILA = cards.CardHolder("Nila Das", date(1999, 2, 28), cards.valid_number(random.Random(1)))


@pytest.mark.parametrize("kind", sorted(cards.RENDERERS))
def test_cards_are_pictures(kind: str) -> None:
    """Each kind is a JPEG of a card's shape, and says that it is a specimen."""
    with Image.open(BytesIO(cards.card(kind, NILA))) as picture:
        assert (picture.format, picture.size) == ("JPEG", cards.SIZE)
        corner = picture.convert("RGB").crop((830, 590, 1000, 630))
        colours = {colour for _, colour in corner.getcolors(10_000)}
    assert any(red > 150 and green < 80 for red, green, _ in colours)


@pytest.mark.parametrize("last_four", ["", "4321", "0000"])
def test_numbers_pass_the_check(last_four: str) -> None:
    """Twelve digits that begin with 2 to 9, fit their check digit, and end as asked."""
    number = cards.valid_number(random.Random(last_four), last_four=last_four)
    assert verhoeff.is_valid(number)
    assert len(number) == 12
    assert number[0] in "23456789"
    assert number.endswith(last_four)


def test_the_code_on_the_back_holds_the_number() -> None:
    """As old cards do; so it has to be found and covered."""
    with Image.open(BytesIO(cards.card("AADHAAR_BACK", NILA))) as picture:
        [code] = zxingcpp.read_barcodes(picture)
    assert NILA.aadhaar in code.text
