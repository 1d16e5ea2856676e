"""Forged copies of signed documents and odd genuine ones, for `documents_signed.py`.

Imported after `django.setup()`. The valid documents and xmlsec's verdicts come from
`onboarding/tests/support/signed_forms.py`, one forgery of each kind from `forged_documents.py`.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from onboarding.kyc.signed_documents import pins
from onboarding.kyc.signed_documents.errors import DocumentRefused
from onboarding.kyc.signed_documents.pins import Pin
from onboarding.tests.support import forged_documents, reading, signed_forms
from onboarding.tests.support.signed_forms import AT, CERTIFICATE, RECORD, Form

ISSUER, STRANGER = signed_forms.issuer(), signed_forms.issuer("A stranger")
FLIPS = 4
#: What a mutation may insert.
INSERTED = (
    b"<!-- a -->", b"<?a b?>", b' xmlns=""', b' xml:base="a"', b"&amp;", b"&#0;", b"<", b">", b'"',
    b"UTF-16", b"]]>", b"<![CDATA[", b"\xff", b"ds:", b"==",
)  # fmt: skip
DTD = b'<!DOCTYPE a [<!ENTITY b "c">]>'


@dataclass(frozen=True)
class Trial:
    """A document, as what it is handed in, and which signers the site has pinned."""

    name: str
    data: bytes
    purpose: str
    signers: tuple[Pin, ...] = (signed_forms.pin_of(ISSUER),)
    #: xmlsec would take minutes for it.
    is_costly: bool = False

    def refusal(self) -> str:
        """Why it is refused, or "" when it is accepted."""
        try:
            reading.read(self.data, self.purpose, self.signers)
        except DocumentRefused as refused:
            return type(refused).__name__
        return ""


def valid() -> Iterator[Trial]:
    """A document in each form in which an issuer may sign."""
    for name, variant in signed_forms.variants().items():
        yield Trial(name, variant.made(ISSUER), variant.purpose)


def odd() -> Iterator[Trial]:
    """Genuine documents with a missing or odd fact."""
    aadhaar = {
        'dob="17-04-1998"': [
            "", 'dob=""', 'dob="1998"', 'yob="1998"', 'dob="17/Apr/1998"', 'dob="1998-04-17"',
            'dob="1998-04-17T00:00:00+05:30"', 'dob="00-00-1998"', 'dob="17-04-98"', 'dob="NA"',
            'DOB="17-04-1998"',
        ],
        "xxxxxxxx4321": ["XXXX XXXX 4321", "XXXX-XXXX-4321", "********4321", "4321", ""],
        'pc="560034"': ["", 'pc="560 034"', 'pc="56003"', 'pc="NA"', 'PC="560034"'],
        "aGVsbG8=": ["", "%%%"],
        ' gender="F"': ["", ' gender="FEMALE"', ' gender=""'],
        'name="Asha  Rao"': ["", 'Name="Asha Rao"'],
        "<Pht>aGVsbG8=</Pht>": [""],
    }  # fmt: skip
    record = {
        'status="A"': ["", 'status="E"', 'status="Active"', 'STATUS="A"'],
        'dob="17-04-1998"': ["", 'dob="1998"', 'dob="17-Apr-1998"', 'dob="?"'],
        'xmlns="urn:issuer:certificate"': [""],
        ' type="PANCR"': [' type="pancr"', ""],
    }
    for document, changes, purpose in (
        (CERTIFICATE, aadhaar, pins.AADHAAR), (RECORD, record, pins.PAN)
    ):  # fmt: skip
        for was, others in changes.items():
            for becomes in others:
                if was not in document:
                    raise LookupError(was)
                data = signed_forms.sign(document.replace(was, becomes, 1), ISSUER)
                yield Trial(f"{was} -> {becomes}", data, purpose)


def forged() -> Iterator[Trial]:
    """One forgery of each kind, and each valid document forged in a dozen ways."""
    genuine = signed_forms.sign(CERTIFICATE, ISSUER)
    for name, forgery in forged_documents.forgeries().items():
        data = forgery.made(genuine, ISSUER)
        yield Trial(name, data, pins.AADHAAR, is_costly=forgery.is_costly)
    dice = random.Random(20261130)
    for name, variant in signed_forms.variants().items():
        trial = Trial(name, variant.made(ISSUER), variant.purpose)
        yield from flipped(trial, dice)
        for kind, change in CHANGES.items():
            yield Trial(f"{name}: {kind}", change(trial.data), trial.purpose)
        yield Trial(f"{name}: by a stranger", variant.made(STRANGER), trial.purpose)
        yield from by_pin(trial)


def flipped(trial: Trial, dice: random.Random) -> Iterator[Trial]:
    """One bit of the signed content is another. A comment's bit is none of the content."""
    start, end = trial.data.index(b"<", 60), trial.data.rindex(b"</")
    found = 0
    while found < FLIPS:
        place, bit = dice.randrange(start, end), 1 << dice.randrange(8)
        changed = bytearray(trial.data)
        changed[place] ^= bit
        if not signed_forms.xmlsec_accepts(bytes(changed), ISSUER):
            found += 1
            yield Trial(f"{trial.name}: bit {bit} at {place}", bytes(changed), trial.purpose)


