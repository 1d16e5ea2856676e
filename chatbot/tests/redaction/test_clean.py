"""Texts of people are cleaned, or refused with a sentence."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.redaction.cleaning import TextRefused, clean
from onboarding import aadhaar


def cleaned(text: str, **options: bool) -> str:
    return clean(text, field="text", longest=4000, **options)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  my payment \r\n is late\r", "my payment \n is late"),
        ("my pay\x00ment\x1b[31m", "my payment[31m"),
        ("see \u202egnp.exe\u202c here", "see gnp.exe here"),
        ("\u2066a\u2069\u200fb\ufeff\u200b", "ab"),
        ("e\u0301", "\u00e9"),
        ("one\u2028two", "one\ntwo"),
        ("a\n\n\n\n\n\n\nb", "a\n\n\nb"),
        ("x\ud800y", "xy"),
        ("<b>hi</b> {{ name }} %s", "<b>hi</b> {{ name }} %s"),
        ("क्‍ष मुझे 👨‍👩‍👧 ठीक", "क्‍ष मुझे 👨‍👩‍👧 ठीक"),
        ("Z" + "\u0351" * 60 + "!", "Z" + "\u0351" * 4 + "!"),
    ],
    ids=ascii,
)
def test_what_stays_of_a_text(typed: str, kept: str) -> None:
    """Control characters and marks that change the direction go; letters and emoji stay."""
    assert cleaned(typed) == kept


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x01", "\u200b\u202e", "\u200d"], ids=ascii)
def test_empty_texts_are_refused(text: str) -> None:
    """A text of which nothing can be seen is refused, with its field."""
    with pytest.raises(TextRefused) as refused:
        cleaned(text)
    assert (refused.value.field, refused.value.status) == ("text", 422)


def test_long_texts_are_refused_with_both_lengths() -> None:
    """The sentence says how long the text is and may be."""
    with pytest.raises(TextRefused, match="at most 4,000 characters; this has 100,000"):
        cleaned("a" * 100_000)
    assert len(cleaned("a" * 4000)) == 4000


@pytest.mark.parametrize(
    "line_break", ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x85", "\x0b"], ids=ascii
)
def test_line_breaks_are_refused_in_one_line(line_break: str) -> None:
    """A subject cannot move text into the body of a mail."""
    with pytest.raises(TextRefused, match="one line"):
        cleaned(f"My shift{line_break}Bcc: all@example.com", one_line=True)
    assert cleaned(f"My shift{line_break}", one_line=True) == "My shift"


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """A cleaned text is in NFC, has nothing unprinted, and stays as it is."""
    try:
        once = cleaned(text)
    except TextRefused:
        return
    assert cleaned(once) == once == unicodedata.normalize("NFC", once)
    assert not any(unicodedata.category(char) in {"Cs"} or char == "\x00" for char in once)


def test_an_invisible_character_hides_no_number() -> None:
    """What cleaning leaves, detection reads as it is seen."""
    assert aadhaar.holds_full_number(cleaned("2345\u200b6789\u202e0124"))
