"""Documents that nobody may get in with, made from a valid one, for the tests and the measurement.

Each is made for a site that has pinned `issuer()`; the class says why it is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hitouch.fakes.certificates import CertifiedKey
from onboarding.kyc.signed_documents.errors import (
    DocumentRefused,
    SignatureInvalid,
    UnexpectedForm,
    UnknownSigner,
)
from onboarding.tests.support.signed_forms import (
    C14N,
    CERTIFICATE,
    DSIG,
    ENVELOPED,
    EXCLUSIVE,
    MORE,
    RSA_SHA256,
    SHA1,
    Form,
    issuer,
    sign,
)

XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
BASE64 = f"{DSIG}base64"
UTF_7 = b'<?xml version="1.0" encoding="UTF-7"?>'


@dataclass(frozen=True)
class Forgery:
    """How a document is forged, and why it is refused."""

    made: Callable[[bytes, CertifiedKey], bytes]
    why: type[DocumentRefused]
    #: Valid by the standard, and refused by our rules.
    is_valid_signature: bool = False
    #: xmlsec would take minutes for it.
    is_costly: bool = False


def replaced(was: str, becomes: str) -> Callable[[bytes, CertifiedKey], bytes]:
    """Signed, and changed afterwards."""

    def made(data: bytes, signer: CertifiedKey) -> bytes:
        if was.encode() not in data:
            raise LookupError(was)
        return data.replace(was.encode(), becomes.encode(), 1)

    return made


def at_root(attribute: str) -> Callable[[bytes, CertifiedKey], bytes]:
    """With another attribute at the root."""
    return replaced("<Certificate>", f"<Certificate {attribute}>")


def signed(form: Form, document: str = CERTIFICATE) -> Callable[[bytes, CertifiedKey], bytes]:
    """Signed by the right signer in another form."""
    return lambda data, signer: sign(document, signer, form)


def by_stranger(form: Form) -> Callable[[bytes, CertifiedKey], bytes]:
    """Signed with another key, with its own certificate or the issuer's in the document."""
    return lambda data, signer: sign(CERTIFICATE, issuer("A stranger"), form)


def with_issuers_certificate(data: bytes, signer: CertifiedKey) -> bytes:
    """Signed with another key, and the issuer's certificate put beside it."""
    stranger = issuer("A stranger")
    forged = sign(CERTIFICATE, stranger)
    return forged.replace(stranger.certificate_base64.encode(), signer.certificate_base64.encode())


def signature_in(data: bytes) -> bytes:
    """The text of the signature."""
    return data[data.index(b"<Signature ") : data.index(b"</Signature>") + len(b"</Signature>")]


def other_person(data: bytes) -> bytes:
    """The document, unsigned, of another person."""
    return data.replace(signature_in(data), b"").replace(b"Asha  Rao", b"Mallory")


def wrapped_whole(data: bytes, signer: CertifiedKey) -> bytes:
    """The genuine document inside a forged one."""
    return other_person(data).replace(b"</Certificate>", data + b"</Certificate>")


def wrapped_with_signature(data: bytes, signer: CertifiedKey) -> bytes:
    """The genuine document inside the signature of a forged one."""
    inner = b"<Object>" + data.replace(signature_in(data), b"") + b"</Object></Signature>"
    moved = signature_in(data).replace(b"</Signature>", inner)
    return other_person(data).replace(b"</Certificate>", moved + b"</Certificate>")


def by_reference(data: bytes, signer: CertifiedKey) -> bytes:
    """A signature that refers to a genuine part by its identifier, below a forged one."""
    genuine = CERTIFICATE.replace("{}", "").replace("<Certificate>", '<Certificate xml:id="a">')
    return sign(f"<Certificate>{genuine}{{}}</Certificate>", signer, Form(uri=' URI="#a"'))


def second_signature(data: bytes, signer: CertifiedKey) -> bytes:
    """Signed by a stranger as well."""
    other = signature_in(sign(CERTIFICATE, issuer("A stranger")))
    return data.replace(b"</Certificate>", other + b"</Certificate>")


def two_references(data: bytes, signer: CertifiedKey) -> bytes:
    """A second reference in `SignedInfo`, signed with the first."""
    template = Form().template(signer)
    start, end = template.index("<Reference"), template.index("</SignedInfo>")
    return sign(CERTIFICATE.replace("{}", template[:end] + template[start:end] + template[end:]),
                signer)  # fmt: skip


def bomb(data: bytes, signer: CertifiedKey) -> bytes:
    """Entities that grow to gigabytes."""
    layers = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY a0 "ha">{layers}]>'.encode() + data


