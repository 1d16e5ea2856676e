"""Experience of profile."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta


def months_of_experience(stretches: Iterable[tuple[date, date | None]], today: date) -> int:
    """Whole months in at least one job: an open stretch lasts until today, overlaps count once.

    Both ends of a stretch are worked days. What lies in the future does not count, and the days
    beyond the whole months of each stretch are put together, thirty to a month.
    """
    months = days = 0
    for first, after in _united(stretches, today):
        whole, over = _months_between(first, after)
        months, days = months + whole, days + over
    return months + days // 30


def _united(stretches: Iterable[tuple[date, date | None]], today: date) -> list[tuple[date, date]]:
    """Disjoint stretches in order, each from its first day to the day after its last."""
    found: list[tuple[date, date]] = []
    ended = ((first, min(last or today, today)) for first, last in stretches)
    for first, last in sorted(pair for pair in ended if pair[0] <= pair[1]):
        after = last + timedelta(days=1)
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], after))
        else:
            found.append((first, after))
    return found


def _months_between(first: date, after: date) -> tuple[int, int]:
    months = (after.year - first.year) * 12 + after.month - first.month
    months -= after.day < first.day
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    reached = date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
    return months, (after - reached).days
