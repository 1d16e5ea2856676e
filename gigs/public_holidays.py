"""Public holidays of India and of its states, by the `holidays` library. Knows no Django.

Some follow the moon: until they are announced, their dates are the library's estimates.
"""

from datetime import date

from holidays.countries.india import India

#: The holidays that are kept in all of India.
ALL_OF_INDIA = "IN"


def places() -> list[tuple[str, str]]:
    """Codes and names of India and of its states and territories, by name."""
    names: dict[str, str] = {}
    for name, code in India.subdivisions_aliases.items():
        if name.isascii() and len(name) > 2:
            names.setdefault(code, name)
    states = sorted(names.items(), key=lambda pair: pair[1])
    return [(ALL_OF_INDIA, "All of India"), *states]


def holidays_between(place: str, first: date, last: date) -> dict[date, str]:
    """The holidays of a place with their names, from `first` to `last` (inclusive), by day."""
    found = India(
        subdiv=None if place == ALL_OF_INDIA else place, years=range(first.year, last.year + 1)
    )
    return {day: name for day, name in sorted(found.items()) if first <= day <= last}