def mutated(count: int) -> Iterator[Trial]:
    """Valid documents with one to four random changes anywhere, also where nothing is signed."""
    dice, documents = random.Random(20261201), list(valid())
    for number in range(count):
        trial = dice.choice(documents)
        data = bytearray(trial.data)
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(data))
            match dice.randrange(4):
                case 0:
                    data[place] = dice.randrange(256)
                case 1:
                    data[place:place] = dice.choice(INSERTED)
                case 2:
                    del data[place : place + dice.randrange(60)]
                case _:
                    start = dice.randrange(len(data))
                    data[place:place] = data[start : start + dice.randrange(80)]
        yield Trial(f"{trial.name}: mutation {number}", bytes(data), trial.purpose)


def by_pin(trial: Trial) -> Iterator[Trial]:
    """The valid document for a site that has pinned its signer otherwise."""
    others = pins.PURPOSES - {trial.purpose}
    choices: dict[str, dict[str, object]] = {
        "for other documents": {"purposes": others},
        "for a later period": {"issued_from": AT + timedelta(minutes=1)},
        "for an earlier period": {"issued_until": AT - timedelta(days=20)},
    }
    if b"rsa-sha1" in trial.data:
        choices["without RSA-SHA1"] = {"allow_rsa_sha1": False}
    for name, chosen in choices.items():
        pin = signed_forms.pin_of(ISSUER, **chosen)
        yield Trial(f"{trial.name}: pinned {name}", trial.data, trial.purpose, (pin,))
    pin = signed_forms.pin_of(STRANGER)
    yield Trial(f"{trial.name}: not pinned", trial.data, trial.purpose, (pin,))


def _after_declaration(data: bytes) -> int:
    return data.index(b"?>") + 2 if data.startswith((b"<?xml", b"\xef\xbb\xbf<?xml")) else 0


def _with_dtd(data: bytes) -> bytes:
    place = _after_declaration(data)
    return data[:place] + DTD + data[place:]


def _wrapped(data: bytes) -> bytes:
    """Inside another root, which has the name of the genuine one."""
    place = _after_declaration(data)
    name = data[data.rindex(b"</") :].strip()
    return data[:place] + b"<" + name[2:] + data[place:] + name


def _unsigned(data: bytes) -> bytes:
    start = data.index(b"ignature") - 1
    start = data.rindex(b"<", 0, start)
    end = data.index(b">", data.rindex(b"Signature>") - 1) + 1
    return data[:start] + data[end:]


def _with_another_value(data: bytes) -> bytes:
    """With the signature of another document of the same issuer."""
    other = signed_forms.sign(CERTIFICATE.replace("Asha", "Usha"), ISSUER, Form())
    value = other[other.index(b"SignatureValue>") + 15 : other.index(b"</SignatureValue>")]
    start = data.index(b"SignatureValue>") + 15
    return data[:start] + value + data[data.index(b"<", start) :]


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "another person": lambda data: data.replace(b"ha", b"va", 1).replace(b"HA", b"VA", 1),
    "a DTD": _with_dtd,
    "wrapped": _wrapped,
    "not signed": _unsigned,
    "another signature": _with_another_value,
    "cut off": lambda data: data[: len(data) * 2 // 3],
}
