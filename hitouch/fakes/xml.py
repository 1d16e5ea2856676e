"""Writes XML, plainly and in canonical form, and signs it in the forms that issuers use.

It shares nothing with the code that verifies: elements are written as text, and the canonical
text (XML-C14N: sorted attributes, no self-closing tags) is written next to the one that is sent.
Only what the documents of the fakes need: no prefixed attributes, no comments.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

DSIG = "http://www.w3.org/2000/09/xmldsig#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA1 = f"{DSIG}rsa-sha1"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
HASHES: dict[str, hashes.HashAlgorithm] = {
    RSA_SHA1: hashes.SHA1(),  # noqa: S303 - the issuers' true form
    RSA_SHA256: hashes.SHA256(),
}
IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
IN_ATTRIBUTE = str.maketrans({
    "&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;",
})  # fmt: skip


@dataclass
class Element:
    """An element of a document: attributes, then elements or text."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def find(self, name: str) -> "Element":
        """The first element below with this name."""
        return next(each for each in self.descendants() if each.name == name)

    def descendants(self) -> Iterator["Element"]:
        """All elements below."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.descendants()

    def write(self, *, canonical: bool = False) -> str:
        """As text. Canonical text has sorted attributes and an end tag for each element."""
        # The default namespace is written first, as in canonical form.
        names = sorted(self.attributes, key=lambda name: (name != "xmlns", name))
        pairs = [
            (name, self.attributes[name]) for name in (names if canonical else self.attributes)
        ]
        attributes = "".join(f' {name}="{value.translate(IN_ATTRIBUTE)}"' for name, value in pairs)
        if not self.children and not canonical:
            return f"<{self.name}{attributes}/>"
        content = "".join(
            child.translate(IN_TEXT) if isinstance(child, str) else child.write(canonical=canonical)
            for child in self.children
        )
        return f"<{self.name}{attributes}>{content}</{self.name}>"


@dataclass(frozen=True)
class SignatureForm:
    """How an issuer signs. The digest is always SHA-256 over the canonical document."""

    canonicalization: str = INCLUSIVE
    method: str = RSA_SHA1
    declaration: str = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    #: Line breaks within the signature's own values, as Java writes them.
    wrapped: bool = False


#: As in files of UIDAI and in PAN records; and as in DigiLocker's e-Aadhaar.
UIDAI = SignatureForm(declaration='<?xml version="1.0" encoding="UTF-8"?>', wrapped=True)
DIGILOCKER = SignatureForm(canonicalization=EXCLUSIVE)


class XmlSigner(Protocol):
    """A key with its certificate."""

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """The private key."""

    @property
    def subject(self) -> str:
        """The name of the certificate's subject."""

    @property
    def certificate_base64(self) -> str:
        """The certificate as in `X509Certificate`."""


def sign(root: Element, signer: XmlSigner, form: SignatureForm) -> bytes:
    """The document with an enveloped signature at its end."""
    digest = hashlib.sha256(root.write(canonical=True).encode()).digest()
    info = _signed_info(base64.b64encode(digest).decode(), form)
    # Alone, `SignedInfo` carries the namespace that it has from `Signature` in the document.
    apart = Element(info.name, {"xmlns": DSIG}, info.children).write(canonical=True)
    value = signer.key.sign(apart.encode(), padding.PKCS1v15(), HASHES[form.method])
    signature = Element("Signature", {"xmlns": DSIG}, [
        info,
        Element("SignatureValue", {}, [_lines(value, form)]),
        Element("KeyInfo", {}, [
            Element("X509Data", {}, [
                Element("X509SubjectName", {}, [signer.subject]),
                Element("X509Certificate", {}, [signer.certificate_base64]),
            ]),
        ]),
    ])  # fmt: skip
    signed = Element(root.name, root.attributes, [*root.children, signature])
    return (form.declaration + signed.write()).encode()


def _signed_info(digest: str, form: SignatureForm) -> Element:
    return Element("SignedInfo", {}, [
        Element("CanonicalizationMethod", {"Algorithm": form.canonicalization}),
        Element("SignatureMethod", {"Algorithm": form.method}),
        Element("Reference", {"URI": ""}, [
            Element("Transforms", {}, [
                Element("Transform", {"Algorithm": f"{DSIG}enveloped-signature"}),
            ]),
            Element("DigestMethod", {"Algorithm": SHA256}),
            Element("DigestValue", {}, [digest]),
        ]),
    ])  # fmt: skip


def _lines(value: bytes, form: SignatureForm) -> str:
    text = base64.b64encode(value).decode()
    if not form.wrapped:
        return text
    return "\r\n".join(text[start : start + 76] for start in range(0, len(text), 76))
