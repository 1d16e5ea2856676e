"""Finds full Aadhaar numbers in free text, however they are written, and reads the last four. Pure.

An Aadhaar number has twelve digits, the first of them 2 to 9, the last one a check digit
(Verhoeff). Phone numbers with a country code, dates, years and amounts have twelve digits too, and
one in ten passes the check digit by chance: the groups of the digits tell them apart. A number in
three groups of four is taken for an Aadhaar number also with a wrong check digit, because one
digit is soon mistyped and the others are still the person's.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from stdnum import verhoeff

from hitouch.core import identifiers

DIGITS, LAST_DIGITS = 12, 4
_AS_PRINTED = (4, 4, 4)
_MASK = re.compile(r"(?:[Xx*\u2022\u00d7]{4}[ -]?){2}")
#: Digits with blanks, line breaks, dashes, `/`, `_`, `,` … or one letter between them.
_GAP = r"(?:(?:\W|_){1,6}|(?:\W|_){0,2}[^\W\d_](?:\W|_){0,2})"
_RUN = re.compile(rf"[0-9]+(?:{_GAP}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
#: Groupings that people use for a number of twelve digits.
_GROUPINGS = {
    (12,),
    _AS_PRINTED,
    (4, 8),
    (8, 4),
    (6, 6),
    (3,) * 4,
    (2,) * 6,
    (1,) * 12,
}
_PIN_CODE = 6
_TWO_PIN_CODES = (_PIN_CODE, _PIN_CODE)
#: A card or virtual ID has four groups of four, of which three may pass the check digit.
_CARD = re.compile(
    r"(?<![0-9])(?<![0-9][^A-Za-z0-9])[0-9]{4}([ .-])[0-9]{4}(?:\1[0-9]{4}){2}(?![ .-]?[0-9])"
)
_MOBILE_GROUPINGS = {(10,), (5, 5), (3, 3, 4), (4, 3, 3), (3, 4, 3), (4, 6), (6, 4), (2, 4, 4)}
_CLOSE = re.compile(r"[\s.\-\u2010-\u2015]{1,2}")
#: A mobile number and the last digits of a second one, as in 98765 43210/11.
_SECOND_ENDING = re.compile(r"[6-9][0-9]{9} ?/ ?[0-9]{1,2}")
_AMOUNT = re.compile(r"[0-9]{1,3}(?:(?:,[0-9]{2})+|(?:,[0-9]{3})+),[0-9]{3}")
_AADHAAR_WORD = re.compile(
    r"(?:a{1,2}dh{0,2}a{1,2}rh?|\buidai|\buid|\u0906\u0927\u093e\u0930)"
    r"(?:\W|_|[a-z]{1,6}\b|\u0928\u0902\u092c\u0930|\u0938\u0902\u0916\u094d\u092f\u093e){0,6}$",
    re.IGNORECASE,
)
_PHONE_WORD = re.compile(
    r"\b(?:wa\.me|phone|mobile|mob|whats\s?app|call|tel|contact|ph|cell|sms)(?:\W|_|no\b|number\b|me\b|"
    r"us\b|on\b|at\b){0,8}$",
    re.IGNORECASE,
)
_OTHER_WORD = re.compile(
    r"\b(?:order|invoice|ticket|ref|reference|txn|transaction|tracking|awb|consignment|policy|"
    r"a/?c|account|utr|bill|receipt|pnr|booking|serial|sku|item)(?:\W|_|no\b|number\b|id\b){0,8}$",
    re.IGNORECASE,
)
_WORD_DISTANCE = 24


@dataclass(frozen=True)
class _Candidate:
    """Twelve digits in whole groups, and what stands around them."""

    groups: tuple[str, ...]
    separators: tuple[str, ...]
    before: str
    #: There are no other digits near it.
    is_whole_run: bool
    #: One separator is between its groups, and another one between them and digits near it.
    is_apart: bool
    written: str

    @property
    def number(self) -> str:
        return "".join(self.groups)

    @property
    def grouping(self) -> tuple[int, ...]:
        return tuple(map(len, self.groups))


def normalise_last_four(text: str) -> str | None:
    """The last four digits, also from the masked number as printed (XXXX XXXX 1234), or None."""
    plain = identifiers.fold(text)
    mask = _MASK.match(plain)
    digits = identifiers.to_ascii_digits(plain[mask.end() :] if mask else plain)
    return digits if digits and re.fullmatch(f"[0-9]{{{LAST_DIGITS}}}", digits) else None


def holds_full_number(text: str) -> bool:
    """Whether the text contains a full Aadhaar number."""
    return next(spans(unicodedata.normalize("NFKC", text)), None) is not None


def without_full_numbers(text: str) -> str:
    """The text with every full Aadhaar number removed."""
    plain = unicodedata.normalize("NFKC", text)
    for start, end in reversed(list(spans(plain))):
        plain = f"{plain[:start]} {plain[end:]}"
    return plain


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where full numbers stand in a text in NFKC, from left to right."""
    visible, places = identifiers.without_invisible(text)
    plain = "".join(str(unicodedata.decimal(char, char)) for char in visible)
    plain = _CARD.sub(_hide_card, plain)
    for run in _RUN.finditer(plain):
        groups = list(_GROUP.finditer(plain, *run.span()))
        first = 0
        while first < len(groups):
            last = _last_of_twelve(groups, first)
            if last and _is_aadhaar(_candidate(plain, groups, first, last)):
                yield places[groups[first].start()], places[groups[last - 1].end() - 1] + 1
                first = last
            else:
                first += 1


def _hide_card(card: re.Match[str]) -> str:
    """The same number of letters, unless the digits are called an Aadhaar number."""
    before = card.string[max(0, card.start() - _WORD_DISTANCE) : card.start()]
    return card[0] if _AADHAAR_WORD.search(before) else "x" * len(card[0])


