"""References that clients write into their transfers: made, checked, and found in a narration.

HTX, five random characters and a check character, without letters and digits that look alike. The
check is a weighted sum modulo 31, a prime, so that one wrong character or two that are swapped
never give another valid reference.
"""

import re
import secrets

PREFIX = "HTX"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
RANDOM = 5
_SHAPE = re.compile(rf"(?<![0-9A-Z]){PREFIX}[{ALPHABET}]{{{RANDOM + 1}}}(?![0-9A-Z])")


def new_reference() -> str:
    """A random reference."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return PREFIX + body + _check_character(body)


def is_valid(reference: str) -> bool:
    """Whether the text is a reference with the right check character."""
    return bool(_SHAPE.fullmatch(reference)) and reference[-1] == _check_character(reference[3:-1])


def references_in(narration: str) -> set[str]:
    """The valid references that stand in a narration as words of their own."""
    return {found for found in _SHAPE.findall(narration.upper()) if is_valid(found)}


def _check_character(body: str) -> str:
    total = sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]
