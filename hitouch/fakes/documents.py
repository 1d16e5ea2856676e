"""Documents in the fake DigiLocker: invented people, and ways to tamper with their documents."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hitouch.fakes.xml import Element

INDIA = timezone(timedelta(hours=5, minutes=30))
#: A portrait of a public person, the same as on the demo's cards.
PORTRAIT = Path(__file__).parents[2] / "onboarding" / "demo" / "samples" / "portrait.jpg"
#: Fields of the consent page.
TYPED = {
    "name": "Name",
    "born": "Date of birth (YYYY-MM-DD)",
    "pin": "PIN code",
    "last_four": "Last four digits of the Aadhaar",
    "pan": "PAN",
}


@dataclass(frozen=True)
class FakeAccountHolder:
    """The holder of an account."""

    name: str = "Nila Das"
    born: str = "1998-04-17"
    pin: str = "560034"
    last_four: str = "4321"
    pan: str = "ABCPD1234F"

    @property
    def dob(self) -> str:
        """The birth date in the documents' format."""
        try:
            return date.fromisoformat(self.born).strftime("%d-%m-%Y")
        except ValueError:
            return self.born


def details(person: FakeAccountHolder) -> dict[str, Any]:
    """Details of the account's holder."""
    return {
        "digilockerid": f"stand-in-{person.last_four}", "name": person.name,
        "dob": person.dob.replace("-", ""), "gender": "F", "eaadhaar": "Y",
    }  # fmt: skip


def aadhaar(person: FakeAccountHolder, *, at: datetime) -> Element:
    """An e-Aadhaar as DigiLocker gives it out: UIDAI's answer within a certificate."""
    now = at.astimezone(INDIA)
    response = Element("KycRes", {
        "code": hashlib.sha256(person.name.encode()).hexdigest()[:32], "ret": "Y",
        "ts": now.isoformat(timespec="milliseconds"),
        "ttl": f"{now + timedelta(days=365):%Y-%m-%dT%H:%M:%S}",
        "txn": f"UKC:{now:%Y%m%d%H%M%S}",
    }, [uid_data(person, uid=f"xxxxxxxx{person.last_four}", tkn="01002274stand-in")])  # fmt: skip
    return Element("Certificate", {}, [Element("CertificateData", {}, [response])])


def uid_data(person: FakeAccountHolder, **attributes: str) -> Element:
    """The person as UIDAI describes them: identity, address, both in a local language, portrait."""
    address = {
        "country": "India", "dist": "Bengaluru", "house": "12 Lake View Road", "loc": "",
        "pc": person.pin, "state": "Karnataka", "vtc": "Bengaluru",
    }  # fmt: skip
    return Element("UidData", attributes, [
        Element("Poi", {"dob": person.dob, "gender": "F", "name": person.name}),
        Element("Poa", address),
        Element("LData", {"country": " ", "dist": "ಬೆಂಗಳೂರು", "lang": "07", "name": "ನೀಲಾ ದಾಸ್"}),
        Element("Pht", {}, [base64.b64encode(PORTRAIT.read_bytes()).decode()]),
    ])  # fmt: skip


def pan(person: FakeAccountHolder, *, status: str = "A") -> Element:
    """The verification record of a PAN, in a namespace of its own."""
    holder = {
        "uid": "", "title": "", "name": person.name.upper(), "dob": person.dob, "swd": "",
        "swdIndicator": "", "gender": "female",
    }  # fmt: skip
    organization = {"name": "Income Tax Department", "type": "CG", "code": "", "tin": ""}
    return Element("Certificate", {
        "xmlns": "urn:stand-in:certificate", "language": "99", "name": "PAN Verification Record",
        "type": "PANCR", "number": person.pan, "prevNumber": "", "expiryDate": "",
        "validFromDate": "", "issuedAt": "", "issueDate": "", "status": status,
    }, [
        Element("IssuedBy", {}, [Element("Organization", organization)]),
        Element("IssuedTo", {}, [Element("Person", holder)]),
        Element("CertificateData", {}, [Element("PAN", {"verifiedOn": "10-11-2026"})]),
    ])  # fmt: skip


def tampered(body: bytes, failure_mode: str) -> bytes:
    """The signed document as an attacker in between would change it."""
    if failure_mode == "tampered":
        return body.replace(b' name="', b' name="X', 1)
    if failure_mode == "wrapped":
        return _with_wrapped_signature(body)
    if failure_mode == "entities":
        return b'<!DOCTYPE x [<!ENTITY a "b">]>' + body.partition(b"?>")[2]
    return body + b" " * 4_000_000 if failure_mode == "huge file" else body


def _with_wrapped_signature(body: bytes) -> bytes:
    """The genuine document at the end of a copy of itself without a signature."""
    genuine = body.partition(b"?>")[2]
    start, _, _ = genuine.partition(b"<Signature")
    end = genuine[genuine.rindex(b"</") :]
    return start + genuine + end
