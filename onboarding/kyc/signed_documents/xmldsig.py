"""XML that counts only when somebody we know by certificate has signed all of it.

What is returned is exactly what was signed, so that nobody reads anything beside it. Certificates
are pinned: one that came along with the document is never believed.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from lxml import etree
from signxml import DigestAlgorithm, SignatureConfiguration, SignatureMethod, XMLVerifier
from signxml.exceptions import SignXMLException

LONGEST = 1024 * 1024
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
REFERENCE = "{http://www.w3.org/2000/09/xmldsig#}Reference"
METHODS = frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA512})
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA512})


class SignatureInvalid(Exception):
    """The document is not what somebody we know has signed. The reason is a word of ours."""


def certificates(file: Path) -> list[x509.Certificate]:
    """The pinned certificates, read anew each time: they change without a restart."""
    return x509.load_pem_x509_certificates(file.read_bytes())


def load_pinned_certificates(place: str) -> list[x509.Certificate]:
    """The same by the path in a setting; none when it is empty or the file is no good."""
    try:
        return certificates(Path(place)) if place else []
    except (OSError, ValueError):
        return []


def verified_content(
    data: bytes, *, pinned: Sequence[x509.Certificate], at: datetime
) -> etree._Element:
    """The signed document without its signature, or `NotGenuine`."""
    root = parse_xml(data)
    if [each.getparent() for each in root.iter(SIGNATURE)] != [root]:
        raise SignatureInvalid("not signed once, as a whole")
    if [each.get("URI") for each in root.iter(REFERENCE)] != [""]:
        raise SignatureInvalid("only a part is signed")
    good = [each for each in pinned if is_valid(each, at)]
    for certificate in good:
        found = _verified(data, certificate, at)
        if found is not None:
            return parse_xml(found)
    raise SignatureInvalid("signed by nobody we know" if good else "no certificate is valid now")


def parse_xml(data: bytes) -> etree._Element:
    """The tree of a document that defines nothing and is not too long."""
    if len(data) > LONGEST:
        raise SignatureInvalid("too long")
    # Before the parser sees it: what a document defines may cost more than what it says.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\x00" in data:
        raise SignatureInvalid("defines something")
    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise SignatureInvalid("not XML") from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise SignatureInvalid("defines something")
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=False,
    )  # fmt: skip


def is_valid(certificate: x509.Certificate, at: datetime) -> bool:
    """Whether its time has begun and is not over."""
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _verified(data: bytes, certificate: x509.Certificate, at: datetime) -> bytes | None:
    wanted = SignatureConfiguration(
        location="./", signature_methods=METHODS, digest_algorithms=DIGESTS,
        ignore_ambiguous_key_info=True, verification_time=at,
    )  # fmt: skip
    try:
        result = XMLVerifier().verify(
            data, x509_cert=certificate, parser=_parser(), expect_config=wanted
        )
    except (SignXMLException, etree.LxmlError, ValueError, LookupError, TypeError):
        return None
    return bytes(result.signed_data)
