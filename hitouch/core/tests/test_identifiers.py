"""Primitives of identifiers: digits, codes, and what can be no identifier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitouch.core import identifiers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0012345", "0012345"),
        (" 001 23-45 ", "0012345"),
        ("001\u00a02345", "0012345"),
        ("001\u20112345", "0012345"),
        ("\uff10\uff10\uff11\uff12\uff13\uff14\uff15", "0012345"),
        ("\u0966\u0966\u0967\u0968\u0969\u096a\u096b", "0012345"),
        ("\u202a0012345\u202c", "0012345"),
        ("12345.0", None),
        ("1.23E+11", None),
        ("12,345", None),
        ("'12345", None),
        ("=12345", None),
        ("+12345", None),
        ("-12345", None),
        ("12345-", None),
        ("12--345", None),
        ("12/345", None),
        ("12_345", None),
        ("12\n345", None),
        ("12O45", None),
        ("123\u200b45", None),
        ("123\u00ad45", None),
        ("123\u202e45", None),
        ("123\u09ea5", None),
        ("1234\u2075", None),
        ("1234\u2464", None),
        ("\U0001d7cf2345", None),
        ("\u0e51\u0e52\u0e53\u0e54\u0e55", None),
        ("12345 67", "1234567"),
        ("12-34567", "1234567"),
        ("12345 67890", None),
        ("1234", None),
        ("1234567890", None),
    ],
)
def test_digits(typed: str, kept: str | None) -> None:
    """One number in one script is accepted, with its leading zeros."""
    assert identifiers.normalise_digits(typed, least=5, most=9) == kept


def test_two_numbers_are_not_one() -> None:
    """Two groups that are numbers by themselves are not joined, even if there is room."""
    assert identifiers.normalise_digits("12345 67890", least=5, most=18) is None
    assert identifiers.normalise_digits("1234 567890 12", least=5, most=18) == "123456789012"


@given(st.text(max_size=30))
def test_result_has_only_digits_of_the_input(text: str) -> None:
    """Every digit of the result was a digit of the text, in the same order."""
    number = identifiers.normalise_digits(text, least=1, most=30)
    if number is not None:
        folded = identifiers.to_ascii_digits(identifiers.fold(text)) or ""
        assert number == "".join(char for char in folded if char.isdecimal())
        assert number.isascii()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hdfc 000-1234", "HDFC0001234"),
        ("\uff48\uff44\uff46\uff430001234", "HDFC0001234"),
        ("hdf\u0441", None),
        ("\u0131cic", None),
        ("\u017fbin", None),
        ("hdfc.0001", None),
        ("hd\u200bfc", None),
        ("", None),
    ],
)
def test_codes(typed: str, kept: str | None) -> None:
    """ASCII letters and digits in capitals; letters that only become ASCII in capitals are not."""
    assert identifiers.normalise_code(typed) == kept
