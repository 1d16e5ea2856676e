"""Finds numbers of persons, cards, accounts and phones in plain text. Pure.

A number may be written in groups, with blanks, hyphens, dots or line breaks between them.
"""

import re
from collections.abc import Iterable, Iterator

import phonenumbers
from stdnum import luhn
from stdnum.in_ import pan, vid

from chatbot.redaction.wording import HIDDEN, NAMED_OTHERWISE, Found, without, words
from onboarding import aadhaar

_RUN = re.compile(r"\d+(?:(?:\s{0,3}[-./\u2022|]?\s{0,3}|,\s?)\d+)*")
_GROUP = re.compile(r"\d+")
#: How many characters before a number are read for words.
_NEAR = 60


def _windows(text: str, lengths: range) -> Iterator[Found]:
    """Whole neighbouring groups of digits which together have one of these lengths."""
    for run in _RUN.finditer(text):
        groups = list(_GROUP.finditer(text, *run.span()))
        for first, group in enumerate(groups):
            digits = ""
            for last in groups[first : first + lengths.stop]:
                digits += last[0]
                if len(digits) >= lengths.stop:
                    break
                if len(digits) in lengths:
                    yield group.start(), last.end(), digits


def _longest(found: Iterable[Found]) -> list[Found]:
    """Without those that overlap a longer one."""
    chosen, taken = list[Found](), set[int]()
    for one in sorted(found, key=lambda each: each[0] - each[1]):
        if one[0] not in taken and one[1] - 1 not in taken:
            chosen.append(one)
            taken.update(range(one[0], one[1]))
    return sorted(chosen)


def _before(text: str, start: int) -> str:
    return text[max(0, start - _NEAR) : start]


_BARE = "(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"
_PAN_TYPED = re.compile(_BARE.format(r"[A-Za-z]{5}[ .-]{0,2}\d{4}[ .-]{0,2}[A-Za-z]"))
_PAN_SPACED = re.compile(_BARE.format(r"(?:[A-Za-z][ .-]){5}(?:\d[ .-]){4}[A-Za-z]"))


def pans(text: str) -> Iterator[Found]:
    """Permanent account numbers of persons and companies."""
    for pattern in (_PAN_TYPED, _PAN_SPACED):
        for match in pattern.finditer(text):
            number = re.sub("[ .-]", "", match[0]).upper()
            if pan.is_valid(number):
                yield *match.span(), number


_VID_WORD = re.compile(rf"{words('vid virtual_id वर्चुअल वीआईडी')}[^.\n]{{0,30}}$", re.IGNORECASE)
_CARD_WORD = re.compile(
    rf"{words('card visa master_card rupay amex debit credit cc कार्ड')}[^\n]{{0,30}}$",
    re.IGNORECASE,
)


def virtual_ids(text: str) -> Iterator[Found]:
    """Virtual IDs of Aadhaar: 16 digits with the check digit of Aadhaar numbers."""
    for start, end, digits in _windows(text, range(16, 17)):
        before = _before(text, start)
        is_named_card = is_card(digits) and _CARD_WORD.search(before)
        if _VID_WORD.search(before) or (vid.is_valid(digits) and not is_named_card):
            yield start, end, digits


#: Capitals that are part of a number, as in OD652965497909.
_SERIES = re.compile(r"(?<![A-Za-z])[A-Z]{1,5}-?$")


def aadhaar_numbers(text: str) -> Iterator[Found]:
    """Aadhaar numbers, as `onboarding.aadhaar` finds them."""
    for start, end in aadhaar.spans(text):
        before, written = _before(text, start), text[start:end]
        is_order = written.isdigit() and NAMED_OTHERWISE.search(before)
        if not (is_order or _SERIES.search(before)):
            yield start, end, re.sub(r"\D", "", written)


