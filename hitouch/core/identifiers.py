"""Identifiers as people write them: numbers of digits, and codes of letters and digits. Pure.

An identifier is normalised only by steps that cannot turn it into another one: blanks around it,
full-width letters and digits, the digits of one Indian script, and single separators between its
groups. Anything else makes it invalid: a parser that skips or guesses what it does not know reads
`50100123456.0` as another account.
"""

import re
import unicodedata

#: Marks that address books and web pages put around a copied number. They change nothing at its
#: ends; inside a number they can show its digits in another order.
_EDGE_MARKS = "\u200b\u2060\u200e\u202a\u202c\u2066\u2068\u2069\ufeff"
_SPACES = "\t\u00a0\u202f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_HYPHENS = "\u2010\u2011\u2012\u2013\u2212"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PLAIN: dict[int, int | str] = {
    **_FULL_WIDTH,
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _HYPHENS), "-"),
}
#: The zeros of the scripts of India (Latin, Arabic, Urdu, Devanagari, Bengali … Ol Chiki, Meetei
#: Mayek), each the first of ten digits. Nobody here types Khmer or mathematical digits.
_ZEROS = "0\u0660\u06f0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u1c50\uabf0"
_VALUES = {chr(ord(zero) + value): (zero, value) for zero in _ZEROS for value in range(10)}

_LOOKALIKE_SCRIPTS = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC"})


def fold(text: str) -> str:
    """The text without marks and blanks around it, with plain letters, blanks and hyphens."""
    return text.strip().strip(_EDGE_MARKS).strip().translate(_PLAIN)


def to_ascii_digits(text: str) -> str | None:
    """The text with ASCII digits, or None if it mixes the digits of several scripts.

    A Bengali four looks like an eight: beside other digits it would be read as another number.
    """
    scripts = {_VALUES[char][0] for char in text if char in _VALUES}
    if len(scripts) > 1:
        return None
    return "".join(str(_VALUES[char][1]) if char in _VALUES else char for char in text)


def normalise_digits(text: str, *, least: int, most: int = 0) -> str | None:
    """A number of `least` (to `most`) ASCII digits with its leading zeros, or None.

    Its groups may be separated by blanks or by a hyphen; never by a dot or a comma, which a
    spreadsheet adds to numbers. Two groups that are each long enough alone are two numbers.
    """
    plain = to_ascii_digits(fold(text))
    if plain is None or not re.fullmatch(r"[0-9]+(?:(?: +| ?- ?)[0-9]+)*", plain):
        return None
    groups = re.split("[ -]+", plain)
    digits = "".join(groups)
    if sum(len(group) >= least for group in groups) > 1:
        return None
    return digits if least <= len(digits) <= (most or least) else None


def normalise_code(text: str) -> str | None:
    """A code of ASCII letters and digits in capitals, or None if it is anything else."""
    plain = fold(text)
    if not re.fullmatch(r"[A-Za-z0-9]+(?:(?: +| ?- ?)[A-Za-z0-9]+)*", plain):
        return None
    return re.sub("[ -]", "", plain).upper()


def is_one_digit_repeated(digits: str) -> bool:
    """Whether a number is 0000 or 1111: typed to fill a field, and nobody's."""
    return len(set(digits)) <= 1


def without_invisible(text: str) -> tuple[str, list[int]]:
    """The text without invisible characters (category Cf), and where each character stood."""
    kept = [(char, place) for place, char in enumerate(text) if unicodedata.category(char) != "Cf"]
    return "".join(char for char, _ in kept), [place for _, place in kept]


def mixes_lookalike_scripts(word: str) -> bool:
    """Whether a word mixes scripts with similar letters, such as a Cyrillic i in `gmail`."""
    scripts = {unicodedata.name(char, "").split(" ")[0] for char in word if char.isalpha()}
    return len(scripts & _LOOKALIKE_SCRIPTS) > 1
