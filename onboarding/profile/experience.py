"""Months of work experience from overlapping periods. No Django."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta


def months_of_experience(periods: Iterable[tuple[date, date | None]], today: date) -> int:
    """Whole months in at least one job. An open period lasts until today, overlaps count once.

    Both ends of a period are inclusive, and the future does not count. The days beyond the whole
    months of each period are summed, thirty to a month.
    """
    months = days = 0
    for first, after in _merge_periods(periods, today):
        full_months, extra_days = _months_between(first, after)
        months, days = months + full_months, days + extra_days
    return months + days // 30


def _merge_periods(
    periods: Iterable[tuple[date, date | None]], today: date
) -> list[tuple[date, date]]:
    """Disjoint periods in order, each from its first day to the day after its last."""
    merged: list[tuple[date, date]] = []
    ended = ((first, min(last or today, today)) for first, last in periods)
    for first, last in sorted(pair for pair in ended if pair[0] <= pair[1]):
        after = last + timedelta(days=1)
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], after))
        else:
            merged.append((first, after))
    return merged


def _months_between(first: date, after: date) -> tuple[int, int]:
    months = (after.year - first.year) * 12 + after.month - first.month
    months -= after.day < first.day
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    reached = date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
    return months, (after - reached).days
