"""XML signatures (XML-DSig) in the one form that UIDAI and DigiLocker's issuers use.

That form is one enveloped signature over the whole document: `Reference URI=""`, the transform
`enveloped-signature` and at most one canonicalisation after it. Everything else that the standard
allows (references to parts, XPath, XSLT, HMAC, several signatures) is refused, not implemented.

Canonicalisation is libxml2's (by lxml), the RSA operations are OpenSSL's. The tests compare the
results with xmlsec, which is independent of this module.

`read_signature` verifies nothing. `verification.py` decides whose key counts and returns content.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from onboarding.kyc.signed_documents.errors import UnexpectedForm

MAX_BYTES = 1024 * 1024
#: The most of each that a document may have: real ones have two, 70 and 150. The time that
#: canonicalisation takes grows with the cube of the namespaces and the square of the attributes.
MAX_MARKUP = {b"xmlns": 30, b"<": 2000, b'"': 4000, b"'": 4000}
#: Encodings in which the bytes above, and `<!DOCTYPE`, are those of ASCII.
ENCODINGS = frozenset({"UTF-8", "US-ASCII", "ASCII", "ISO-8859-1", "WINDOWS-1252"})
MIN_KEY_BITS, MAX_KEY_BITS = 2048, 8192
#: Issuers include the chain of their certificate. More than these are not looked at.
MAX_EMBEDDED = 6
DSIG = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
XML = "{http://www.w3.org/XML/1998/namespace}"
INCLUSIVE_NAMESPACES = f"{{{EXCLUSIVE}}}InclusiveNamespaces"
ENVELOPED = f"{DSIG}enveloped-signature"
RSA_SHA1 = f"{DSIG}rsa-sha1"
METHODS: dict[str, hashes.HashAlgorithm] = {
    RSA_SHA1: hashes.SHA1(),  # noqa: S303 - only for pins that allow it, see pins.py
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": hashes.SHA384(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": hashes.SHA512(),
}
#: SHA-1 is not among them: a collision could be computed for a digest, unlike for a signature
#: over a `SignedInfo` that only the issuer writes.
DIGESTS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": hashlib.sha256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashlib.sha384,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}


@dataclass(frozen=True)
class _Canonicalization:
    exclusive: bool = False
    with_comments: bool = False
    version_1_1: bool = False
    prefixes: tuple[str, ...] = ()


INCLUSIVE_1_0 = _Canonicalization()
_C14N_1_0 = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_C14N_1_1 = "http://www.w3.org/2006/12/xml-c14n11"
CANONICALIZATIONS = {
    _C14N_1_0: INCLUSIVE_1_0,
    f"{_C14N_1_0}#WithComments": _Canonicalization(with_comments=True),
    _C14N_1_1: _Canonicalization(version_1_1=True),
    f"{_C14N_1_1}#WithComments": _Canonicalization(version_1_1=True, with_comments=True),
    EXCLUSIVE: _Canonicalization(exclusive=True),
    f"{EXCLUSIVE}WithComments": _Canonicalization(exclusive=True, with_comments=True),
}


@dataclass(frozen=True)
class XmlSignature:
    """The parts of a document's signature. Nothing in it is verified yet."""

    method: str
    #: The canonical `SignedInfo`, which the signature's value is computed over.
    signed_info: bytes = field(repr=False)
    value: bytes = field(repr=False)
    digest_method: str
    digest: bytes = field(repr=False)
    #: The canonical document without its signature, which the digest is computed over.
    content: bytes = field(repr=False)
    #: Certificates in the document. They are never trusted, only used to explain a refusal.
    embedded: tuple[x509.Certificate, ...] = field(repr=False)

    @property
    def covers_content(self) -> bool:
        """Whether the content has the digest in `SignedInfo`."""
        found = DIGESTS[self.digest_method](self.content).digest()
        return hmac.compare_digest(found, self.digest)

    def is_by(self, certificate: x509.Certificate) -> bool:
        """Whether `SignedInfo` was signed with the key of this certificate."""
        key = rsa_key(certificate)
        if key is None:
            return False
        try:
            key.verify(self.value, self.signed_info, padding.PKCS1v15(), METHODS[self.method])
        except InvalidSignature:
            return False
        return True


