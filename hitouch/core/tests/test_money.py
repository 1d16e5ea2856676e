"""Money is whole paise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitouch.core import money


@pytest.mark.parametrize(
    ("paise", "text"),
    [
        (0, "₹0.00"),
        (5, "₹0.05"),
        (99_999, "₹999.99"),
        (1_00_000, "₹1,000.00"),
        (1_23_456_78, "₹1,23,456.78"),
        (98_76_54_321_00, "₹98,76,54,321.00"),
        (-1_50, "−₹1.50"),
    ],
)
def test_amounts_are_written_the_indian_way(paise, text):
    """Digits are grouped in lakh and crore."""
    assert money.rupees(paise) == text


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_a_share_is_never_off_by_more_than_half_a_paisa(paise, points):
    """Rounding is half up, in one place."""
    assert abs(money.share(paise, points) * 10_000 - paise * points) <= 5_000


@given(st.integers(-(10**12), 10**12))
def test_what_is_written_can_be_read_back(paise):
    """Formatted amounts can be parsed back."""
    text = money.rupees(paise).replace("₹", "").replace(",", "").replace("−", "-")
    assert round(float(text) * 100) == paise or abs(paise) > 2**52


@pytest.mark.parametrize(
    ("paise", "words"),
    [
        (0, "Zero rupees only"),
        (1, "Zero rupees and one paisa only"),
        (1_00, "One rupee only"),
        (1_19_00, "One hundred and nineteen rupees only"),
        (33_516_00, "Thirty-three thousand five hundred and sixteen rupees only"),
        (1_00_005_50, "One lakh and five rupees and fifty paise only"),
        (
            12_34_56_789_01,
            "Twelve crore thirty-four lakh fifty-six thousand seven hundred and eighty-nine rupees"
            " and one paisa only",
        ),
        (10_000_00_00_000_00, "Ten thousand crore rupees only"),
        (-5_20, "Minus five rupees and twenty paise only"),
    ],
)
def test_in_words(paise: int, words: str) -> None:
    """An amount in words counts in lakh and crore, as on a cheque."""
    assert money.in_words(paise) == words
