"""Full Aadhaar numbers in free text are found in every spelling, and other numbers are not."""

import random
from itertools import pairwise

import pytest
from stdnum import verhoeff

from onboarding import aadhaar

SEPARATORS = [
    "", " ", "  ", "   ", "\u00a0", "\u2009", "\u3000", "-", " - ", "\u2011", "\u2013", ".", ". ",
    ",", ", ", "/", " / ", "_", ":", "|", "*", "\n", "\r\n", "\t", "\u200b", "\u200d", "\u2060",
    "\ufeff ", "\u00ad", "\u202e",
]  # fmt: skip
OTHER_DIGITS = ["\u0966", "\u09e6", "\u0ae6", "\u0be6", "\u0ce6", "\u06f0", "\u1c50", "\uabf0"]
NUMBER = "234567890124"


def a_number(pick: random.Random) -> str:
    """A random number with a valid check digit."""
    digits = pick.choice("23456789") + "".join(pick.choices("0123456789", k=10))
    return digits + str(verhoeff.calc_check_digit(digits))


def in_fours(number: str, separator: str) -> str:
    return separator.join((number[:4], number[4:8], number[8:]))


def with_check_digit(digits: str) -> str:
    return digits + str(verhoeff.calc_check_digit(digits))


@pytest.mark.parametrize("separator", SEPARATORS, ids=ascii)
def test_number_is_found_whatever_separates_it(separator: str) -> None:
    """Blanks, dashes, signs, line breaks and invisible characters between the groups."""
    pick = random.Random(separator)
    for _ in range(20):
        text = f"I am from Pune. {in_fours(a_number(pick), separator)} is mine"
        assert aadhaar.holds_full_number(text), text
        assert not any(char.isdigit() for char in aadhaar.without_full_numbers(text)), text


def in_groups(number: str, groups: int, pick: random.Random) -> list[str]:
    """The number cut into groups of any lengths."""
    cuts = [0, *sorted(pick.sample(range(1, 12), groups - 1)), 12]
    return [number[one:other] for one, other in pairwise(cuts)]


@pytest.mark.parametrize("separator", [" ", "-", "_", " - "])
@pytest.mark.parametrize(
    "around", ["{}", "Call me. My number is {} if needed", "born 1990, {}", "PIN 560034, {}, Pune"]
)
def test_number_in_any_groups_is_found(separator: str, around: str) -> None:
    """However long its groups are, also those that look like a mobile number, and beside others."""
    pick = random.Random(separator + around)
    for groups in (2, 3, 4, 5) * 12:
        number = a_number(pick)
        parts = in_groups(number, groups, pick)
        # it could be a phone number with the country's code, or two PIN codes
        if not number.startswith("91") and [*map(len, parts)] != [6, 6]:
            text = around.format(separator.join(parts))
            assert aadhaar.holds_full_number(text), text


@pytest.mark.parametrize("zero", OTHER_DIGITS, ids=ascii)
def test_number_in_another_script_is_found(zero: str) -> None:
    """Digits of the scripts of India, and full-width ones."""
    digits = str.maketrans("0123456789", "".join(chr(ord(zero) + value) for value in range(10)))
    assert aadhaar.holds_full_number(in_fours(NUMBER, "  ").translate(digits))


