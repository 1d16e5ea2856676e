"""PIN codes: their one written form, and the district and state each belongs to.

The list is India Post's, condensed (`data/README.md`). It is never complete, so a PIN code that
is not in it is a reason to ask again, never one to refuse.
"""

import gzip
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "pins.tsv.gz"
SHAPE = re.compile(r"[1-9][0-9]{5}")
_IGNORED = {"Z", "C", "P"}  # blanks of every kind, what is not seen, dashes and dots
_SECTORS = re.compile(r" (?:Urban|Rural|City|Suburban|District)$")
STATES = (
    "Andaman and Nicobar Islands",
    "Andhra Pradesh",
    "Arunachal Pradesh",
    "Assam",
    "Bihar",
    "Chandigarh",
    "Chhattisgarh",
    "Dadra and Nagar Haveli and Daman and Diu",
    "Delhi",
    "Goa",
    "Gujarat",
    "Haryana",
    "Himachal Pradesh",
    "Jammu and Kashmir",
    "Jharkhand",
    "Karnataka",
    "Kerala",
    "Ladakh",
    "Lakshadweep",
    "Madhya Pradesh",
    "Maharashtra",
    "Manipur",
    "Meghalaya",
    "Mizoram",
    "Nagaland",
    "Odisha",
    "Puducherry",
    "Punjab",
    "Rajasthan",
    "Sikkim",
    "Tamil Nadu",
    "Telangana",
    "Tripura",
    "Uttar Pradesh",
    "Uttarakhand",
    "West Bengal",
)


@dataclass(frozen=True)
class PostcodeArea:
    """Where a PIN code is: its district and state, and every state that it reaches into."""

    district: str
    state: str
    states: frozenset[str]

    @property
    def city(self) -> str:
        """What stands for the city until the person says better: the district's plain name."""
        return _SECTORS.sub("", self.district)


def normalise_pin(text: str) -> str:
    """The PIN code in ASCII digits without anything between them; what is no digit stays."""
    kept = (
        _plain_digit(letter)
        for letter in unicodedata.normalize("NFKC", text)
        if unicodedata.category(letter)[0] not in _IGNORED
    )
    return unicodedata.normalize("NFKC", "".join(kept))


def _plain_digit(letter: str) -> str:
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)


def place_of_pin(pin: str) -> PostcodeArea | None:
    """The place of a PIN code in its one written form, or None when the list does not have it."""
    return _places().get(pin)


@cache
def _places() -> dict[str, PostcodeArea]:
    lines = gzip.decompress(FILE.read_bytes()).decode().splitlines()
    rows = [line.split("\t") for line in lines]
    also: dict[str, set[str]] = {}
    for state, _, pins, more in rows:
        for pin in (*pins.split(), *more.split()):
            also.setdefault(pin, set()).add(state)
    return dict(_first_places(rows, also))


def _first_places(
    rows: list[list[str]], also: dict[str, set[str]]
) -> Iterator[tuple[str, PostcodeArea]]:
    for state, district, pins, _ in rows:
        alone = PostcodeArea(district, state, frozenset({state}))
        for pin in pins.split():
            several = len(also[pin]) > 1
            yield pin, PostcodeArea(district, state, frozenset(also[pin])) if several else alone


def mismatch_of(*, pin: str, state: str) -> str:
    """A sentence when a PIN code is not known or lies in another state; empty when all fits."""
    place = place_of_pin(pin)
    if place is None:
        return f"PIN code {pin} is not in our list. If you're sure it's correct, leave it as it is."
    if state and state not in place.states:
        return (
            f"PIN code {pin} is in {place.state}, but the address says {state}. Please check both."
        )
    return ""
