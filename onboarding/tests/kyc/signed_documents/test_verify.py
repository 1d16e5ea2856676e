"""Verification of signed documents: forms, forgeries, signers. xmlsec is the oracle."""

import base64
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from hitouch.fakes.certificates import new_signer
from onboarding.kyc.signed_documents import aadhaar, xmldsig
from onboarding.kyc.signed_documents.errors import (
    SignatureInvalid,
    SignerOutOfPeriod,
    UnexpectedForm,
    UnknownSigner,
    WrongDocument,
)
from onboarding.kyc.signed_documents.pins import AADHAAR, OFFLINE_EKYC, PAN, Pin, load_pins
from onboarding.kyc.signed_documents.verification import verified_content
from onboarding.tests.support import forged_documents, signed_forms
from onboarding.tests.support.reading import read
from onboarding.tests.support.signed_forms import (
    AT,
    CERTIFICATE,
    DSIG,
    OFFLINE,
    RECORD,
    RSA_SHA256,
    Form,
    issuer,
    pin_of,
    sign,
    xmlsec_accepts,
)

VARIANTS = signed_forms.variants()
FORGERIES = forged_documents.forgeries()
ISSUED = datetime(2026, 11, 23, 6, 29, tzinfo=UTC)


@pytest.mark.parametrize("name", VARIANTS)
def test_forms_of_issuers_are_accepted(name: str) -> None:
    """Each form that xmlsec verifies is verified here too, and its content is read."""
    variant = VARIANTS[name]
    data = variant.made(issuer())
    assert xmlsec_accepts(data, issuer())
    found = read(data, variant.purpose, [pin_of(issuer())])
    assert (str(found.name).upper(), found.birth_on) == ("ASHA RAO", date(1998, 4, 17))


@pytest.mark.parametrize("name", FORGERIES)
def test_forgeries_are_refused(name: str) -> None:
    """Each is refused for its own reason; xmlsec agrees, but where our rules are stricter."""
    forgery = FORGERIES[name]
    data = forgery.made(sign(CERTIFICATE, issuer()), issuer())
    with pytest.raises(forgery.why):
        read(data, AADHAAR, [pin_of(issuer())])
    if not forgery.is_costly:
        assert xmlsec_accepts(data, issuer()) == forgery.is_valid_signature


def test_comments_split_nothing() -> None:
    """A comment is not signed and may be added; it cuts off neither text nor a later element."""
    data = sign(CERTIFICATE, issuer())
    data = data.replace(b"aGVs", b"aG<!-- -->Vs").replace(b"<Poa ", b"<!--<Poa/>--><Poa ")
    assert xmlsec_accepts(data, issuer())
    found = read(data, AADHAAR, [pin_of(issuer())])
    assert isinstance(found, aadhaar.Aadhaar)
    assert (found.portrait, found.pin) == (b"hello", "560034")


def test_content_of_the_signature_is_not_read() -> None:
    """A person inside the signature element is ignored: a signature does not cover itself."""
    hidden = CERTIFICATE.replace("{}", "").replace("Asha  Rao", "Mallory")
    data = sign(CERTIFICATE, issuer()).replace(
        b"</Signature>", f"<Object>{hidden}</Object></Signature>".encode()
    )
    content = verified_content(
        data, pins=[pin_of(issuer())], purpose=AADHAAR, issued=aadhaar.issue_times, at=AT
    )
    assert b"Mallory" not in etree.tostring(content)
    assert read(data, AADHAAR, [pin_of(issuer())]).name == "Asha Rao"


def test_rsa_sha1_needs_a_pin_that_allows_it() -> None:
    """The same document is refused as soon as its signer's pin does not allow RSA-SHA1."""
    data, strong = sign(CERTIFICATE, issuer()), sign(CERTIFICATE, issuer(), Form(method=RSA_SHA256))
    others = pin_of(issuer("Another issuer"))
    assert read(data, AADHAAR, [others, pin_of(issuer())])
    strict = pin_of(issuer(), allow_rsa_sha1=False)
    assert read(strong, AADHAAR, [others, strict])
    with pytest.raises(UnexpectedForm, match="not allowed to use RSA-SHA1"):
        read(data, AADHAAR, [others, strict])