@pytest.mark.parametrize(
    "text",
    [
        " ".join(NUMBER),
        "-".join(NUMBER),
        "\u200b".join(NUMBER),
        "2345 67890124",
        "23456789 0124",
        "234567-890124",
        "234 567 890 124",
        "23-45-67-89-01-24",
        "2345a6789b0124",
        "2345 x 6789 x 0124",
        "23456 78901 24",
        "2345 6789 0124 560034",
        "560034 2345 6789 0124",
        "98765 43210 2345 6789 0124",
        "234567890124/98765 43210",
        "(2345) 6789-0124",
        "99 9955183433",
        "9999551834 33",
        "234-5678 90124",
        "Aadhaar 99 9955183432, born 1990",
        "mobile 98765 43210, Aadhaar 99 9955183433",
        "99/9955183433",
        "2345 6789 0124, 1990",
        "01/01/1990 2345 6789 0124",
        "Aadhaar 2345 6789 0124 1990",
        "Aadhaar2345 6789 0124",
        "\u2461\u2462\u2463\u2464 6789 0124",
        "my Aadhaar is 2345 6789 0123",
        "2345 6789 0123",
        "aadhar no: 123456789012",
        "\u0906\u0927\u093e\u0930 123456789012",
        "UID-123456789012",
    ],
)
def test_number_in_other_groups_is_found(text: str) -> None:
    """Other groupings, other numbers beside it, and a mistyped number that is called Aadhaar."""
    assert aadhaar.holds_full_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "+91 98765 43210",
        "+919876543210",
        "91-98765 43210",
        "0091 98765 43210",
        "Mobile: 919876543210",
        f"+{with_check_digit('91987654321')}",
        f"WhatsApp me on {with_check_digit('91987654321')}",
        f"https://wa.me/{with_check_digit('91987654321')}",
        f"91-{with_check_digit('91987654321')[2:]}",
        f"+44 {with_check_digit('44740012345')[2:6]} {with_check_digit('44740012345')[6:]}",
        "560034 9876543210",
        "98765 43210, 560034",
        "98765 43210 / 98765 43211",
        "9999551834/33",
        "Call 99 9955183433",
        "99995 51834, 33",
        "33, 9999551834",
        "12-2019 560034",
        "080 2345 6789",
        "2018 2019 2020",
        "2016-2018, 2018-2020",
        "06/2018 - 05/2021",
        "01-02-2020 to 31-03-2023",
        "01-02-2020 - 31-03-2023",
        "01/02/2020 15:30",
        "2020-02-01 15:30",
        "2018-19, 2019-20",
        "Order 402155678890",
        "Order 4021 5567 8890",
        "Txn no. 123456789012",
        f"UTR: {NUMBER}",
        "1,23,45,67,89,012",
        "234,567,890,124",
        "4111 1111 1111 1111",
        "2345 6789 0124 1111",
        "4111-2345-6789-0124, 12/27",
        "12, 34 Road",
        "Flats 1201, 1202, 1203",
        "1234567890123",
        "223.255.255.254",
        "4321",
        "",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    """Phones, PIN codes, dates, years, amounts, cards and order numbers are no Aadhaar number."""
    assert not aadhaar.holds_full_number(text)
    assert aadhaar.without_full_numbers(text) == text


def test_no_phone_or_date_passes_by_chance() -> None:
    """One in ten of these passes the check digit; none is taken for an Aadhaar number."""
    pick = random.Random(7)

    def digits(count: int) -> str:
        return "".join(pick.choices("0123456789", k=count))

    for _ in range(300):
        phone, year = f"{pick.choice('6789')}{digits(9)}", pick.randint(1990, 2025)
        month, day = f"{pick.randint(1, 12):02}", f"{pick.randint(1, 28):02}"
        for text in (
            f"+91 {phone[:5]} {phone[5:]}",
            f"Phone: 91{phone}",
            f"{pick.randint(110001, 899999)}, {phone}",
            f"{month}/{year} - {month}/{year + 1}",
            f"{day}.{month}.{year} 10:{pick.randint(10, 59)}",
            f"{year} - {year + 2}, {year + 3}",
        ):
            assert not aadhaar.holds_full_number(text), text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0042", "0042"),
        (" 1234 ", "1234"),
        ("XXXX XXXX 1234", "1234"),
        ("xxxxxxxx1234", "1234"),
        ("****-****-1234", "1234"),
        ("\u0967\u0968\u0969\u096a", "1234"),
        ("\uff11\uff12\uff13\uff14", "1234"),
        ("1234.0", None),
        ("12,34", None),
        ("1.2E3", None),
        ("12\u200b34", None),
        ("12\u0969\u096a", None),
        ("\u00b2345", None),
        ("123", None),
        ("12345", None),
        ("-123", None),
        ("", None),
    ],
)
def test_last_four(typed: str, kept: str | None) -> None:
    """Four digits with their zeros, perhaps behind the mask that is printed on the card."""
    assert aadhaar.normalise_last_four(typed) == kept
