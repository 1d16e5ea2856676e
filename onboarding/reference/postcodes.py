"""PIN codes (India Post's postcodes): normalisation, and lookup of district and state. Pure.

The list is never complete (`data/README.md`), so an unknown PIN code may only cause a warning.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hitouch.core import identifiers

DATA = Path(__file__).parent / "data"
FILE = DATA / "pins.tsv.gz"
PREFIX_FILE = DATA / "pin_prefixes.tsv"
PIN_DIGITS = 6
SHAPE = re.compile(r"[1-9][0-9]{5}")
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
    """The district and state of a PIN code, and all states that it covers."""

    district: str
    state: str
    states: frozenset[str]

    @property
    def city(self) -> str:
        """The suggested city: the name of the district without suffixes such as "Urban"."""
        return _SECTORS.sub("", self.district)


def normalise_pin(text: str) -> str | None:
    """The PIN code as six ASCII digits, or None if the text is not one."""
    pin = identifiers.normalise_digits(text, least=PIN_DIGITS)
    return pin if pin and SHAPE.fullmatch(pin) else None


def place_of_pin(pin: str) -> PostcodeArea | None:
    """The area of a normalised PIN code, or None if it is not in the list."""
    return _load_areas().get(pin)


@cache
def _load_areas() -> dict[str, PostcodeArea]:
    lines = gzip.decompress(FILE.read_bytes()).decode().splitlines()
    rows = [line.split("\t") for line in lines]
    states_of: dict[str, set[str]] = {}
    for state, _, pins, more in rows:
        for pin in (*pins.split(), *more.split()):
            states_of.setdefault(pin, set()).add(state)
    return dict(_iterate_areas(rows, states_of))


def _iterate_areas(
    rows: list[list[str]], states_of: dict[str, set[str]]
) -> Iterator[tuple[str, PostcodeArea]]:
    for state, district, pins, _ in rows:
        single = PostcodeArea(district, state, frozenset({state}))
        for pin in pins.split():
            several = len(states_of[pin]) > 1
            yield (
                pin,
                PostcodeArea(district, state, frozenset(states_of[pin])) if several else single,
            )


def states_of_prefix(pin: str) -> frozenset[str]:
    """The states that the first digits of a PIN code allow; none for the Army Postal Service."""
    prefixes = _load_prefixes()
    return prefixes.get(pin[:3]) or prefixes.get(pin[:2]) or frozenset()


@cache
def _load_prefixes() -> dict[str, frozenset[str]]:
    lines = PREFIX_FILE.read_text(encoding="utf-8").splitlines()
    found: dict[str, frozenset[str]] = {}
    for line in lines:
        if line.startswith("#"):
            continue
        span, *states = line.split("\t")
        first, _, last = span.partition("-")
        for prefix in range(int(first), int(last or first) + 1):
            found[str(prefix)] = frozenset(states)
    return found


def mismatch_of(*, pin: str, state: str) -> str:
    """A warning if a PIN code is unknown or in another state, or else an empty text."""
    place = place_of_pin(pin)
    if place is None and state and (allowed := states_of_prefix(pin)) and state not in allowed:
        return (
            f"PIN codes that start with {pin[:3]} are in {' or '.join(sorted(allowed))}, but the "
            f"address says {state}. Please check both."
        )
    if place is None:
        return f"PIN code {pin} is not in our list. If you're sure it's correct, leave it as it is."
    if state and state not in place.states:
        return (
            f"PIN code {pin} is in {place.state}, but the address says {state}. Please check both."
        )
    return ""
