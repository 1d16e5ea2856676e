"""XML signature verification (XML-DSig) with pinned certificates.

Returns exactly the signed content, so that nothing unsigned can be read (signature wrapping).
Certificates inside a document are ignored.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from lxml import etree
from signxml import DigestAlgorithm, SignatureConfiguration, SignatureMethod, XMLVerifier
from signxml.exceptions import SignXMLException

MAX_BYTES = 1024 * 1024
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
REFERENCE = "{http://www.w3.org/2000/09/xmldsig#}Reference"
METHODS = frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA512})
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA512})


class SignatureInvalid(Exception):
    """The document is not validly signed or not of the expected form. The reason is safe to log."""


def certificates(file: Path) -> list[x509.Certificate]:
    """The pinned certificates. Read on each call, so that they can change without a restart."""
    return x509.load_pem_x509_certificates(file.read_bytes())


def load_pinned_certificates(path: str) -> list[x509.Certificate]:
    """The certificates at the path in a setting; none if it is empty or the file is invalid."""
    try:
        return certificates(Path(path)) if path else []
    except (OSError, ValueError):
        return []


def verified_content(
    data: bytes, *, pinned: Sequence[x509.Certificate], at: datetime
) -> etree._Element:
    """The signed content without its signature. Raises `SignatureInvalid`."""
    root = parse_xml(data)
    if [each.getparent() for each in root.iter(SIGNATURE)] != [root]:
        raise SignatureInvalid("not signed once, as a whole")
    if [each.get("URI") for each in root.iter(REFERENCE)] != [""]:
        raise SignatureInvalid("only a part is signed")
    valid = [each for each in pinned if is_valid(each, at)]
    for certificate in valid:
        signed_data = _verify(data, certificate, at)
        if signed_data is not None:
            return parse_xml(signed_data)
    raise SignatureInvalid("signed by nobody we know" if valid else "no certificate is valid now")


def parse_xml(data: bytes) -> etree._Element:
    """Parse a document without DTD or entities, of limited size. Raises `SignatureInvalid`."""
    if len(data) > MAX_BYTES:
        raise SignatureInvalid("too long")
    # Checked before parsing, because entity definitions can exhaust the parser.
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
    """Whether the certificate is within its validity period."""
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _verify(data: bytes, certificate: x509.Certificate, at: datetime) -> bytes | None:
    expected = SignatureConfiguration(
        location="./", signature_methods=METHODS, digest_algorithms=DIGESTS,
        ignore_ambiguous_key_info=True, verification_time=at,
    )  # fmt: skip
    try:
        result = XMLVerifier().verify(
            data, x509_cert=certificate, parser=_parser(), expect_config=expected
        )
    except (SignXMLException, etree.LxmlError, ValueError, LookupError, TypeError):
        return None
    return bytes(result.signed_data)
