"""Answers to objective items match their keys, or do not."""

import pytest

from proctoring.grading import keys


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("don't like", True), ("Don’t like", True), ("donʼt like", True), ("don`t like", True),
        ("don´t like", True), ("  DO   NOT like. ", True), ("do not like", True),
        ("do not​ like", True), ("ｄｏ not like", True), ("“do not like”", True),
        ("do\nnot like", True), ("dont like", False), ("", False), (" ", False), (".", False),
        ("do not", False), ("\0", False),
    ],
)  # fmt: skip
def test_gap_accepts_every_accepted_spelling(value, right):
    """Case, spacing, what phones type for an apostrophe, and a final full stop do not matter."""
    accepted = ["don't like", "do not like"]
    given_right = keys.is_correct(
        kind="FILL_BLANK", value=value, key="don't like", accepted=accepted
    )
    assert given_right is right


@pytest.mark.parametrize("value", ["well-known", "well‐known", "well–known", "Well‑Known"])
def test_every_hyphen_is_a_hyphen(value):
    """A hyphen may be any of the characters that look like one; leaving it out is wrong."""
    assert keys.is_correct(kind="FILL_BLANK", value=value, key="well-known", accepted=[])
    assert not keys.is_correct(kind="FILL_BLANK", value="well known", key="well-known", accepted=[])


def test_gap_without_key_accepts_nothing():
    """An empty answer never matches an empty key."""
    assert not keys.is_correct(kind="FILL_BLANK", value="", key="", accepted=["", " . "])


@pytest.mark.parametrize(("value", "right"), [("a", True), ("b", False), ("", False), ("A", False)])
def test_choice_is_correct_only_if_it_is_the_key(value, right):
    """Only the key is correct; no choice is wrong."""
    for kind in ("READING_MCQ", "AUDIO_MCQ"):
        assert keys.is_correct(kind=kind, value=value, key="a", accepted=[]) is right
