"""Files for offline e-KYC that nobody may get in with: for the tests and for the measurement.

Each is made with a UIDAI of our own and meant for `CODE`; `code` is what the refusal says.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hitouch.fakes import documents, uidai
from hitouch.fakes.certificates import CertifiedKey, new_signer
from hitouch.fakes.documents import FakeAccountHolder
from hitouch.fakes.uidai import Options, Uidai
from hitouch.fakes.xml import Element
from hitouch.fakes.zipcrypto import locked_zip
from onboarding.tests.support import signed_forms
from onboarding.tests.support.signed_forms import SHA1, Form

CODE = "Abc@1234"
WISH = Options(share_code=CODE)
PERSON = FakeAccountHolder()
NAME = "offlineaadhaar.xml"


@dataclass(frozen=True)
class Attack:
    """How a hostile file is made, and the code of the refusal."""

    made: Callable[[Uidai, datetime], bytes]
    code: str


def true_xml(office: Uidai, at: datetime) -> bytes:
    """The XML in a genuine file."""
    return office.signer.sign(uidai.offline_xml(PERSON, WISH, at=at))


def zipped(xml: bytes, name: str = NAME) -> bytes:
    """An archive with the right share code."""
    return locked_zip({name: xml}, CODE)


def changed(was: bytes, becomes: bytes) -> Callable[[Uidai, datetime], bytes]:
    """Signed, and changed afterwards."""

    def made(office: Uidai, at: datetime) -> bytes:
        xml = true_xml(office, at)
        if was not in xml:
            raise LookupError(was)
        return zipped(xml.replace(was, becomes, 1))

    return made


def spoiled(failure_mode: str) -> Callable[[Uidai, datetime], bytes]:
    """Changed in transit."""
    return lambda office, at: zipped(documents.tampered(true_xml(office, at), failure_mode))


def signed_by(who: CertifiedKey) -> Callable[[Uidai, datetime], bytes]:
    """Signed by another signer."""
    return lambda office, at: zipped(who.sign(uidai.offline_xml(PERSON, WISH, at=at)))


def signed_of(
    change: Callable[[Element, datetime], Element],
) -> Callable[[Uidai, datetime], bytes]:
    """Signed by the right signer, with other content."""

    def made(office: Uidai, at: datetime) -> bytes:
        offline_xml = uidai.offline_xml(PERSON, WISH, at=at)
        return zipped(office.signer.sign(change(offline_xml, at)))

    return made


def with_reference(text: str) -> Callable[[Element, datetime], Element]:
    """Another reference."""

    def change(offline_xml: Element, at: datetime) -> Element:
        offline_xml.attributes["referenceId"] = text
        return offline_xml

    return change


def unmasked(offline_xml: Element, at: datetime) -> Element:
    """With a full number in place of the name."""
    offline_xml.find("Poi").attributes["name"] = "2345 6789 0124"
    return offline_xml


def made_at(**away: float) -> Callable[[Uidai, datetime], bytes]:
    """Made so long before or after."""
    return lambda office, at: office.zipped(PERSON, WISH, at=at + timedelta(**away))


def sha1_digest(office: Uidai, at: datetime) -> bytes:
    """A digest by SHA-1, signed by the right signer."""
    document = uidai.offline_xml(PERSON, WISH, at=at)
    document.children.append("{}")
    return zipped(signed_forms.sign(document.write(), office.signer, Form(digest=SHA1)))


def unlocked(office: Uidai, at: datetime) -> bytes:
    """Without encryption."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(NAME, true_xml(office, at))
    return out.getvalue()


def bomb(office: Uidai, at: datetime) -> bytes:
    """30 MB in an archive of 30 KB."""
    return zipped(b" " * 30_000_000)


def lying_bomb(office: Uidai, at: datetime) -> bytes:
    """The same, with a false size in its header."""
    size = (30_000_000).to_bytes(4, "little")
    return bomb(office, at).replace(size, (1000).to_bytes(4, "little"))


def of_another_method(office: Uidai, at: datetime) -> bytes:
    """Marked as AES-encrypted, which UIDAI does not use."""
    data = bytearray(office.zipped(PERSON, WISH, at=at))
    for mark, where in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        place = data.index(mark) + where
        data[place : place + 2] = (99).to_bytes(2, "little")
    return bytes(data)