def rsa_key(certificate: x509.Certificate) -> rsa.RSAPublicKey | None:
    """The key of a certificate, or None if it is none that signatures are verified with."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, rsa.RSAPublicKey):
        return None
    return key if MIN_KEY_BITS <= key.key_size <= MAX_KEY_BITS else None


def parse_xml(data: bytes) -> etree._Element:
    """Parse a document without DTD or entities, of limited size. Raises `UnexpectedForm`."""
    if len(data) > MAX_BYTES:
        raise UnexpectedForm("too long")
    # Checked before parsing, because entity definitions can exhaust the parser.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\x00" in data:
        raise UnexpectedForm("has a DTD or entities")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=False, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise UnexpectedForm("not XML") from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnexpectedForm("has a DTD or entities")
    return root


def read_signature(data: bytes) -> XmlSignature:
    """The signature of a document, if it has the expected form. Raises `UnexpectedForm`."""
    if any(data.count(mark) > most for mark, most in MAX_MARKUP.items()):
        raise UnexpectedForm("too much markup")
    root = parse_xml(data)
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() not in ENCODINGS:
        raise UnexpectedForm("in an encoding that we do not accept")
    element = _single_signature(root)
    parts = list(_elements(element))
    if [part.tag for part in parts[:2]] != [_tag("SignedInfo"), _tag("SignatureValue")]:
        raise UnexpectedForm("the signature is incomplete")
    canonical_info = _canonical_signed_info(parts[0])
    # Everything is read from the canonical form, because only that is signed.
    info = parse_xml(canonical_info)
    _, method, reference = _children(info, "CanonicalizationMethod", "SignatureMethod", "Reference")
    if list(_elements(method)):
        raise UnexpectedForm("the signature method has parameters")
    if reference.get("URI") != "":
        raise UnexpectedForm("only a part is signed")
    transforms, digest_method, digest = _children(
        reference, "Transforms", "DigestMethod", "DigestValue"
    )
    return XmlSignature(
        method=_algorithm(method, METHODS),
        signed_info=canonical_info,
        value=_decode(parts[1]),
        digest_method=_algorithm(digest_method, DIGESTS),
        digest=_decode(digest),
        embedded=_embedded_certificates(element),
        content=_canonical_content(root, element, _document_canonicalization(transforms)),
    )


def _single_signature(root: etree._Element) -> etree._Element:
    found = list(root.iter(_tag("Signature")))
    if [each.getparent() for each in found] != [root]:
        raise UnexpectedForm("not signed once, as a whole")
    return found[0]


def _tag(name: str) -> str:
    return f"{{{DSIG}}}{name}"


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    return parent.iterchildren("*")


def _children(parent: etree._Element, *names: str) -> list[etree._Element]:
    """The child elements, which have to be exactly these."""
    found = list(_elements(parent))
    if [each.tag for each in found] != [_tag(name) for name in names]:
        raise UnexpectedForm(f"unexpected content of {etree.QName(parent).localname}")
    return found


def _algorithm(element: etree._Element, known: Collection[str]) -> str:
    name = element.get("Algorithm", "")
    if name not in known:
        raise UnexpectedForm("an algorithm that we do not accept")
    return name


def _text(element: etree._Element) -> str:
    """The text without comments, which `Element.text` would end at."""
    return str(element.xpath("string()"))


def _decode(element: etree._Element) -> bytes:
    """The bytes of a base64 text, which has to be the only way to write them."""
    text = "".join(_text(element).split())
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise UnexpectedForm("not base64") from fault
    if base64.b64encode(found).decode() != text:
        raise UnexpectedForm("not base64")
    return found


def _canonicalization(element: etree._Element) -> _Canonicalization:
    """The canonicalisation that an element names, with its parameters."""
    form = CANONICALIZATIONS[_algorithm(element, CANONICALIZATIONS)]
    parameters = list(_elements(element))
    if not parameters:
        return form
    if not form.exclusive or [each.tag for each in parameters] != [INCLUSIVE_NAMESPACES]:
        raise UnexpectedForm("unexpected parameters of a canonicalisation")
    return replace(form, prefixes=tuple(parameters[0].get("PrefixList", "").split()))


def _document_canonicalization(transforms: etree._Element) -> _Canonicalization:
    """How the document is canonicalised: as a transform says, else by the standard's default."""
    names = [each.tag for each in _elements(transforms)]
    if not names or len(names) > 2 or set(names) != {_tag("Transform")}:
        raise UnexpectedForm("unexpected transforms")
    enveloped, *others = _elements(transforms)
    if enveloped.get("Algorithm") != ENVELOPED or list(_elements(enveloped)):
        raise UnexpectedForm("unexpected transforms")
    return _canonicalization(others[0]) if others else INCLUSIVE_1_0