@pytest.mark.parametrize("document", [CERTIFICATE, OFFLINE, RECORD])
def test_a_pin_has_purposes(document: str) -> None:
    """A signer pinned for other documents is unknown for this one."""
    purpose = {CERTIFICATE: AADHAAR, OFFLINE: OFFLINE_EKYC, RECORD: PAN}[document]
    data = sign(document, issuer())
    assert read(data, purpose, [pin_of(issuer(), purposes=frozenset({purpose}))])
    others = frozenset({AADHAAR, OFFLINE_EKYC, PAN} - {purpose})
    with pytest.raises(UnknownSigner):
        read(data, purpose, [pin_of(issuer(), purposes=others)])


def test_documents_of_other_kinds_are_refused() -> None:
    """A valid document of another kind is called that, not a forgery."""
    documents = {AADHAAR: CERTIFICATE, OFFLINE_EKYC: OFFLINE, PAN: RECORD}
    for purpose in documents:
        for kind, document in documents.items():
            if kind != purpose:
                with pytest.raises(WrongDocument):
                    read(sign(document, issuer()), purpose, [pin_of(issuer())])


def test_the_time_of_issue_is_judged() -> None:
    """A document that says when it was issued is judged then, however late it is read."""
    data, years_later = sign(CERTIFICATE, issuer()), AT + timedelta(days=1000)
    around = {"issued_from": ISSUED, "issued_until": ISSUED + timedelta(seconds=1)}
    assert read(data, AADHAAR, [pin_of(issuer(), **around)], at=years_later)
    for period in (
        {"issued_from": ISSUED - timedelta(days=9), "issued_until": ISSUED},
        {"issued_from": ISSUED + timedelta(seconds=1), "issued_until": years_later},
    ):
        with pytest.raises(SignerOutOfPeriod):
            read(data, AADHAAR, [pin_of(issuer(), **period)], at=AT)


def test_the_documented_period_decides() -> None:
    """A certificate that ran out before a document's date is enough if its pin says so."""
    old = new_signer("An old issuer", days_ago=2000, days=30)
    data = sign(CERTIFICATE, old)
    with pytest.raises(SignerOutOfPeriod):
        read(data, AADHAAR, [Pin.of(old.certificate, allow_rsa_sha1=True)])
    assert read(data, AADHAAR, [pin_of(old)])


def test_without_a_time_of_issue_now_counts() -> None:
    """A document that does not say when it was issued is judged at the time of reading."""
    data = sign(CERTIFICATE.replace(' ts="2026-11-23T11:59:00.000+05:30"', ""), issuer())
    assert read(data, AADHAAR, [pin_of(issuer())])
    with pytest.raises(SignerOutOfPeriod):
        read(data, AADHAAR, [pin_of(issuer())], at=AT + timedelta(days=100))


def test_a_pan_record_is_judged_at_its_verification_or_now() -> None:
    """The record notes the day of the verification, which may be long before its signature."""
    data, later = sign(RECORD, issuer()), AT + timedelta(days=100)
    recent = pin_of(issuer(), issued_from=AT - timedelta(days=1))
    assert read(data, PAN, [recent])
    assert read(data, PAN, [pin_of(issuer())], at=later)
    with pytest.raises(SignerOutOfPeriod):
        read(data, PAN, [recent], at=later)


def test_several_pins_of_one_key() -> None:
    """One fitting pin among several of the same certificate is enough."""
    data = sign(CERTIFICATE, issuer())
    past = pin_of(issuer(), issued_until=ISSUED)
    assert read(data, AADHAAR, [past, pin_of(issuer()), pin_of(issuer("Another issuer"))])


