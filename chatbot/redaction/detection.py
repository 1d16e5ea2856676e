"""Finds personal numbers, addresses, codes and passwords in free text, however written. Pure.

Numbers with a check digit (Aadhaar, virtual ID, card) are found without words around them. The
others need words nearby that say what they are, in English, Hinglish or Hindi. Amounts, dates,
times, order numbers and references of ours are never found.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from chatbot.redaction import addresses, codes, numbers
from chatbot.redaction.masks import MASK, mask_of
from chatbot.redaction.plain_text import plain_text
from chatbot.redaction.wording import HIDDEN, NO_SECRET, ROW_ID, Found, without


class SecretType(StrEnum):
    """What a secret is."""

    AADHAAR = "AADHAAR"
    VID = "VID"
    PAN = "PAN"
    CARD = "CARD"
    UPI = "UPI"
    ACCOUNT = "ACCOUNT"
    OTP = "OTP"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    PASSWORD = "PASSWORD"  # noqa: S105 (the kind, not a password)


@dataclass(frozen=True)
class Secret:
    """A secret in a text, from character `start` to `end`. Values of numbers are digits only."""

    kind: SecretType
    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Redacted:
    """A text without secrets, and the secrets that were taken out of it."""

    text: str
    secrets: tuple[Secret, ...]


_Finder = tuple[SecretType, Callable[[str], Iterator[Found]]]
#: In this order: what one has found, the next ones do not see.
_IN_WHOLE_TEXT: tuple[_Finder, ...] = (
    (SecretType.EMAIL, addresses.emails),
    (SecretType.UPI, addresses.upi_ids),
    (SecretType.PASSWORD, codes.passwords),
    (SecretType.PAN, numbers.pans),
    (SecretType.VID, numbers.virtual_ids),
    (SecretType.CARD, numbers.cards),
    (SecretType.AADHAAR, numbers.aadhaar_numbers),
)
#: These read the text without amounts, dates and times.
_BESIDE_AMOUNTS_AND_DATES: tuple[_Finder, ...] = (
    (SecretType.PASSWORD, codes.pins),
    (SecretType.OTP, codes.one_time_codes),
    (SecretType.ACCOUNT, numbers.accounts),
    (SecretType.PHONE, numbers.phones),
)


#: Every text with a secret has one of these; most texts have none, and are done with quickly.
_MAYBE = re.compile(r"\d\W{0,6}\d\W{0,6}\d|@|pass|pwd|pswd|paswo|पास|\bat\b|एट|ऐट", re.IGNORECASE)


def find_secrets(text: str) -> list[Secret]:
    """The secrets in a text, from left to right, without overlaps."""
    plain, found = plain_text(text), list[tuple[SecretType, Found]]()
    reading = without(plain.text, MASK, ROW_ID)
    if not _MAYBE.search(reading):
        return []
    for finders in (_IN_WHOLE_TEXT, _BESIDE_AMOUNTS_AND_DATES):
        for kind, finder in finders:
            hidden = list(reading)
            for start, end, value in finder(reading):
                if HIDDEN not in hidden[start:end]:
                    found.append((kind, (start, end, value)))
                    hidden[start:end] = HIDDEN * (end - start)
            reading = "".join(hidden)
        reading = without(reading, NO_SECRET)
    secrets = [Secret(kind, *plain.span(start, end), value) for kind, (start, end, value) in found]
    return sorted(secrets, key=lambda secret: secret.start)


def redact(text: str, *, keep: Collection[SecretType] = ()) -> Redacted:
    """The text with a mask in the place of each secret. Redacting it again changes nothing.

    Kinds to `keep` stay in the text.
    """
    secrets = [secret for secret in find_secrets(text) if secret.kind not in keep]
    parts, done = list[str](), 0
    for secret in secrets:
        parts += [text[done : secret.start], mask_of(secret.kind, secret.value)]
        done = secret.end
    return Redacted("".join([*parts, text[done:]]), tuple(secrets))


def text_without_secrets(text: str) -> str:
    """The redacted text alone."""
    return redact(text).text
