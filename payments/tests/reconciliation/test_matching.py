"""Matching of movements: each kind of difference is found, and nothing else."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from payments.reconciliation.matching import FindingKind, Movement, Side, compare

DAY = date(2026, 12, 1)


def movement(key, paise, *utrs, day=DAY):
    return Movement(key, paise, day, frozenset(utrs))


def kinds(ours, theirs):
    comparison = compare(ours, theirs, side=Side.BANK, complete_until=DAY)
    return [finding.kind for finding in comparison.findings]


def test_each_kind_of_difference():
    """Missing on either side, another amount, twice, and back after it had arrived."""
    ours = [movement("a", -100, "U1")]
    assert kinds(ours, [movement("x", -100, "U1", "OTHERTOKEN")]) == []
    assert kinds(ours, []) == [FindingKind.MISSING_THEIRS]
    assert kinds([], [movement("x", -100, "U1")]) == [FindingKind.MISSING_OURS]
    assert kinds(ours, [movement("x", -101, "U1")]) == [FindingKind.AMOUNT]
    twice = [movement("x", -100, "U1"), movement("y", -100, "U1")]
    assert kinds(ours, twice) == [FindingKind.DUPLICATE]
    back = [movement("x", -100, "U1"), movement("y", 100, "U1")]
    assert kinds(ours, back) == [FindingKind.LATE_REVERSAL]
    assert kinds([*ours, movement("b", 100, "U1")], back) == []


def test_a_difference_names_the_utr_and_not_our_key():
    """Finance looks for the UTR at the bank, where nobody knows an idempotency key."""
    key = "0A4147BF-AA60-42FE-86D0-000000000000"
    utr, ifsc = "SBINN52026000001", "HDFC0001234"
    mine, line = movement("a", -100, utr, key), movement("x", -100, utr, ifsc)
    for theirs in ([], [line, movement("y", -100, utr, ifsc)]):
        found = compare([mine], theirs, side=Side.BANK, complete_until=DAY)
        assert [finding.utr for finding in found.findings] == [utr]


def test_what_is_too_young_is_not_missing():
    """A movement after the last day of their list is left for the next comparison."""
    young = movement("a", -100, "U1", day=date(2026, 12, 2))
    assert kinds([young], []) == []


def test_a_charge_without_utr_is_missing_in_our_books():
    """The bank's charges have no reference, so a person explains them."""
    assert kinds([], [movement("x", -5)]) == [FindingKind.MISSING_OURS]


PLANTS = st.sampled_from(["none", "lost", "changed", "twice", "returned", "invented"])


@given(plants=st.lists(PLANTS, max_size=60))
def test_planted_differences_are_found_and_none_invented(plants):
    """The findings are exactly the planted ones, whatever their order and number."""
    ours, theirs, expected = [], [], []
    for number, plant in enumerate(plants):
        utr, paise = f"UTR{number:09}", -(number + 1) * 100
        mine, line = movement(f"o{number}", paise, utr), movement(f"t{number}", paise, utr)
        if plant != "invented":
            ours.append(mine)
        if plant == "changed":
            line = movement(f"t{number}", paise - 1, utr)
        if plant != "lost":
            theirs.append(line)
        if plant == "twice":
            theirs.append(movement(f"t{number}b", paise, utr))
        if plant == "returned":
            theirs.append(movement(f"t{number}b", -paise, utr))
        expected += {
            "none": [], "lost": ["MISSING_THEIRS"], "changed": ["AMOUNT"], "twice": ["DUPLICATE"],
            "returned": ["LATE_REVERSAL"], "invented": ["MISSING_OURS"],
        }[plant]  # fmt: skip
    assert sorted(kinds(ours, theirs[::-1])) == sorted(expected)