def test_without_pins_every_signer_is_unknown() -> None:
    """No pin is no reason to call a document forged."""
    with pytest.raises(UnknownSigner):
        read(sign(CERTIFICATE, issuer()), AADHAAR, [])


@pytest.mark.parametrize("spaced", ["=", "=="])
def test_padding_of_the_signature_is_exact(spaced: str) -> None:
    """A signature's base64 can be written in one way only, so no copy of it passes as another."""
    data = sign(CERTIFICATE, issuer())
    end = data.index(b"</SignatureValue>")
    changed = data[:end].removesuffix(b"==") + spaced.encode() + b"A" + data[end:]
    with pytest.raises(UnexpectedForm):
        read(changed, AADHAAR, [pin_of(issuer())])


def test_parameters_of_algorithms_are_refused() -> None:
    """A method or a transform with content of its own is another form."""
    data = sign(CERTIFICATE, issuer()).decode()
    for was, becomes in (
        ('rsa-sha1"/>', 'rsa-sha1"><HMACOutputLength>8</HMACOutputLength></SignatureMethod>'),
        ('enveloped-signature"/>', 'enveloped-signature"><XPath>/</XPath></Transform>'),
        ('20010315"/>', '20010315"><x xmlns=""/></CanonicalizationMethod>'),
    ):
        assert was in data
        with pytest.raises(UnexpectedForm):
            xmldsig.read_signature(data.replace(was, becomes, 1).encode())


def test_a_short_key_is_no_signer(monkeypatch: Any, tmp_path: Path) -> None:
    """A key below the minimal length verifies nothing, and cannot be pinned."""
    monkeypatch.setattr(xmldsig, "MIN_KEY_BITS", 4096)
    with pytest.raises(SignatureInvalid):
        read(sign(CERTIFICATE, issuer()), AADHAAR, [pin_of(issuer())])
    found = load_pins(str(pinned(tmp_path, None)))
    assert (found.pins, len(found.faults)) == ((), 1)


