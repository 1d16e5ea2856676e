"""Numbers that may not be written down, and lists."""

import pytest

from onboarding import identifiers
from onboarding.vocabulary import lexicon


@pytest.mark.parametrize(
    "text",
    ["234567890124", "2345 6789 0124", "no. 2345-6789-0124 please", "\uff12\uff1345 6789 0124"],
)
def test_twelve_digits_are_seen(text: str) -> None:
    """A whole Aadhaar number is seen however it is grouped."""
    assert identifiers.holds_full_aadhaar(text)


@pytest.mark.parametrize("text", ["4321", "98765 43210", "560034", "1234567890123", "12, 34 Road"])
def test_other_numbers_pass(text: str) -> None:
    """Phones, PIN codes and longer numbers are not taken for an Aadhaar."""
    assert not identifiers.holds_full_aadhaar(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("abcpe1234f", "ABCPE1234F"), ("ABCCE1234F", None), ("ABCPE12345", None), ("", None)],
)
def test_pan(typed: str, kept: str | None) -> None:
    """Only a person's PAN counts, in one written form."""
    assert identifiers.normalise_pan(typed) == kept


def test_surname_letter() -> None:
    """The fifth letter is the surname's first; a single name stands in for one."""
    assert identifiers.pan_fits_surname("ABCPE1234F", given_name="Nila", family_name="Engineer")
    assert not identifiers.pan_fits_surname("ABCPE1234F", given_name="Nila", family_name="Das")
    assert identifiers.pan_fits_surname("ABCPN1234F", given_name="Nila", family_name="")


def test_tags() -> None:
    """Tags are trimmed and stand once, in whichever letter case came first."""
    assert lexicon.parse_tags(" Chat , chat;Typing\n\n e  mail ") == ["Chat", "Typing", "e mail"]
