"""Durations and moments in words, as pages and messages show them."""

from datetime import UTC, datetime

import pytest

from hitouch.core.web import humanize

AT = datetime(2026, 9, 5, 18, 30, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "a second"),
        (59, "59 seconds"),
        (60, "a minute"),
        (61, "2 minutes"),
        (7199, "120 minutes"),
        (7200, "2 hours"),
        (7201, "3 hours"),
    ],
)
def test_a_wait_is_rounded_up(seconds, words):
    """Whoever waits that long is not refused again."""
    assert humanize.wait_text(seconds) == words


def test_a_wait_for_a_code_counts_seconds_up_to_two_minutes():
    """The pause between two codes is a minute: "60 seconds" can be watched running down."""
    texts = [humanize.wait_text(seconds, in_seconds_below=120) for seconds in (60, 119, 120)]
    assert texts == ["60 seconds", "119 seconds", "2 minutes"]


def test_times_are_shown_in_indias_time_zone():
    """After 18:30 UTC the next day has begun in India."""
    assert humanize.date_text(AT) == "6 September 2026"
    assert humanize.moment_text(AT) == "6 September 2026, 12:00 am"
    assert humanize.short_moment_text(AT) == "6 Sep 00:00"
    assert humanize.evidence_moment_texts(AT) == (
        "6 September 2026, 00:00:01 IST",
        "2026-09-05 18:30:01 UTC",
    )


@pytest.mark.parametrize(
    ("months", "words"),
    [(0, "none yet"), (11, "less than a year"), (12, "1 year"), (35, "2 years")],
)
def test_whole_years(months, words):
    """A year counts once it is complete."""
    assert humanize.whole_years_text(months) == words
