"""Scores and levels, by examples and by properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctoring.grading import keys
from proctoring.grading.keys import GradedItem, SectionItems

items = st.lists(
    st.builds(GradedItem, level=st.sampled_from(sorted(keys.WEIGHTS)), right=st.booleans()),
    min_size=1,
    max_size=20,
)
sections = st.lists(
    st.builds(SectionItems, weight=st.integers(1, 5), items=items), min_size=1, max_size=4
)


@pytest.mark.parametrize(
    ("score", "level"),
    [
        ("0", "A1"), ("49.99", "A1"), ("50", "A2"), ("59.5", "A2"), ("59.99", "A2"),
        ("60", "B1"), ("69.5", "B1"), ("70", "B2"), ("79.99", "B2"), ("80", "C1"),
        ("89.5", "C1"), ("89.99", "C1"), ("90", "C2"), ("100", "C2"),
    ],
)  # fmt: skip
def test_bands_are_half_open(score, level):
    """Every score belongs to exactly one level."""
    assert keys.level_of(Decimal(score)) == level


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("don't like", True), ("Don’t like", True), ("  DO   NOT like. ", True),
        ("dont like", False), ("", False), ("do not", False),
    ],
)  # fmt: skip
def test_gap_accepts_every_accepted_spelling(value, right):
    """Case, spacing, curly apostrophes and a final full stop do not matter."""
    accepted = ["don't like", "do not like"]
    given_right = keys.is_correct(
        kind="FILL_BLANK", value=value, key="don't like", accepted=accepted
    )
    assert given_right is right


@pytest.mark.parametrize(("value", "right"), [("a", True), ("b", False), ("", False), ("A", False)])
def test_choice_is_correct_only_if_it_is_the_key(value, right):
    """Only the key is correct; no choice is wrong."""
    assert keys.is_correct(kind="READING_MCQ", value=value, key="a", accepted=[]) is right


@given(sections)
def test_score_is_between_0_and_100(found):
    """The score is between 0 and 100 for any answers."""
    assert 0 <= keys.total_score(found) <= 100


@given(items)
def test_all_correct_is_100_and_none_is_0(found):
    """All correct answers score 100, none correct 0."""
    right = [GradedItem(item.level, right=True) for item in found]
    wrong = [GradedItem(item.level, right=False) for item in found]
    assert (keys.section_score(right), keys.section_score(wrong)) == (100, 0)


@given(items, st.integers(0, 19))
def test_one_more_correct_answer_never_lowers_the_score(found, place):
    """One more correct answer lowers neither score nor level."""
    place %= len(found)
    better = [*found[:place], GradedItem(found[place].level, right=True), *found[place + 1 :]]
    before, after = keys.section_score(found), keys.section_score(better)
    assert after >= before
    assert keys.level_of(after) >= keys.level_of(before)


@given(
    st.permutations(
        [
            GradedItem("A1", True),
            GradedItem("B1", False),
            GradedItem("C1", True),
            GradedItem("A2", True),
        ]
    )
)
def test_order_does_not_matter(found):
    """The order of the items does not change the score: (2 + 6 + 3) of 15."""
    assert keys.section_score(found) == Decimal("73.33")


def test_harder_items_have_a_higher_weight():
    """A B2 item counts more than an A1 item."""
    easy = keys.section_score([GradedItem("A1", True), GradedItem("B2", False)])
    hard = keys.section_score([GradedItem("A1", False), GradedItem("B2", True)])
    assert hard > easy


def test_sections_are_weighted():
    """100 at weight 3 and 0 at weight 1 make 75."""
    found = [SectionItems(3, [GradedItem("A1", True)]), SectionItems(1, [GradedItem("A1", False)])]
    assert keys.total_score(found) == 75


def test_unanswered_items_count_as_wrong():
    """One easy answer of eight gives a low score."""
    found = [GradedItem("A1", True)] + [GradedItem("B1", False)] * 7
    assert keys.section_score(found) < 10