def _last_of_twelve(groups: Sequence[re.Match[str]], first: int) -> int | None:
    """The end of the groups from `first` that hold twelve digits together."""
    digits = 0
    for place in range(first, len(groups)):
        digits += len(groups[place][0])
        if digits >= DIGITS:
            return place + 1 if digits == DIGITS else None
    return None


def _candidate(plain: str, groups: Sequence[re.Match[str]], first: int, last: int) -> _Candidate:
    chosen = groups[first:last]
    start, end = chosen[0].start(), chosen[-1].end()
    separators = _separators(plain, chosen)
    outside = _separators(plain, groups[max(0, first - 1) : first + 1])
    outside += _separators(plain, groups[last - 1 : last + 1])
    return _Candidate(
        groups=tuple(group[0] for group in chosen),
        separators=separators,
        before=plain[max(0, start - _WORD_DISTANCE) : start],
        is_whole_run=len(chosen) == len(groups),
        is_apart=len(set(separators)) == 1 and not set(separators) & set(outside),
        written=plain[start:end],
    )


def _separators(plain: str, groups: Sequence[re.Match[str]]) -> tuple[str, ...]:
    return tuple(plain[one.end() : other.start()] for one, other in pairwise(groups))


def _is_aadhaar(found: _Candidate) -> bool:
    if _is_phone(found) or _is_dates(found.groups) or _AMOUNT.fullmatch(found.written):
        return False
    if (found.is_whole_run or found.is_apart) and _AADHAAR_WORD.search(found.before):
        return True
    is_named_otherwise = _OTHER_WORD.search(found.before) is not None
    if is_named_otherwise and found.grouping == (DIGITS,):
        return False
    passes = verhoeff.is_valid(found.number) and found.number[0] in "23456789"
    if not (found.is_whole_run or found.is_apart):
        return passes and found.grouping in {(DIGITS,), _AS_PRINTED}
    is_close = all(map(_CLOSE.fullmatch, found.separators))
    if found.grouping == _AS_PRINTED and is_close:
        return passes or not is_named_otherwise
    if found.grouping == _TWO_PIN_CODES and not is_close:
        return False
    alike = len({separator.strip() for separator in found.separators}) <= 1
    is_one_number = found.grouping in _GROUPINGS or alike or (is_close and not _holds_date(found))
    return passes and is_one_number and not _is_ip_address(found)


def _is_phone(found: _Candidate) -> bool:
    has_home_code = re.match("91[6-9]", found.number) is not None
    if found.before.rstrip(" (").endswith("+"):
        return has_home_code or found.grouping != _AS_PRINTED
    if has_home_code and (found.groups[0] == "91" or _PHONE_WORD.search(found.before)):
        return found.grouping != _AS_PRINTED
    if found.grouping in _GROUPINGS or not _holds_mobile(found):
        return False
    if _AADHAAR_WORD.search(found.before):
        return False
    is_one_number = len(set(found.separators)) == 1 and not _SECOND_ENDING.fullmatch(found.written)
    return not is_one_number or _PHONE_WORD.search(found.before) is not None


def _holds_mobile(found: _Candidate) -> bool:
    """Whether some of its groups could be a mobile number, with others beside it."""
    return any(
        found.grouping[first:last] in _MOBILE_GROUPINGS and found.groups[first][0] in "6789"
        for first in range(len(found.groups))
        for last in range(first + 1, len(found.groups) + 1)
    )


def _holds_date(found: _Candidate) -> bool:
    """Whether some of its groups could be a date, a year or a PIN code, with others beside it."""
    places = range(len(found.groups))
    return _PIN_CODE in found.grouping or any(
        _is_date(found.groups[first : last + 1]) for first in places for last in places[first:]
    )


def _is_ip_address(found: _Candidate) -> bool:
    return set(found.separators) == {"."} and all(int(part) <= 255 for part in found.groups)


def _is_dates(groups: Sequence[str]) -> bool:
    """Whether the groups are dates, months and years, perhaps with a time of day."""
    return bool(groups) and any(
        len(groups) == size or _is_dates_or_time(groups[size:])
        for size in (1, 2, 3)
        if _is_date(groups[:size]) and size <= len(groups)
    )


def _is_dates_or_time(groups: Sequence[str]) -> bool:
    return _is_dates(groups) or _is_time("".join(groups))


def _is_date(groups: Sequence[str]) -> bool:
    match [len(group) for group in groups]:
        case [4]:
            return _is_year(groups[0])
        case [8]:
            text = groups[0]
            return _is_day(text[6:], text[4:6], text[:4]) or _is_day(text[:2], text[2:4], text[4:])
        case [4, 2]:
            return _is_year(groups[0]) and (
                _is_month(groups[1]) or int(groups[1]) == (int(groups[0]) + 1) % 100
            )
        case [1 | 2, 4]:
            return _is_month(groups[0]) and _is_year(groups[1])
        case [4, 1 | 2, 1 | 2]:
            return _is_day(groups[2], groups[1], groups[0])
        case [1 | 2, 1 | 2, 2 | 4]:
            return _is_day(*groups) or _is_day(groups[1], groups[0], groups[2])
    return False


def _is_day(day: str, month: str, year: str) -> bool:
    return 1 <= int(day) <= 31 and _is_month(month) and (len(year) == 2 or _is_year(year))


def _is_month(text: str) -> bool:
    return 1 <= int(text) <= 12


def _is_year(text: str) -> bool:
    return 1940 <= int(text) <= 2049


def _is_time(digits: str) -> bool:
    return len(digits) in (4, 6) and int(digits[:2]) < 24 and int(digits[2:4]) < 60
