"""Finding numbers in OCR symbols."""

import pytest

from onboarding.demo import cards
from onboarding.kyc.ocr import numbers
from onboarding.kyc.ocr.symbols import Box, OcrLine, OcrSymbol

NUMBER, VID = "369929986896", "2341234123412346"


def line(text: str, left: int = 0, top: int = 0, *, upright: bool = True) -> OcrLine:
    """Symbols of 10 by 20 pixels; blanks separate words."""
    symbols, begins_word = [], True
    for place, each in enumerate(text):
        if each != " ":
            box = (left + 10 * place, top, left + 10 * place + 9, top + 20)
            symbols.append(OcrSymbol(each, box, 99, begins_word, upright))
        begins_word = each == " "
    return symbols


def visible(lines: list[OcrLine]) -> str:
    """The digits that are not covered, from left to right and top to bottom."""
    found = numbers.find_numbers(lines)
    hidden: set[Box] = {box for each in found for row in each.hidden for box in row}
    shown = [each for row in lines for each in row if each.box not in hidden]
    shown.sort(key=lambda each: (each.box[1], each.box[0]))
    return "".join(each.text for each in shown)


def test_a_number_is_covered_but_for_four_digits() -> None:
    """A number alone on its line is sure; a virtual ID is no Aadhaar number."""
    [found] = numbers.find_numbers([line(cards.grouped(NUMBER))])
    assert (found.last_four, found.sure, found.is_aadhaar) == (NUMBER[8:], True, True)
    assert len(found.hidden[0]) == 8
    [vid] = numbers.find_numbers([line(f"VID : {cards.grouped(VID)}")])
    assert (vid.last_four, vid.sure, vid.is_aadhaar) == (VID[12:], False, False)


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        ([f"{cards.grouped(NUMBER)} {cards.grouped(NUMBER)}"], ("6896", "6896")),
        ([f"{cards.grouped(NUMBER)}         {cards.grouped(VID)}"], ("6896", "2346")),
        ([f"1947 {cards.grouped(NUMBER)} 2013 55"], ("",)),
        ([NUMBER[:7] + " " + NUMBER[7:11]], ("",)),
        (["3699 2998"], ("",)),
        (["3699-2998/6896"], ("-/6896",)),
        (["36A9 29S8 6B96"], ("6B96",)),
        (["uid369929986896x"], ("uid", "6896x")),
        (["+91 98765 43210"], ("+", "")),
        (["3699", "2998", "6896"], ("",)),
        (list(NUMBER), ("",)),
        (["his number is 369929", "986896 and more"], ("hisnumberis", "andmore")),
        (["VID: 23412 34"], ("VID:",)),
    ],
)
def test_no_part_of_a_possible_number_stays(rows: list[str], left: tuple[str, ...]) -> None:
    """Runs that are longer, shorter, misread, doubled or split over lines are covered whole."""
    lines = [line(text, top=24 * place) for place, text in enumerate(rows)]
    assert visible(lines) == "".join(left)


@pytest.mark.parametrize(
    ("text", "is_helpline"),
    [
        (cards.grouped(NUMBER), False),
        (f"VID: {cards.grouped(VID)}", False),
        ("VID: 23412 34", False),
        ("3699 2998 68", False),
        ("1 7334 7002 6073", False),
        ("73344 7002 6073", False),
        ("73347002607", False),
        ("+91 98765 43210", False),
        ("Enrolment 1234/12345/12345", False),
        ("1800 300 1947", True),
        ("1947 1800 300 1947", True),
        ("1800 300 19472", False),
    ],
)
def test_only_known_helplines_are_nobodys_number(text: str, is_helpline: bool) -> None:
    """A helpline's number is no reason to hold a photo; any other run of digits is."""
    [found] = numbers.find_numbers([line(text)])
    assert found.is_helpline == is_helpline


@pytest.mark.parametrize("text", ["|7334 7002 6073", "7334 7002 6073|", "||7334 7002 6073|"])
def test_a_stroke_beside_a_number_is_no_digit(text: str) -> None:
    """The edge of a card read as a stroke is covered too, and the number keeps its last digits."""
    [found] = numbers.find_numbers([line(text)])
    assert (found.is_aadhaar, found.last_four) == (True, "6073")
    assert visible([line(text)]) == "6073"
    assert sum(map(len, found.hidden)) == len(text.replace(" ", "")) - 4


@pytest.mark.parametrize(
    "rows",
    [
        ["DOB: 14/08/1994"],
        ["14-08-1994 12"],
        ["DOB 14081994"],
        ["Kanpur - 208012", "1947"],
        ["ABCPE1234F"],
        ["House 12, Flat 7", "Ward 30"],
        ["1947 help@uidai.gov.in P.O. Box No.1947, Bengaluru-560 001"],
        ["XXXX XXXX 6896"],
        ["DOB SOS GOOD OIL"],
    ],
)
def test_other_print_stays(rows: list[str]) -> None:
    """Dates, PIN codes, PANs and words of letters that resemble digits are no number."""
    lines = [line(text, top=30 * place) for place, text in enumerate(rows)]
    assert numbers.find_numbers(lines) == []


def test_a_number_in_columns_is_covered() -> None:
    """Pieces at one height belong together; sideways ones cannot be covered, and are reported."""
    pieces = [line("6896", 700, 101), line("3699", 0, 100), line("2998", 300, 100)]
    assert visible(pieces) == ""
    assert visible([line("6896", 700, 300), line("3699", 0, 100), line("2998", 300, 100)]) != ""
    [aside] = numbers.find_numbers([line(NUMBER, upright=False)])
    assert not aside.upright