def _canonical_signed_info(info: etree._Element) -> bytes:
    """`SignedInfo` as it was signed: as a part of its document, with the namespaces in scope.

    It is parsed again as a document of its own, in which lxml declares those namespaces. lxml
    (6.1) canonicalises a part of a tree wrongly: it undeclares the default namespace (`xmlns=""`).
    """
    method = info.find(_tag("CanonicalizationMethod"))
    if method is None:
        raise UnexpectedForm("the signature is incomplete")
    form = _canonicalization(method)
    alone = parse_xml(etree.tostring(info, with_tail=False))
    if not form.exclusive:
        for name, value in _inherited_xml_attributes(info, form).items():
            alone.set(name, value)
    return _canonicalize(alone, form)


def _inherited_xml_attributes(info: etree._Element, form: _Canonicalization) -> dict[str, str]:
    """Inclusive canonicalisation of a part repeats `xml:lang` and the like of its ancestors."""
    inherited: dict[str, str] = {}
    for ancestor in info.iterancestors():
        for key, value in ancestor.attrib.items():
            name = str(key)
            if not name.startswith(XML) or (form.version_1_1 and name == f"{XML}id"):
                continue
            if form.version_1_1 and name == f"{XML}base":
                raise UnexpectedForm("has a base address")
            if name not in info.attrib:
                inherited.setdefault(name, str(value))
    return inherited


def _canonical_content(
    root: etree._Element, signature: etree._Element, form: _Canonicalization
) -> bytes:
    """The document without its signature. `URI=""` excludes comments, whatever the method."""
    before = signature.getprevious()
    if signature.tail and before is not None:
        before.tail = (before.tail or "") + signature.tail
    elif signature.tail:
        root.text = (root.text or "") + signature.tail
    signature.tail = None
    root.remove(signature)
    return _canonicalize(root, replace(form, with_comments=False))


def _canonicalize(root: etree._Element, form: _Canonicalization) -> bytes:
    """Canonical bytes of a document. Versions 1.0 and 1.1 do not differ for whole documents."""
    try:
        return bytes(
            etree.tostring(
                root.getroottree(),
                method="c14n",
                exclusive=form.exclusive,
                with_comments=form.with_comments,
                inclusive_ns_prefixes=list(form.prefixes) or None,
            )
        )
    except (etree.LxmlError, ValueError) as fault:
        raise UnexpectedForm("cannot be canonicalised") from fault


def _embedded_certificates(signature: etree._Element) -> tuple[x509.Certificate, ...]:
    found = []
    for element in list(signature.iter(_tag("X509Certificate")))[:MAX_EMBEDDED]:
        try:
            found.append(x509.load_der_x509_certificate(_decode(element)))
        except (UnexpectedForm, ValueError):
            continue
    return tuple(found)
