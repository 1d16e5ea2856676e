"""Verifying and parsing signed documents."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod, XMLSigner

from onboarding.kyc.offline_ekyc import xml
from onboarding.kyc.signed_documents import aadhaar, pan, xmldsig
from onboarding.kyc.signed_documents.xmldsig import SignatureInvalid, verified_content

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
AADHAAR = (
    b'<KycRes ret="Y"><UidData uid="xxxxxxxx4321"><Poi name="Asha  Rao" dob="17-04-1998"/>'
    b'<Poa pc="560034"/><Pht>aGVsbG8=</Pht></UidData></KycRes>'
)
PAN = (
    b'<Certificate type="PANCR" number="ABCPR1234F" status="A"><IssuedTo>'
    b'<Person name="ASHA RAO" dob="17-04-1998"/></IssuedTo></Certificate>'
)


@cache
def signer(name: str, since: int = -1, until: int = 9) -> tuple[Any, x509.Certificate]:
    """A key and its certificate, valid for these days around now."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder().subject_name(who).issuer_name(who)
    made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(AT + timedelta(since)).not_valid_after(AT + timedelta(until))
    return key, made.sign(key, hashes.SHA256())


def signed(data: bytes, who: tuple[Any, x509.Certificate], **options: Any) -> bytes:
    pem = who[1].public_bytes(serialization.Encoding.PEM).decode()
    tree = XMLSigner(**options).sign(etree.fromstring(data), key=who[0], cert=pem)
    return etree.tostring(tree)


def read(data: bytes, *pinned: x509.Certificate) -> etree._Element:
    return verified_content(data, pinned=pinned or [signer("uidai")[1]], at=AT)


def test_documents_of_a_pinned_signer_are_parsed() -> None:
    """All fields of Aadhaar and PAN are parsed."""
    found = aadhaar.parse_ekyc(read(signed(AADHAAR, signer("uidai"))))
    assert found == aadhaar.Aadhaar("Asha Rao", date(1998, 4, 17), "4321", "560034", b"hello")
    card = pan.parse_pan_record(read(signed(PAN, signer("uidai"))))
    assert (card.name, card.number, card.is_active) == ("ASHA RAO", "ABCPR1234F", True)
    assert "Asha" not in repr(found)
    assert "ABCPR1234F" not in repr(card)


def test_one_of_several_pinned_certificates_is_enough() -> None:
    """An outdated certificate beside it does no harm, so that certificates can be rotated."""
    pins = [signer("old", -9, -1)[1], signer("other")[1], signer("uidai")[1]]
    assert read(signed(AADHAAR, signer("uidai")), *pins).tag == "KycRes"


def changed(was: bytes, becomes: bytes) -> bytes:
    """Signed, and changed afterwards."""
    true = signed(AADHAAR, signer("uidai"))
    assert was in true
    return true.replace(was, becomes)


def wrapped() -> bytes:
    """The genuine document inside a forged one (signature wrapping)."""
    true = signed(AADHAAR, signer("uidai"))
    false = AADHAAR.replace(b"Asha  Rao", b"Mallory")
    return false.replace(b"</KycRes>", true + b"</KycRes>")


def wrapped_by_reference() -> bytes:
    """The signature moved out, referring to the genuine part by its id."""
    inner = b'<KycRes Id="t" ret="Y">' + AADHAAR.split(b">", 1)[1]
    key, cert = signer("uidai")
    pem = cert.public_bytes(serialization.Encoding.PEM).decode()
    outer = etree.fromstring(b"<KycRes>" + inner + b"</KycRes>")
    tree = XMLSigner().sign(outer, key=key, cert=pem, reference_uri="#t")
    tree.insert(0, etree.fromstring(AADHAAR.replace(b"Asha  Rao", b"Mallory"))[0])
    return etree.tostring(tree)


def second_signature() -> bytes:
    """Signed by another signer as well."""
    true = etree.fromstring(signed(AADHAAR, signer("uidai")))
    true.append(etree.fromstring(signed(AADHAAR, signer("stranger")))[-1])
    return etree.tostring(true)


def bomb() -> bytes:
    layers = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY a0 "ha">{layers}]><x>&a11;</x>'.encode()


