"""From gross to net, by tables and by chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.deductions import Rates, deduct

USUAL = Rates(tds_bp=100, fee_bp=500, gst_bp=1800)


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
def test_table(gross, tds, fee, gst, net):
    """Each deduction is rounded half up to a whole paisa, and the net is what is left."""
    found = deduct(gross, USUAL)
    assert (found.tds_paise, found.fee_paise, found.gst_paise, found.net_paise) == (
        tds, fee, gst, net,
    )  # fmt: skip


def test_free_amount():
    """A payment up to the free amount is not taxed; a paisa more is taxed in full."""
    rates = Rates(tds_bp=100, fee_bp=0, gst_bp=0, tds_free_up_to_paise=3_000_000)
    assert deduct(3_000_000, rates).tds_paise == 0
    assert deduct(3_000_001, rates).tds_paise == 30_000


def test_negative_gross_is_refused():
    """Nobody owes money for having worked."""
    with pytest.raises(ValueError, match="never negative"):
        deduct(-1, USUAL)


def test_rates_over_the_whole_are_refused():
    """No rate takes more than everything."""
    with pytest.raises(ValueError, match="tds_bp"):
        Rates(tds_bp=10_001, fee_bp=0, gst_bp=0)


def test_rates_that_take_more_than_there_is_are_refused():
    """Rates that together pass the gross are a mistake, not a debt."""
    with pytest.raises(ValueError, match="more than there is"):
        deduct(100, Rates(tds_bp=9_000, fee_bp=9_000, gst_bp=0))


@given(
    gross=st.integers(0, 10**13),
    tds=st.integers(0, 3_000),
    fee=st.integers(0, 3_000),
    gst=st.integers(0, 2_800),
)
def test_money_adds_up(gross, tds, fee, gst):
    """Gross is always net, tax, fee and GST together, in whole paise, none negative."""
    found = deduct(gross, Rates(tds, fee, gst))
    parts = [found.tds_paise, found.fee_paise, found.gst_paise, found.net_paise]
    assert sum(parts) == gross
    assert all(isinstance(part, int) and part >= 0 for part in parts)


@given(gross=st.integers(1, 10**12), more=st.integers(1, 10**9))
def test_more_gross_is_never_noticeably_less_net(gross, more):
    """Tax, fee and GST are each rounded by themselves, so their steps may coincide: two paise."""
    assert deduct(gross + more, USUAL).net_paise >= deduct(gross, USUAL).net_paise - 2
