"""Deductions: tax, fee and GST, by examples and by properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.deductions import Rates, deduct

RATES = Rates(tds_bp=100, fee_bp=500, gst_bp=1800)


@pytest.mark.parametrize(
    ("gross", "tds", "fee", "gst", "net"),
    [
        (0, 0, 0, 0, 0),
        (1, 0, 0, 0, 1),
        (49, 0, 2, 0, 47),
        (50, 1, 3, 1, 45),
        (10_000, 100, 500, 90, 9_310),
        (1_000_000, 10_000, 50_000, 9_000, 931_000),
        (333_333, 3_333, 16_667, 3_000, 310_333),
    ],
)
def test_deductions_are_rounded_half_up(gross, tds, fee, gst, net):
    """Each deduction is rounded half up to a whole paisa; the net is the remainder."""
    parts = deduct(gross, RATES)
    assert (parts.tds_paise, parts.fee_paise, parts.gst_paise, parts.net_paise) == (
        tds, fee, gst, net,
    )  # fmt: skip


def test_tax_free_amount():
    """A payment up to the tax-free amount is not taxed; one above it is taxed in full."""
    rates = Rates(tds_bp=100, fee_bp=0, gst_bp=0, tds_free_up_to_paise=3_000_000)
    assert deduct(3_000_000, rates).tds_paise == 0
    assert deduct(3_000_001, rates).tds_paise == 30_000


def test_negative_gross_is_refused():
    """A negative gross amount raises ValueError."""
    with pytest.raises(ValueError, match="never negative"):
        deduct(-1, RATES)


def test_rates_above_100_percent_are_refused():
    """A rate of more than 10,000 basis points raises ValueError."""
    with pytest.raises(ValueError, match="tds_bp"):
        Rates(tds_bp=10_001, fee_bp=0, gst_bp=0)


def test_deductions_above_the_gross_are_refused():
    """Rates whose deductions exceed the gross amount raise ValueError."""
    with pytest.raises(ValueError, match="more than there is"):
        deduct(100, Rates(tds_bp=9_000, fee_bp=9_000, gst_bp=0))


@given(
    gross=st.integers(0, 10**13),
    tds=st.integers(0, 3_000),
    fee=st.integers(0, 3_000),
    gst=st.integers(0, 2_800),
)
def test_parts_add_up_to_the_gross(gross, tds, fee, gst):
    """Net, tax, fee and GST are whole, not negative, and add up to the gross amount."""
    breakdown = deduct(gross, Rates(tds, fee, gst))
    parts = [
        breakdown.tds_paise, breakdown.fee_paise, breakdown.gst_paise, breakdown.net_paise,
    ]  # fmt: skip
    assert sum(parts) == gross
    assert all(isinstance(part, int) and part >= 0 for part in parts)


@given(gross=st.integers(1, 10**12), more=st.integers(1, 10**9))
def test_net_does_not_fall_when_the_gross_rises(gross, more):
    """A higher gross lowers the net by at most two paise, since three parts are rounded."""
    assert deduct(gross + more, RATES).net_paise >= deduct(gross, RATES).net_paise - 2