def two(office: Uidai, at: datetime) -> bytes:
    """A second document beside the genuine one."""
    xml = true_xml(office, at)
    return locked_zip({NAME: xml, "second.xml": xml}, CODE)


CHANGED = "not_from_uidai"
FORM = "offline_form_unexpected"
STRANGER = "uidai_signer_unknown"
KIND = "not_offline_ekyc"
FILE = "bad_offline_file"


def attacks() -> dict[str, Attack]:
    """All attacks; signers are created anew."""
    stranger = new_signer("UIDAI stand-in")
    xml = {
        "name changed": (changed(b'name="Nila', b'name="Mila'), CHANGED),
        "birth date changed": (changed(b"17-04-1998", b"18-04-1998"), CHANGED),
        "phone changed": (changed(b' m="', b' m="0'), CHANGED),
        "reference changed": (changed(b'referenceId="4321', b'referenceId="4322'), CHANGED),
        "portrait changed": (changed(b"<Pht>/9j/", b"<Pht>/9i/"), CHANGED),
        "address added": (changed(b"<Poa ", b"<Poa/><Poa "), CHANGED),
        "signature changed": (changed(b"<SignatureValue>", b"<SignatureValue>AAAA"), CHANGED),
        "wrapped": (spoiled("wrapped"), FORM),
        "entities": (spoiled("entities"), FORM),
        "a stranger of the same name": (signed_by(stranger), STRANGER),
        "a signer that is not pinned": (
            signed_by(new_signer("UIDAI stand-in", days_ago=60, days=30)), STRANGER
        ),
        "a digest by SHA-1": (sha1_digest, FORM),
        "not signed": (
            lambda office, at: zipped(uidai.offline_xml(PERSON, WISH, at=at).write().encode()),
            FORM,
        ),
        "an e-Aadhaar in its place": (
            signed_of(lambda offline_xml, at: documents.aadhaar(PERSON, at=at)), KIND
        ),
        "a PAN in its place": (signed_of(lambda offline_xml, at: documents.pan(PERSON)), KIND),
        "no reference": (signed_of(with_reference("")), KIND),
        "a reference of letters": (signed_of(with_reference("x" * 21)), KIND),
        "made in a thirteenth month": (signed_of(with_reference("432120261323063000123")), KIND),
        "only digits of a card": (signed_of(with_reference("4321")), KIND),
        "made long before the certificate": (
            signed_of(with_reference("432120200101120000123")), "uidai_signer_out_of_period"
        ),
        "a number that is not masked": (signed_of(unmasked), "full_aadhaar_number"),
        "another XML": (lambda office, at: zipped(b"<html/>"), FORM),
        "no XML": (lambda office, at: zipped(b"Welcome to the hotel's network"), FORM),
        "nothing inside": (lambda office, at: zipped(b""), FORM),
    }  # fmt: skip
    files = {
        "two documents": two,
        "in a folder": lambda office, at: zipped(true_xml(office, at), "a/b.xml"),
        "out of its folder": lambda office, at: zipped(true_xml(office, at), "../../b.xml"),
        "another kind of file": lambda office, at: zipped(true_xml(office, at), "run.exe"),
        "without a code": unlocked,
        "a bomb": bomb,
        "another cipher": of_another_method,
        "a large file": lambda office, at: office.zipped(PERSON, WISH, at=at) + b" " * 600_000,
        "no ZIP": lambda office, at: true_xml(office, at),
        "half of it": lambda office, at: office.zipped(PERSON, WISH, at=at)[:5000],
        "too long inside": lambda office, at: zipped(true_xml(office, at) + b" " * 1_000_000),
        "an empty ZIP": lambda office, at: locked_zip({}, CODE),
    }
    return (
        {name: Attack(made, code) for name, (made, code) in xml.items()}
        | {name: Attack(made, FILE) for name, made in files.items()}
        | {
            "under another code": Attack(
                lambda office, at: office.zipped(PERSON, Options(share_code="4444"), at=at),
                "wrong_share_code",
            ),
            "a bomb that lies": Attack(lying_bomb, "wrong_share_code"),
            "made too long ago": Attack(made_at(days=-3, minutes=-1), "offline_file_old"),
            "made tomorrow": Attack(made_at(hours=2), "offline_file_old"),
        }
    )