ATTACKS = {
    "name changed": lambda: changed(b"Asha", b"Usha"),
    "photo changed": lambda: changed(b"aGVs", b"aGVt"),
    "attribute added": lambda: changed(b"<Poi ", b'<Poi x="1" '),
    "element added": lambda: changed(b"<Pht", b"<Pht>eA==</Pht><Pht"),
    "not signed": lambda: AADHAAR,
    "signature value gone": lambda: changed(b"SignatureValue>", b"SignatureValu>"),
    "wrapped": wrapped,
    "wrapped by reference": wrapped_by_reference,
    "second signature": second_signature,
    "other signer": lambda: signed(AADHAAR, signer("stranger")),
    "other signer of the same name": lambda: signed(AADHAAR, signer("uidai", -2)),
    "weak digest": lambda: signed(
        AADHAAR, signer("uidai"), digest_algorithm=DigestAlgorithm.SHA224
    ),
    "weak method": lambda: signed(
        AADHAAR, signer("uidai"), signature_algorithm=SignatureMethod.RSA_SHA224
    ),
    "document type": lambda: b"<!DOCTYPE KycRes>" + signed(AADHAAR, signer("uidai")),
    "document type in UTF-16": lambda: ("<!DOCTYPE KycRes>" + AADHAAR.decode()).encode("utf-16"),
    "document type in UTF-7": lambda: (
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>'
    ),
    "outside entity": lambda: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "entity bomb": bomb,
    "too long": lambda: signed(AADHAAR.replace(b"hello", b""), signer("uidai")) + b" " * 1_100_000,
    "deep": lambda: b"<x>" * 100_000 + b"</x>" * 100_000,
    "nonsense": lambda: b"<html>Welcome to the hotel's network",
    "empty": lambda: b"",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_refused(attack: str) -> None:
    """Changed, wrapped, weak, unknown and broken documents raise `SignatureInvalid`."""
    with pytest.raises(SignatureInvalid):
        read(ATTACKS[attack]())


def test_expired_certificate_is_refused() -> None:
    """A pinned certificate must be valid at the time of verification."""
    for who in (signer("old", -9, -1), signer("future", 1, 9)):
        with pytest.raises(SignatureInvalid, match="no certificate is valid now"):
            read(signed(AADHAAR, who), who[1])


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"xxxxxxxx4321", b"234567894321"),
        (b"xxxxxxxx4321", b"4321"),
        (b"17-04-1998", b"yesterday"),
        (b"Asha  Rao", b" "),
        (b"Asha  Rao", b"2345 6789 0124"),
        (b"<UidData ", b"<UidData/><UidData "),
        (b"<Poi ", b"<Poi/><Poi "),
    ],
)
def test_invalid_signed_data_is_refused(was: bytes, becomes: bytes) -> None:
    """An unmasked number, a missing birth date or name, and two persons are refused."""
    with pytest.raises(SignatureInvalid):
        aadhaar.parse_ekyc(read(signed(AADHAAR.replace(was, becomes), signer("uidai"))))


def test_pan_status_is_parsed() -> None:
    """Only status A is active; other documents are not parsed as a PAN."""
    for status in (b'"D"', b'""', b'"I"'):
        found = read(signed(PAN.replace(b'"A"', status), signer("uidai")))
        assert not pan.parse_pan_record(found).is_active
    for bad in (PAN.replace(b"PANCR", b"DRVLC"), PAN.replace(b"ABCPR", b"ABCCR")):
        with pytest.raises(SignatureInvalid):
            pan.parse_pan_record(read(signed(bad, signer("uidai"))))


def test_offline_reference_carries_the_last_four() -> None:
    """The reference of an offline e-KYC starts with the last four digits."""
    paper = AADHAAR.replace(b"KycRes", b"OfflinePaperlessKyc")
    paper = paper.replace(b'ret="Y"', b'referenceId="432120261123120000123"')
    found = xml.parse_offline_ekyc(read(signed(paper, signer("uidai"))))
    assert found.aadhaar.last_four == "4321"
    assert found.made_at == AT
    with pytest.raises(SignatureInvalid):
        xml.parse_offline_ekyc(read(signed(AADHAAR, signer("uidai"))))


def test_pinned_certificates_come_from_a_file(tmp_path: Any) -> None:
    """Several certificates may be in one file."""
    file = tmp_path / "pins.pem"
    pins = [signer("uidai")[1], signer("stranger")[1]]
    file.write_bytes(b"".join(pin.public_bytes(serialization.Encoding.PEM) for pin in pins))
    assert xmldsig.certificates(file) == pins


def test_content_of_the_signature_is_not_read() -> None:
    """A person inside the signature element is ignored: a signature does not cover itself."""
    true = etree.fromstring(signed(AADHAAR, signer("uidai")))
    hidden = etree.SubElement(true[-1], "{http://www.w3.org/2000/09/xmldsig#}Object")
    hidden.append(etree.fromstring(AADHAAR.replace(b"Asha  Rao", b"Mallory"))[0])
    found = read(etree.tostring(true))
    assert b"Mallory" not in etree.tostring(found)
    assert aadhaar.parse_ekyc(found).name == "Asha Rao"
