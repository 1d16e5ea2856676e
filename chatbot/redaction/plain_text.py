"""Texts as the detector reads them: plain digits, letters, blanks and dashes. Pure.

Every character keeps the place where it stood, so that what is found can be cut from the original.
"""

import re
import unicodedata
from dataclasses import dataclass

_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63")
_LINE_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")
#: Variation selectors and the key cap of emoji such as 1️⃣.
_DECORATION = frozenset([*map(chr, range(0xFE00, 0xFE10)), "\u20e3", "\u034f"])
_WORDS_OF_DIGITS = (
    "zero oh shunya sunya शून्य ज़ीरो जीरो",
    "one ek एक वन",
    "two do दो टू",
    "three teen तीन थ्री",
    "four char chaar चार फोर",
    "five paanch panch पांच पाँच फाइव",
    "six chhe cheh chah छह छः छे सिक्स",
    "seven saat सात सेवन",
    "eight aath आठ एट",
    "nine nau नौ नाइन",
)
_DIGIT_OF = {
    word: str(digit) for digit, words in enumerate(_WORDS_OF_DIGITS) for word in words.split()
}
_TIMES = {"double": 2, "triple": 3, "डबल": 2, "ट्रिपल": 3}
_ONE_WORD = "|".join(sorted(map(re.escape, _DIGIT_OF), key=len, reverse=True))
_TIMES_WORD = "|".join(_TIMES)
_DIGIT_WORD = re.compile(rf"(?:({_TIMES_WORD})[ -]+)?({_ONE_WORD}|[0-9])(?![^\W_])", re.IGNORECASE)
#: Four or more digits in words, one after another.
_SPELLED = re.compile(
    rf"(?<![^\W_])(?:(?:(?:{_TIMES_WORD})[ -]+)?(?:{_ONE_WORD}|[0-9])(?![^\W_])[ ,.-]{{0,3}})"
    "{4,}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PlainText:
    """A text of plain characters; character i stood from `starts[i]` to `ends[i]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from `start` to `end` stand in the original."""
        return self.starts[start], self.ends[end - 1]


def plain_text(original: str) -> PlainText:
    """The text with ASCII digits, also of digits in words, and without invisible characters."""
    places = range(len(original))
    if not original.isascii():
        pairs = [(plain, place) for place in places for plain in _plain(original[place])]
        text = "".join(plain for plain, _ in pairs)
        starts = tuple(place for _, place in pairs)
    else:
        text, starts = original, tuple(places)
    return _with_digits_for_words(PlainText(text, starts, tuple(place + 1 for place in starts)))


def _plain(char: str) -> str:
    if char in _LINE_BREAKS:
        return "\n"
    if char in _DASHES:
        return "-"
    if char in _DECORATION:
        return ""
    match unicodedata.category(char):
        case "Nd":
            return str(unicodedata.decimal(char))
        case "Cf" | "Cc":
            return "" if char != "\t" else " "
        case "Zs":
            return " "
        case _ if char.isascii():
            return char
    return unicodedata.normalize("NFKC", char)


def _with_digits_for_words(plain: PlainText) -> PlainText:
    """Each run of digits in words becomes digits, which stand where their words stood."""
    found = [match for match in _SPELLED.finditer(plain.text) if _is_spelled(match[0])]
    if not found:
        return plain
    text, starts, ends, done = "", list[int](), list[int](), 0

    def keep(until: int) -> None:
        nonlocal text
        text += plain.text[done:until]
        starts.extend(plain.starts[done:until])
        ends.extend(plain.ends[done:until])

    for match in found:
        keep(match.start())
        for word in _DIGIT_WORD.finditer(plain.text, *match.span()):
            digits, place = _digits_of(word), plain.span(*word.span())
            text += digits
            starts += [place[0]] * len(digits)
            ends += [place[1]] * len(digits)
        done = match.start() + len(match[0].rstrip(" ,.-"))
    keep(len(plain.text))
    return PlainText(text, tuple(starts), tuple(ends))


def _is_spelled(text: str) -> bool:
    """Whether most of the digits are words: a few words between numbers are numbers of things."""
    words = [word[2] for word in _DIGIT_WORD.finditer(text)]
    return sum(not word.isdigit() for word in words) * 2 > len(words)


def _digits_of(word: re.Match[str]) -> str:
    times, name = word.groups()
    digit = name if name.isdigit() else _DIGIT_OF[name.lower()]
    return digit * (_TIMES[times.lower()] if times else 1)