def test_certificates_in_a_document_may_be_odd() -> None:
    """One with another kind of key, or that cannot be read, fails nothing and proves nothing."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = issuer().certificate.subject
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, AT, AT + timedelta(1))
    other = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    data = sign(CERTIFICATE, issuer("A stranger"))
    for odd in (other, b"no certificate", b"\x30\x80"):
        changed = data.replace(
            issuer("A stranger").certificate_base64.encode(), base64.b64encode(odd)
        )
        with pytest.raises(UnknownSigner if odd != other else SignatureInvalid):
            read(changed, AADHAAR, [pin_of(issuer())])
        assert read(sign(CERTIFICATE, issuer()).replace(
            issuer().certificate_base64.encode(), base64.b64encode(odd)
        ), AADHAAR, [pin_of(issuer())])  # fmt: skip


@pytest.mark.parametrize("name", [name for name, each in FORGERIES.items() if each.is_costly])
def test_costly_documents_are_refused_at_once(name: str) -> None:
    """Canonicalising them would take minutes, so they are refused before."""
    data = FORGERIES[name].made(sign(CERTIFICATE, issuer()), issuer())
    began = time.process_time()
    with pytest.raises(UnexpectedForm):
        read(data, AADHAAR, [pin_of(issuer())])
    assert time.process_time() - began < 1


@pytest.mark.parametrize("encoding", ["UTF-7", "IBM037", "UTF-16", "Big5"])
def test_other_encodings_are_refused(encoding: str) -> None:
    """Only encodings in which markup is ASCII are read, so that it can be counted before."""
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + CERTIFICATE.replace("ಆಶಾ ರಾವ್", "Asha")
    with pytest.raises(UnexpectedForm):
        read(text.replace("{}", Form().template(issuer())).encode(encoding), AADHAAR, [])


def test_signature_elements_are_never_read() -> None:
    """Elements of a signature's namespace are none of the document's, whatever their names."""
    assert not list(aadhaar.descendants(etree.fromstring(f'<a xmlns="{DSIG}"/>'), "a"))


# Pins -----------------------------------------------------------------------------------------

DOCUMENTED = """
purposes: [aadhaar, pan]
issued_from: 2026-11-01
issued_until: 2026-11-23
allow_rsa_sha1: true
reason: Its files are signed by RSA-SHA1.
"""


def pinned(folder: Path, text: str | None) -> Path:
    (folder / "issuer.pem").write_text(issuer().pem)
    if text is not None:
        (folder / "issuer.yaml").write_text(text)
    return folder


def test_a_certificate_alone_has_its_own_period_and_no_sha1(tmp_path: Path) -> None:
    """Without a file beside it a certificate is judged by the strict rules."""
    (pin,) = load_pins(str(pinned(tmp_path, None))).pins
    assert pin == Pin.of(issuer().certificate)
    assert not pin.allow_rsa_sha1
    assert pin.covers(issuer().certificate.not_valid_after_utc)
    assert not pin.covers(issuer().certificate.not_valid_before_utc - timedelta(seconds=1))


def test_the_file_beside_a_certificate_documents_it(tmp_path: Path) -> None:
    """Purposes, period (whole days in India) and method are read from it."""
    folder = pinned(tmp_path, DOCUMENTED)
    (folder / "other.pem").write_text(issuer("Another issuer").pem)
    pin, other = load_pins(str(folder)).pins
    assert pin.purposes == {AADHAAR, PAN}
    assert pin.allow_rsa_sha1
    assert not other.allow_rsa_sha1
    assert pin.covers(datetime(2026, 10, 31, 18, 30, tzinfo=UTC))
    assert pin.covers(datetime(2026, 11, 23, 18, 29, 59, tzinfo=UTC))
    assert not pin.covers(datetime(2026, 11, 23, 18, 30, tzinfo=UTC))
    assert load_pins(str(folder / "issuer.pem")).pins == (pin,)


def test_several_certificates_may_be_in_one_file(tmp_path: Path) -> None:
    """What is written beside the file holds for all of them."""
    (tmp_path / "all.pem").write_text(issuer().pem + issuer("Another issuer").pem)
    (tmp_path / "all.yaml").write_text("purposes: [offline_ekyc]\n")
    pins = load_pins(str(tmp_path / "all.pem")).pins
    assert [pin.purposes for pin in pins] == [{OFFLINE_EKYC}] * 2


@pytest.mark.parametrize(
    "text",
    [
        "allow_rsa_sha1: true",
        "allow_rsa_sha1: true\nissued_from: 2026-01-01\nissued_until: 2026-12-31",
        "allow_rsa_sha1: true\nissued_from: 2026-01-01\nreason: x",
        "allow_rsa_sha1: 'yes'",
        "allow_sha1: true",
        "purposes: aadhaar",
        "purposes: [passport]",
        "purposes: []",
        "issued_from: yesterday",
        "issued_until: 2026-11-23 10:00:00",
        "- a list",
        "a: [",
    ],
)
def test_an_unclear_file_disables_its_certificate(tmp_path: Path, text: str) -> None:
    """The pin is left out and named as a fault; others stay in use."""
    folder = pinned(tmp_path, text)
    (folder / "other.pem").write_text(issuer("Another issuer").pem)
    found = load_pins(str(folder))
    assert found.pins == (Pin.of(issuer("Another issuer").certificate),)
    assert [fault.partition(":")[0] for fault in found.faults] == ["issuer.yaml"]


def test_no_certificate_is_a_fault(tmp_path: Path) -> None:
    """An empty setting is none; a missing file, an empty folder and nonsense are."""
    assert load_pins("") == load_pins("").__class__()
    (tmp_path / "nonsense.pem").write_text("-----BEGIN CERTIFICATE-----\nx\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    for place in (tmp_path / "missing.pem", empty, tmp_path / "nonsense.pem"):
        found = load_pins(str(place))
        assert (found.pins, len(found.faults)) == ((), 1)
