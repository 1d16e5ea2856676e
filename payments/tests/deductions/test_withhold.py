"""Withholding of tax: thresholds, catch-up, missing PANs, certificates, and the rest due."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.deductions.withholding import (
    Certificate,
    Rounding,
    TaxTerms,
    WithholdingReason,
    YearToDate,
    withhold,
)

LAKH = 1_00_000_00
CONTRACTOR = TaxTerms(
    rate_bp=100, no_pan_rate_bp=2_000, single_threshold_paise=30_000_00, yearly_threshold_paise=LAKH
)
OPERATOR = TaxTerms(
    rate_bp=10, no_pan_rate_bp=500, yearly_threshold_paise=5 * LAKH, thresholds_without_pan=False
)


def test_a_payment_at_the_single_threshold_is_not_taxed():
    """Tax is due above the threshold, not at it."""
    at_it = withhold(30_000_00, CONTRACTOR)
    above = withhold(30_000_01, CONTRACTOR)
    assert (at_it.withheld_paise, at_it.reason) == (0, WithholdingReason.BELOW_THRESHOLDS)
    assert (above.withheld_paise, above.reason) == (300_00, WithholdingReason.SINGLE_THRESHOLD)


def test_crossing_the_yearly_threshold_taxes_the_untaxed_sums_before():
    """The payment that crosses is taxed with the sums of the year on which no tax was taken."""
    year = YearToDate(base_paise=90_000_00, taxed_paise=40_000_00, withheld_paise=400_00)
    crossing = withhold(20_000_00, CONTRACTOR, year=year)
    assert crossing.reason == WithholdingReason.YEARLY_THRESHOLD
    assert crossing.taxed_paise == 70_000_00
    assert crossing.withheld_paise == 700_00


def test_a_rule_without_catch_up_taxes_only_the_payment():
    """Without catch-up, the sums before the crossing stay untaxed."""
    terms = TaxTerms(rate_bp=100, yearly_threshold_paise=LAKH, catches_up=False)
    assert withhold(20_000_00, terms, year=YearToDate(90_000_00)).withheld_paise == 200_00


def test_tax_that_is_more_than_the_payment_goes_to_the_next():
    """A catch-up never takes more than there is; the rest is taken from the next payment."""
    year = YearToDate(base_paise=1_00_000_00)
    first = withhold(5_00, CONTRACTOR, year=year)
    assert (first.due_paise, first.withheld_paise, first.owed_paise) == (1_000_05, 5_00, 995_05)
    year = YearToDate(1_00_005_00, 1_00_005_00, 5_00, owed_paise=first.owed_paise)
    assert withhold(2_000_00, CONTRACTOR, year=year).withheld_paise == 1_015_05


def test_without_a_pan_the_higher_rate_applies():
    """The rate without a PAN applies to what is taxed; a certificate does not help."""
    certificate = Certificate(rate_bp=0, left_paise=LAKH)
    parts = withhold(40_000_00, CONTRACTOR, has_pan=False, certificate=certificate)
    assert (parts.rate_bp, parts.withheld_paise) == (2_000, 8_000_00)
    assert withhold(10_000_00, CONTRACTOR, has_pan=False).withheld_paise == 0


def test_thresholds_that_need_a_pan():
    """For a platform's operator, the yearly threshold holds only for payees with a PAN."""
    assert withhold(100_00, OPERATOR).withheld_paise == 0
    without = withhold(100_00, OPERATOR, has_pan=False)
    assert (without.reason, without.withheld_paise) == (WithholdingReason.NO_THRESHOLD, 5_00)


def test_a_certificate_applies_up_to_its_limit():
    """Sums beyond the limit of a certificate are taxed at the full rate."""
    parts = withhold(40_000_00, CONTRACTOR, certificate=Certificate(25, left_paise=30_000_00))
    assert parts.certified_paise == 30_000_00
    assert parts.withheld_paise == 75_00 + 100_00


def test_rounding_to_rupees_happens_once():
    """₹0.495 of tax are ₹0, not first 50 paise and then a rupee."""
    terms = TaxTerms(rate_bp=100, rounding=Rounding.RUPEE)
    assert withhold(49_50, terms).withheld_paise == 0
    assert withhold(50_00, terms).withheld_paise == 1_00


def test_a_negative_base_raises():
    """A payment of less than nothing has no tax."""
    with pytest.raises(ValueError, match="never negative"):
        withhold(-1, CONTRACTOR)


@given(payments=st.lists(st.integers(1, 60_000_00), min_size=1, max_size=30))
def test_the_year_is_taxed_like_one_sum_however_it_is_split(payments):
    """Above the yearly threshold, tax withheld and owed is that of the whole year's sum.

    The parts are rounded one by one, so a paisa of difference a payment is allowed.
    """
    year = YearToDate()
    for base in payments:
        parts = withhold(base, CONTRACTOR, year=year)
        assert 0 <= parts.withheld_paise <= base
        year = YearToDate(
            year.base_paise + base,
            year.taxed_paise + parts.taxed_paise,
            year.withheld_paise + parts.withheld_paise,
            parts.owed_paise,
        )
    total = sum(payments)
    assert year.taxed_paise <= year.base_paise == total
    if total > LAKH:
        assert year.taxed_paise == total
        assert abs(year.withheld_paise + year.owed_paise - total / 100) <= len(payments)
