"""Months of experience from periods that may overlap or be open."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitouch.core.web.humanize import experience_text
from onboarding.profile.experience import months_of_experience

TODAY = date(2026, 11, 23)
days = st.dates(date(1990, 1, 1), date(2030, 1, 1))
stretches = st.lists(st.tuples(days, st.none() | days), max_size=6)


@pytest.mark.parametrize(
    ("jobs", "months"),
    [
        ([], 0),
        ([(date(2022, 6, 1), date(2024, 5, 31))], 24),
        ([(date(2023, 1, 1), date(2023, 12, 31))], 12),
        ([(date(2025, 11, 24), None)], 12),
        ([(date(2025, 12, 1), None)], 11),
        ([(date(2022, 1, 1), date(2022, 12, 31)), (date(2022, 7, 1), date(2023, 6, 30))], 18),
        ([(date(2022, 1, 1), date(2022, 6, 30)), (date(2022, 7, 1), date(2022, 12, 31))], 12),
        ([(date(2020, 1, 1), date(2020, 1, 15)), (date(2021, 1, 1), date(2021, 1, 15))], 1),
        ([(date(2024, 1, 31), date(2024, 2, 29))], 1),
        ([(date(2027, 1, 1), None)], 0),
        ([(date(2026, 10, 24), date(2030, 1, 1))], 1),
        ([(date(2024, 5, 1), date(2024, 4, 1))], 0),
    ],
)
def test_months(jobs: list[tuple[date, date | None]], months: int) -> None:
    """A current job counts until today, overlaps count once, the future not at all."""
    assert months_of_experience(jobs, TODAY) == months


@given(stretches)
def test_order_and_repetition_do_not_matter(jobs: list[tuple[date, date | None]]) -> None:
    """Neither the order of jobs nor repeated jobs change the result."""
    months = months_of_experience(jobs, TODAY)
    assert months_of_experience([*reversed(jobs), *jobs], TODAY) == months


@given(stretches, st.tuples(days, st.none() | days))
def test_experience_is_at_most_the_total_span(
    jobs: list[tuple[date, date | None]], more: tuple[date, date | None]
) -> None:
    """All jobs together are at most as long as one job from the first day until today."""
    given_jobs = [pair for pair in [*jobs, more] if pair[0] <= TODAY]
    first = min((pair[0] for pair in given_jobs), default=TODAY)
    assert months_of_experience(given_jobs, TODAY) <= months_of_experience([(first, None)], TODAY)


@given(days, st.integers(0, 2000), st.integers(0, 2000))
def test_a_job_split_in_two_is_as_long(first: date, one: int, two: int) -> None:
    """Two consecutive periods count the same as one."""
    middle = first + timedelta(days=one)
    last = middle + timedelta(days=two + 1)
    parts = [(first, middle), (middle + timedelta(days=1), last)]
    assert months_of_experience(parts, date(2045, 1, 1)) == months_of_experience(
        [(first, last)], date(2045, 1, 1)
    )


@given(days, st.integers(0, 3000))
def test_a_longer_job_never_counts_less(first: date, length: int) -> None:
    """One more day never reduces the months."""
    last = first + timedelta(days=length)
    later = last + timedelta(days=1)
    far = date(2045, 1, 1)
    assert months_of_experience([(first, last)], far) <= months_of_experience([(first, later)], far)


@pytest.mark.parametrize(
    ("months", "words"),
    [(0, "less than a month"), (1, "1 month"), (12, "1 year"), (29, "2 years 5 months")],
)
def test_experience_text(months: int, words: str) -> None:
    """Experience is shown in years and months."""
    assert experience_text(months) == words
