"""Public holidays of India and of its states."""

from datetime import date

from gigs import public_holidays
from gigs.disputes.deadlines import NATIONAL_HOLIDAYS


def test_the_three_national_holidays_are_kept_everywhere() -> None:
    """Republic Day, Independence Day and Gandhi Jayanti, in India and in each state."""
    for place, _ in public_holidays.places():
        days = public_holidays.holidays_between(place, date(2026, 1, 1), date(2026, 12, 31))
        assert {date(2026, month, day) for month, day in NATIONAL_HOLIDAYS} <= set(days)


def test_a_state_has_holidays_of_its_own() -> None:
    """Karnataka keeps its founding day, which is no holiday in all of India."""
    first = last = date(2026, 11, 1)
    assert public_holidays.holidays_between("KA", first, last)
    assert not public_holidays.holidays_between("IN", first, last)


def test_every_state_and_territory_can_be_chosen() -> None:
    """28 states and 8 territories have a name without accents."""
    names = dict(public_holidays.places())
    assert len(names) == 1 + 28 + 8
    assert all(name.isascii() for name in names.values())


def test_a_range_over_the_end_of_a_year() -> None:
    """Both years count."""
    found = public_holidays.holidays_between("IN", date(2026, 12, 25), date(2027, 1, 26))
    assert next(iter(found)) == date(2026, 12, 25)
    assert date(2027, 1, 26) in found