#: First digits of cards by network, and how many digits the cards have.
_CARD_RANGES = (
    (re.compile("4"), {13, 16, 19}),  # Visa
    (re.compile("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),  # Mastercard
    (re.compile("3[47]"), {15}),  # American Express
    (re.compile("508|60|65|81|82|353|356"), {16}),  # RuPay
    (re.compile("6011|64[4-9]|65"), {16, 19}),  # Discover
    (re.compile("30[0-5]|3095|36|3[89]"), {14, 16, 19}),  # Diners Club
    (re.compile("35(?:2[89]|[3-8])"), {16, 19}),  # JCB
    (re.compile("5018|5020|5038|58|6304|639|67"), set(range(12, 20))),  # Maestro
    (re.compile("62|81"), {16, 17, 18, 19}),  # UnionPay
)
_USUAL_LENGTHS_OF_CARDS = {14, 15, 16}
#: Twelve of the sixteen digits of a card or a virtual ID can pass the check digit by chance.
_SHORTEST_OF_UNKNOWN_NETWORK = 13


def is_card(digits: str) -> bool:
    """Whether a number has a network's first digits and length, and the right check digit."""
    is_in_range = any(
        len(digits) in lengths and start.match(digits) for start, lengths in _CARD_RANGES
    )
    return is_in_range and luhn.is_valid(digits)


def cards(text: str) -> Iterator[Found]:
    """Numbers of payment cards; unusual lengths and networks need a word for cards before them."""
    for start, end, digits in _windows(text, range(12, 20)):
        if not luhn.is_valid(digits):
            continue
        before = _before(text, start)
        is_of_network = is_card(digits)
        if not is_of_network and len(digits) < _SHORTEST_OF_UNKNOWN_NETWORK:
            continue
        is_usual = len(digits) in _USUAL_LENGTHS_OF_CARDS and is_of_network
        is_account = len(digits) != 16 and _ACCOUNT_BEFORE.search(before)
        if (is_usual or _CARD_WORD.search(before)) and not is_account:
            yield start, end, digits


_ACCOUNT = words(
    "a/c acc account accounts acct acnt accnt ac saving savings current khata khate khaata khaate "
    "खाता खाते अकाउंट एकाउंट अकाउन्ट"
)
_ACCOUNT_BEFORE = re.compile(rf"{_ACCOUNT}[^\n{HIDDEN}?!]{{0,40}}$", re.IGNORECASE)
_ACCOUNT_AFTER = re.compile(rf"[^\n.?!]{{0,25}}?{_ACCOUNT}", re.IGNORECASE)
_IFSC = re.compile(r"\b[A-Z]{4}[0O][A-Z0-9]{6}\b", re.IGNORECASE)
#: Digits in the account numbers of Indian banks.
_ACCOUNT_DIGITS = range(9, 19)


def accounts(text: str) -> Iterator[Found]:
    """Account numbers: beside a word for them, near an IFSC, or alone in a message."""
    branches = [match.span() for match in _IFSC.finditer(text)]
    only_digits = "" if re.search(r"[^\W\d_]", text) else re.sub(r"\D", "", text)
    for start, end, digits in _longest(_windows(without(text, _IFSC), _ACCOUNT_DIGITS)):
        before = _before(text, start)
        if NAMED_OTHERWISE.search(before) or before.endswith("+") or len(set(digits)) == 1:
            continue
        is_near_branch = any(first - _NEAR <= start <= last + _NEAR for first, last in branches)
        is_alone = digits == only_digits
        is_mobile = _mobile(digits) is not None
        is_before_word = _ACCOUNT_AFTER.match(text[end : end + _NEAR]) is not None
        if (
            is_near_branch
            or _ACCOUNT_BEFORE.search(before)
            or (not is_mobile and (is_alone or is_before_word))
        ):
            yield start, end, digits


_MOBILE_GROUPINGS = frozenset(
    {
        (10,), (5, 5), (3, 3, 4), (4, 3, 3), (3, 4, 3), (4, 6), (6, 4), (2, 4, 4), (2, 8), (8, 2),
        (5, 3, 2), (5, 2, 3), (3, 7), (4, 2, 4), (2,) * 5, (1,) * 10,
    }
)  # fmt: skip
_PHONE_WORD = re.compile(
    words(
        "phone mobile mob whats_app call tel contact ph cell sms number no landline फोन फ़ोन मोबाइल "
        "नंबर व्हाट्सएप कॉल"
    )
    + r"[^\n]{0,20}$",
    re.IGNORECASE,
)
_HOME_CODE = re.compile(r"(?:(?:\+|00)\s?91|\b91|\b0)[\s.-]{0,3}$")
#: Numbers that are free of charge belong to companies.
_FREE_OF_CHARGE = re.compile("1800|1860")


#: Written like a phone number, whatever libphonenumber knows about its digits.
_LIKE_A_PHONE = re.compile(
    r"(?<![\w+])\+\d(?:[\s.()-]{0,2}\d){9,13}(?!\d)"
    rf"|(?:{words('phone mobile mob whats_app call landline फोन मोबाइल कॉल')})"
    r"[^\n\d]{0,12}(?P<number>0?\d{10})(?!\d)",
    re.IGNORECASE,
)


def phones(text: str) -> Iterator[Found]:
    """Mobile numbers of India in any grouping, and other numbers behind a + or a word for them."""
    yield from _mobiles(text)
    for written in _LIKE_A_PHONE.finditer(text):
        group = "number" if written["number"] else 0
        yield *written.span(group), re.sub(r"\D", "", written[group])
    for match in phonenumbers.PhoneNumberMatcher(text, "IN"):
        before = _before(text, match.start)
        is_named = _PHONE_WORD.search(before) and not NAMED_OTHERWISE.search(before)
        number = str(match.number.national_number)
        if match.raw_string.startswith("+") or (is_named and not _FREE_OF_CHARGE.match(number)):
            yield match.start, match.end, re.sub(r"\D", "", match.raw_string)


def _mobiles(text: str) -> Iterator[Found]:
    for start, end, digits in _windows(text, range(10, 14)):
        number = _mobile(digits)
        if number is None:
            continue
        before = _before(text, start)
        grouping = tuple(map(len, _GROUP.findall(text[start:end])))
        is_usual = grouping in _MOBILE_GROUPINGS or len(digits) > 10
        if (is_usual or _PHONE_WORD.search(before)) and not NAMED_OTHERWISE.search(before):
            code = _HOME_CODE.search(before)
            yield start - (len(code[0]) if code else 0), end, number


def _mobile(digits: str) -> str | None:
    """The ten digits of a mobile number of India, without the code of the country."""
    number = re.sub("^(?:091|91|0)(?=[0-9]{10}$)", "", digits)
    return number if len(number) == 10 and number[0] in "6789" else None
