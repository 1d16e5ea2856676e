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
