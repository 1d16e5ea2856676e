"""Parsing and normalising contacts: e-mail addresses in lower case, phone numbers in E.164.

Every contact is normalised before it is looked up, stored or written to, so that look-alike
characters cannot stand for another person's address. A one-time code goes to what this module
returns: it is stricter than the libraries it calls, which read letters as digits (`98765OOO10`),
drop extensions, and take `straße.de` for `strasse.de`.
"""

import re
import unicodedata

import idna
import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from hitouch.core import identifiers
from hitouch.core.errors import Refusal

MAX_LENGTH, MAX_MAILBOX_LENGTH = 254, 64
#: From so many digits on, an invalid contact was meant as a phone number.
SHORTEST_PHONE = 6
NOT_A_PHONE = (
    "Enter one mobile number: 10 digits, or with + and the country code. No letters or extensions."
)
SMS_NUMBER_TYPES = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)


_HOME_CODE, _HOME_DIGITS = "91", 10
_LONGEST_PHONE = 40
_HOME_PREFIX = re.compile(r"\(?\+91\)?")
_GAP = r"(?: +| ?[-.] ?)"
#: Groups of digits; the country code, or the area code after it, may stand in brackets.
_PHONE = re.compile(
    rf"(?:\(\+?[0-9]{{1,4}}\)|\+[0-9]{{1,3}}{_GAP}?\([0-9]{{1,4}}\)|\+?[0-9]+)"
    rf"(?:{_GAP}[0-9]+|(?<=\))[0-9]+)*"
)
#: Top-level names that no public mail server has: of local networks, and reserved by RFC 2606,
#: 6761, 6762, 7686, 8375 and ICANN (`internal`).
_LOCAL_NAMES = frozenset(
    [
        "alt",
        "arpa",
        "corp",
        "home",
        "internal",
        "intranet",
        "invalid",
        "lan",
        "local",
        "localdomain",
        "localhost",
        "onion",
        "private",
        "workgroup",
    ]
)
#: Names for examples and tests (RFC 2606, 6761).
_EXAMPLE_NAMES = frozenset(("example", "test"))
_EXAMPLE_DOMAINS = frozenset(("example.com", "example.net", "example.org"))
#: The last label of an address in numbers: `10.0.0.1`, and `10.0.0.0x1`, which also is one.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAILBOX = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")


class InvalidContact(Refusal):
    """The text is neither an e-mail address nor a phone number."""

    code = "not_a_contact"
    status = 422
    field = "contact"
    message = "Enter an email address, or a mobile number such as 98765 43210."


def is_email(contact: str) -> bool:
    """Whether a contact is an e-mail address; otherwise it is a phone number."""
    return "@" in contact


def parse(text: str) -> str:
    """Normalise a contact; raises `InvalidContact`."""
    if len(text) > MAX_LENGTH:
        raise InvalidContact
    plain = identifiers.fold(text)
    contact = _normalise_email(plain) if is_email(plain) else _normalise_phone(plain)
    if contact is None:
        raise InvalidContact(NOT_A_PHONE if is_like_phone(plain) else "")
    return contact


def is_like_phone(text: str) -> bool:
    """Whether somebody seems to have entered a phone number."""
    return not is_email(text) and sum(map(str.isdecimal, text)) >= SHORTEST_PHONE


def _normalise_email(text: str) -> str | None:
    mailbox, _, domain = text.rpartition("@")
    name = _lower(mailbox)
    host = _normalise_domain(domain)
    if host is None or not name.isascii() or not _MAILBOX.fullmatch(name):
        return None
    address = f"{name}@{host}"
    if len(name) > MAX_MAILBOX_LENGTH or len(address) > MAX_LENGTH:
        return None
    try:
        validate_email(address)
    except ValidationError:
        return None
    return address


def _lower(text: str) -> str:
    """Lower case, letter by letter; the Kelvin sign and other look-alikes stay what they are."""
    return "".join(
        char if not char.isascii() and char.lower()[0].isascii() else char.lower() for char in text
    )


def _normalise_domain(domain: str) -> str | None:
    """A domain in ASCII: IDNA 2008 with the letters of UTS 46 in lower case (non-transitional).

    A domain in another script is stored in its ASCII form, so that it cannot be spoofed.
    """
    labels = unicodedata.normalize("NFC", _lower(domain)).split(".")
    if len(labels) < 2 or labels[-1].isdecimal() or _NUMBER.fullmatch(labels[-1]):
        return None  # a host of the local network, or an IP address
    if labels[-1] in _LOCAL_NAMES or (_is_example(labels) and not settings.HITOUCH_EXAMPLE_MAIL):
        return None  # no mail server can have it
    try:
        host = ".".join(
            label if _is_plain(label) else idna.encode(label, strict=True).decode()
            for label in labels
        )
        shown = [idna.decode(label) if label.startswith("xn--") else label for label in labels]
    except (UnicodeError, IndexError):
        return None
    return None if any(map(identifiers.mixes_lookalike_scripts, shown)) else host


def _is_example(labels: list[str]) -> bool:
    return labels[-1] in _EXAMPLE_NAMES or ".".join(labels[-2:]) in _EXAMPLE_DOMAINS


def _is_plain(label: str) -> bool:
    return re.fullmatch("(?!xn--)[a-z0-9-]+", label) is not None


def _normalise_phone(text: str) -> str | None:
    plain = _phone_digits(text)
    if plain is None or len(plain) > _LONGEST_PHONE or not _PHONE.fullmatch(plain):
        return None
    if _has_decimal_point(plain):
        return None
    digits = _international(plain)
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None
    is_mobile = phonenumbers.number_type(number) in SMS_NUMBER_TYPES
    if not is_mobile or not phonenumbers.is_valid_number(number):
        return None
    normalised = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # The library may have dropped or added digits, and then it is another number.
    return normalised if normalised == f"+{digits}" else None


def _phone_digits(text: str) -> str | None:
    """The text with ASCII digits. A country code may be in ASCII before other digits."""
    plain = text[4:] if text[:4].lower() == "tel:" else text
    prefix = _HOME_PREFIX.match(plain)
    start = prefix.end() if prefix else 0
    rest = identifiers.to_ascii_digits(plain[start:])
    return None if rest is None else plain[:start] + rest


def _has_decimal_point(plain: str) -> bool:
    """Whether a dot has one or two digits beside it, as in `9876543210.0`."""
    first, *others = plain.split(".")
    groups = others if first.startswith(("+", "(")) else [first, *others]
    return bool(others) and any(len(re.sub("[^0-9]", "", group)) < 3 for group in groups)


def _international(plain: str) -> str:
    """The digits from the country code on. India's is added to ten digits, or to zero and ten."""
    digits = re.sub("[^0-9]", "", plain)
    if re.match(r"\(?\+", plain):
        foreign = re.sub("[^0-9]", "", plain.replace("(0)", ""))
    elif digits.startswith("00"):
        foreign = digits[2:]
    elif len(digits) == len(_HOME_CODE) + _HOME_DIGITS and digits.startswith(_HOME_CODE):
        foreign = digits
    else:
        return _HOME_CODE + (digits[1:] if digits.startswith("0") else digits)
    is_home_with_zero = foreign.startswith(f"{_HOME_CODE}0") and len(foreign) == 13
    return _HOME_CODE + foreign[3:] if is_home_with_zero else foreign
