"""Deductions: fee and GST after tax, by examples and by properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitouch.core import money
from payments.deductions.fees import FeeRates, deduct

RATES = FeeRates(fee_bp=500, gst_bp=1800)


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
    parts = deduct(gross, RATES, tds_paise=money.share(gross, 100))
    assert (parts.tds_paise, parts.fee_paise, parts.gst_paise, parts.net_paise) == (
        tds, fee, gst, net,
    )  # fmt: skip


def test_negative_gross_is_refused():
    """A negative gross amount raises ValueError."""
    with pytest.raises(ValueError, match="never negative"):
        deduct(-1, RATES)


def test_rates_above_100_percent_are_refused():
    """A rate of more than 10,000 basis points raises ValueError."""
    with pytest.raises(ValueError, match="fee_bp"):
        FeeRates(fee_bp=10_001, gst_bp=0)


def test_tax_above_the_gross_is_refused():
    """More tax than there is raises ValueError."""
    with pytest.raises(ValueError, match="tax"):
        deduct(100, RATES, tds_paise=101)


@pytest.mark.parametrize(
    ("tds", "fee", "gst", "net"), [(6_000, 4_000, 0, 0), (10_000, 0, 0, 0), (0, 5_000, 0, 5_000)]
)
def test_a_fee_that_is_more_than_what_is_left_is_lowered(tds, fee, gst, net):
    """Tax comes first; the fee takes no more than the rest."""
    parts = deduct(10_000, FeeRates(fee_bp=5_000, gst_bp=0), tds_paise=tds)
    assert (parts.fee_paise, parts.gst_paise, parts.net_paise) == (fee, gst, net)


@given(
    gross=st.integers(0, 10**13),
    tds=st.integers(0, 10_000),
    fee=st.integers(0, 10_000),
    gst=st.integers(0, 10_000),
)
def test_parts_add_up_to_the_gross(gross, tds, fee, gst):
    """Net, tax, fee and GST are whole, not negative, and add up to the gross amount."""
    breakdown = deduct(gross, FeeRates(fee, gst), tds_paise=gross * tds // 10_000)
    parts = [
        breakdown.tds_paise, breakdown.fee_paise, breakdown.gst_paise, breakdown.net_paise,
    ]  # fmt: skip
    assert sum(parts) == gross
    assert all(isinstance(part, int) and part >= 0 for part in parts)
    assert breakdown.gst_paise == money.share(breakdown.fee_paise, gst)


@given(gross=st.integers(1, 10**12), more=st.integers(1, 10**9))
def test_net_does_not_fall_when_the_gross_rises(gross, more):
    """A higher gross lowers the net by at most two paise, since the parts are rounded."""
    assert deduct(gross + more, RATES).net_paise >= deduct(gross, RATES).net_paise - 2
