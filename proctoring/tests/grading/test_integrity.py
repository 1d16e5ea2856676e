"""What the journal shows about how answers came about: facts for the proctor, never a score."""

from datetime import timedelta

import pytest

from conftest import NOON
from proctoring.grading.integrity import JournalEntry, findings_of, times_of


def entry(question, seconds, value="a", kind="READING_MCQ", device="one"):
    return JournalEntry(question, kind, value, NOON + timedelta(seconds=seconds), device)


def typed(text: str, *, step: int = 10, pace: float = 5.0, start: float = 0.0):
    """A text that grows as somebody types it."""
    ends = range(step, len(text) + step, step)
    return [entry(9, start + end / pace, text[:end], "WRITING") for end in ends]


def kinds(*entries, **facts):
    return [row.kind for row in findings_of(list(entries), NOON, **facts)]


def test_time_goes_to_the_question_that_was_answered():
    """Seconds are counted from the entry before, also when a person comes back to a question."""
    found = times_of([entry(1, 20), entry(2, 50), entry(1, 60, "b")], NOON)
    assert [(row.question, row.seconds, row.edits) for row in found] == [(1, 30.0, 1), (2, 30.0, 0)]


def test_clock_that_runs_backwards_gives_no_negative_time():
    """A device's clock may jump; no time is negative."""
    found = times_of([entry(1, -500), entry(2, 30)], NOON)
    assert all(row.seconds >= 0 for row in found)


def test_pasted_text_is_a_jump():
    """A text that appears at once was not typed."""
    found = findings_of([*typed("Dear team. " * 3), entry(9, 8, "word " * 80, "WRITING")], NOON)
    assert [(row.kind, row.question) for row in found] == [("JUMP", 9)]
    assert found[0].figures["characters"] > 300


@pytest.mark.parametrize("pace", [2.0, 6.0, 11.0])
def test_typing_is_no_jump(pace):
    """Slow and fast typists are not reported, nor whose entries were collected offline."""
    text = "I am writing to tell you about the delivery of last Monday. " * 10
    assert kinds(*typed(text, pace=pace)) == []
    assert kinds(*typed(text, pace=pace, step=150)) == []


def test_text_that_shrinks_or_comes_first_is_no_jump():
    """Deleting is no jump; without an earlier entry nothing is known of the pace."""
    assert kinds(entry(9, 60, "word " * 80, "WRITING"), entry(9, 61, "", "WRITING")) == []


def test_hasty_choices():
    """Half of the choices in less than three seconds is a fact; a few are not."""
    fast = [entry(number, number * 2.0) for number in range(1, 9)]
    slow = [entry(number, number * 30.0) for number in range(1, 9)]
    assert kinds(*fast) == ["HASTY"]
    assert kinds(*slow) == []


def test_writing_far_above_speaking():
    """Two levels between writing and speaking are told; the other way round is usual."""
    assert kinds(writing=2.0, speaking=-1.0) == ["WRITING_ABOVE_SPEAKING"]
    assert kinds(writing=-1.0, speaking=2.0) == []
    assert kinds(writing=2.0, speaking=None) == []


def test_two_devices_and_many_changes():
    """Answers of two devices, and a choice changed again and again."""
    changes = [entry(1, 10.0 * number, "ab"[number % 2]) for number in range(1, 8)]
    assert kinds(*changes) == ["CHANGES"]
    assert kinds(entry(1, 10), entry(1, 90, "b", device="two")) == ["DEVICES"]
