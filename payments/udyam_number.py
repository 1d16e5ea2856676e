"""Udyam registration numbers of enterprises: UDYAM, the state, the district and seven digits."""

import re

from hitouch.core import identifiers

_SHAPE = re.compile(r"UDYAM([A-Z]{2})([0-9]{2})([0-9]{7})")


def normalise_udyam(text: str) -> str | None:
    """The number as it is printed, UDYAM-XX-00-0000000, or None if it is none."""
    found = _SHAPE.fullmatch(identifiers.normalise_code(text) or "")
    if found is None or not int(found[3]):
        return None
    return f"UDYAM-{found[1]}-{found[2]}-{found[3]}"