def forgeries() -> dict[str, Forgery]:
    """One of each kind."""
    broken, form = SignatureInvalid, UnexpectedForm
    return {
        "name changed": Forgery(replaced("Asha", "Usha"), broken),
        "name in the local language changed": Forgery(replaced("ಆಶಾ", "ಉಷಾ"), broken),
        "number changed": Forgery(replaced("xxxx4321", "xxxx4322"), broken),
        "date changed": Forgery(replaced("17-04-1998", "18-04-1998"), broken),
        "time of issue changed": Forgery(replaced('ts="2026', 'ts="2025'), broken),
        "photo changed": Forgery(replaced("aGVs", "aGVt"), broken),
        "attribute added": Forgery(replaced("<Poa ", '<Poa x="1" '), broken),
        "element added": Forgery(replaced("<Pht", "<Pht>eA==</Pht><Pht"), broken),
        "element left out": Forgery(replaced("<Pht>aGVsbG8=</Pht>", ""), broken),
        "white space added": Forgery(replaced("<Poa ", " <Poa "), broken),
        "namespace added": Forgery(at_root('xmlns="urn:u"'), broken),
        "prefix declared": Forgery(at_root('xmlns:a="urn:u"'), broken),
        "language added": Forgery(at_root('xml:lang="en"'), broken),
        "instruction added": Forgery(replaced("<Poa ", "<?a b?><Poa "), broken),
        "digest changed": Forgery(replaced("<DigestValue>", "<DigestValue>AAAA"), broken),
        "signature changed": Forgery(replaced("<SignatureValue>", "<SignatureValue>AAAA"), broken),
        "signature empty": Forgery(
            lambda data, signer: data[: data.index(b"<SignatureValue>") + 16]
            + data[data.index(b"</SignatureValue>") :],
            broken,
        ),
        "signature left out": Forgery(
            lambda data, signer: data.replace(signature_in(data), b""), form
        ),
        "signature renamed": Forgery(replaced("SignatureValue>", "SignatureValu>"), form),
        "of another document": Forgery(
            lambda data, signer: other_person(data).replace(
                b"</Certificate>", signature_in(data) + b"</Certificate>"
            ),
            broken,
        ),
        "wrapped whole": Forgery(wrapped_whole, form),
        "wrapped with its signature": Forgery(wrapped_with_signature, broken),
        "only a part signed": Forgery(by_reference, form, is_valid_signature=True),
        "second signature": Forgery(second_signature, form),
        "two references": Forgery(two_references, form, is_valid_signature=True),
        "a stranger": Forgery(by_stranger(Form()), UnknownSigner),
        "a stranger without a certificate": Forgery(
            by_stranger(Form(key_info="")), UnknownSigner
        ),
        "a stranger with the issuer's certificate": Forgery(with_issuers_certificate, broken),
        "SHA-1 digest": Forgery(signed(Form(digest=SHA1)), form, is_valid_signature=True),
        "SHA-1 digest under RSA-SHA256": Forgery(
            signed(Form(method=RSA_SHA256, digest=SHA1)), form, is_valid_signature=True
        ),
        "SHA-224 digest": Forgery(
            signed(Form(digest=f"{MORE}sha224")), form, is_valid_signature=True
        ),
        "RSA-SHA224": Forgery(
            signed(Form(method=f"{MORE}rsa-sha224")), form, is_valid_signature=True
        ),
        "method named as a stronger one": Forgery(replaced(f"{DSIG}rsa-sha1", RSA_SHA256), broken),
        "method named as HMAC": Forgery(
            replaced(f"{DSIG}rsa-sha1", f"{DSIG}hmac-sha1"), form
        ),
        "canonicalisation named otherwise": Forgery(replaced(C14N, EXCLUSIVE), broken),
        "base64 transform": Forgery(replaced(ENVELOPED, BASE64), form),
        "XPath transform": Forgery(replaced("</Transforms>", _transform(XPATH)), form),
        "XSLT transform": Forgery(replaced("</Transforms>", _transform(XSLT)), form),
        "without transforms": Forgery(
            replaced(f'<Transform Algorithm="{ENVELOPED}"/>', ""), form
        ),
        "three transforms": Forgery(
            signed(Form(transforms=(C14N, EXCLUSIVE))), form, is_valid_signature=True
        ),
        "a part by URI": Forgery(replaced('URI=""', 'URI="#a"'), form),
        "without URI": Forgery(replaced(' URI=""', ""), form),
        "a file by URI": Forgery(replaced('URI=""', 'URI="file:///nowhere"'), form),
        "document type": Forgery(
            lambda data, signer: b"<!DOCTYPE Certificate>" + data, form, is_valid_signature=True
        ),
        "document type in UTF-16": Forgery(
            lambda data, signer: ("<!DOCTYPE Certificate>" + data.decode()).encode("utf-16"),
            form, is_valid_signature=True,
        ),
        "document type in UTF-7": Forgery(
            lambda data, signer: UTF_7 + b"+ADwAIQ-DOCTYPE x+AD4-<x/>",
            form,
        ),
        "outside entity": Forgery(
            lambda data, signer: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
            form,
        ),
        "entity bomb": Forgery(bomb, form, is_valid_signature=True),
        "too long": Forgery(
            lambda data, signer: data + b" " * 1_100_000, form, is_valid_signature=True
        ),
        "deep": Forgery(lambda data, signer: b"<x>" * 9_000 + b"</x>" * 9_000, form),
        "many namespaces": Forgery(
            at_root(" ".join(f'xmlns:a{number}="urn:a"' for number in range(5000))),
            form, is_costly=True,
        ),
        "many attributes": Forgery(
            at_root(" ".join(f'a{number}=""' for number in range(40_000))), form, is_costly=True
        ),
        "many elements": Forgery(
            replaced("<Poa ", "<a/>" * 100_000 + "<Poa "), form, is_costly=True
        ),
        "cut off": Forgery(lambda data, signer: data[:-30], form),
        "twice": Forgery(lambda data, signer: data + data, form),
        "a page": Forgery(lambda data, signer: b"<html>Welcome to the hotel's network", form),
        "empty": Forgery(lambda data, signer: b"", form),
    }  # fmt: skip


def _transform(algorithm: str) -> str:
    return f'<Transform Algorithm="{algorithm}"/></Transforms>'
