"""Documents signed with xmlsec in the forms that issuers use, and what xmlsec thinks of any.

xmlsec is the oracle: it shares no code with our verification. Text here is written by hand, so that
white space, prefixes and declarations are as in the form that is tried.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import xmlsec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from lxml import etree

from hitouch.fakes.certificates import CertifiedKey, new_signer
from onboarding.kyc.signed_documents.pins import AADHAAR, OFFLINE_EKYC, PAN, Pin

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
DSIG = "http://www.w3.org/2000/09/xmldsig#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C14N_1_1 = "http://www.w3.org/2006/12/xml-c14n11"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DSIG}enveloped-signature"
SHA1, SHA256 = f"{DSIG}sha1", "http://www.w3.org/2001/04/xmlenc#sha256"
SHA384, SHA512 = f"{MORE}sha384", "http://www.w3.org/2001/04/xmlenc#sha512"
RSA_SHA1, RSA_SHA256 = f"{DSIG}rsa-sha1", f"{MORE}rsa-sha256"
RSA_SHA384, RSA_SHA512 = f"{MORE}rsa-sha384", f"{MORE}rsa-sha512"

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PERSON = (
    '<Poi dob="17-04-1998" gender="F" name="Asha  Rao"/>'
    '<Poa co="D/O R &amp; S Rao" country="India" dist="Bengaluru" pc="560034"/>'
    '<LData lang="07" name="ಆಶಾ ರಾವ್"/><Pht>aGVsbG8=</Pht>'
)
RESPONSE = (
    '<KycRes code="a1" ret="Y" ts="2026-11-23T11:59:00.000+05:30" ttl="2027-11-23T11:59:00">'
    f'<UidData tkn="01" uid="xxxxxxxx4321">{PERSON}</UidData></KycRes>'
)
#: `{}` is where the signature goes.
CERTIFICATE = f"<Certificate><CertificateData>{RESPONSE}</CertificateData>{{}}</Certificate>"
OFFLINE = (
    '<OfflinePaperlessKyc referenceId="432120261123115900123"><UidData>'
    + PERSON.replace(" gender", ' e="" gender')
    + "</UidData>{}</OfflinePaperlessKyc>"
)
RECORD = (
    '<Certificate xmlns="urn:issuer:certificate" name="PAN Verification Record" number="ABCPR1234F"'
    ' status="A" type="PANCR"><IssuedBy><Organization name="Income Tax Department"/></IssuedBy>'
    '<IssuedTo><Person dob="17-04-1998" gender="female" name="ASHA RAO"/></IssuedTo>'
    '<CertificateData><PAN verifiedOn="10-11-2026"/></CertificateData>{}</Certificate>'
)


@cache
def issuer(name: str = "An issuer") -> CertifiedKey:
    """A signer with a certificate of this moment's month."""
    return new_signer(name, days_ago=10)


def pin_of(signer: CertifiedKey, **choices: object) -> Pin:
    """The signer, pinned for the month around `AT`, with RSA-SHA1."""
    period = {
        "issued_from": datetime(2026, 11, 1, tzinfo=UTC),
        "issued_until": datetime(2026, 12, 1, tzinfo=UTC),
        "allow_rsa_sha1": True,
    }
    return Pin.of(signer.certificate, **period | choices)


@dataclass(frozen=True)
class Form:
    """How a signature is written and computed."""

    c14n: str = C14N
    method: str = RSA_SHA1
    digest: str = SHA256
    #: Transforms after the enveloped signature; `|prefixes` adds an InclusiveNamespaces.
    transforms: tuple[str, ...] = ()
    first_transform: str = ENVELOPED
    uri: str = ' URI=""'
    prefix: str = ""
    #: Whether the signature declares its namespace, or relies on its ancestors'.
    declares: bool = True
    key_info: str = "x509"
    #: Between the elements of the signature.
    space: str = ""
    line: str = "\n"

    def template(self, signer: CertifiedKey) -> str:
        """The signature, with empty values."""
        p = f"{self.prefix}:" if self.prefix else ""
        declaration = f' xmlns{":" if self.prefix else ""}{self.prefix}="{DSIG}"'
        transforms = "".join(
            _transform(p, name) for name in (self.first_transform, *self.transforms) if name
        )
        parts = [
            f"<{p}Signature{declaration if self.declares else ''}>",
            f"<{p}SignedInfo>",
            _with_prefixes(f"{p}CanonicalizationMethod", self.c14n),
            f'<{p}SignatureMethod Algorithm="{self.method}"/>',
            f"<{p}Reference{self.uri}>",
            f"<{p}Transforms>{transforms}</{p}Transforms>",
            f'<{p}DigestMethod Algorithm="{self.digest}"/>',
            f"<{p}DigestValue></{p}DigestValue>",
            f"</{p}Reference>",
            f"</{p}SignedInfo>",
            f"<{p}SignatureValue></{p}SignatureValue>",
            _key_info(p, signer, self.key_info),
            f"</{p}Signature>",
        ]
        return self.space.join(parts)


def _transform(prefix: str, name: str) -> str:
    return _with_prefixes(f"{prefix}Transform", name)


def _with_prefixes(element: str, name: str) -> str:
    algorithm, _, prefixes = name.partition("|")
    if not prefixes:
        return f'<{element} Algorithm="{algorithm}"/>'
    inner = f'<ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" PrefixList="{prefixes}"/>'
    return f'<{element} Algorithm="{algorithm}">{inner}</{element}>'


def _key_info(p: str, signer: CertifiedKey, kind: str) -> str:
    if not kind:
        return ""
    certificates = [signer.certificate_base64]
    if kind == "chain":
        certificates.append(issuer("An authority").certificate_base64)
    inner = "".join(
        f"<{p}X509SubjectName>CN=An issuer</{p}X509SubjectName>"
        f"<{p}X509Certificate>{each}</{p}X509Certificate>"
        for each in certificates
    )
    content = f"<{p}X509Data>{inner}</{p}X509Data>"
    if kind == "key":
        numbers = signer.key.public_key().public_numbers()
        modulus = base64.b64encode(numbers.n.to_bytes(256, "big")).decode()
        content = (
            f"<{p}KeyValue><{p}RSAKeyValue><{p}Modulus>{modulus}</{p}Modulus>"
            f"<{p}Exponent>AQAB</{p}Exponent></{p}RSAKeyValue></{p}KeyValue>"
        )
    return f"<{p}KeyInfo>{content}</{p}KeyInfo>"


def sign(
    document: str, signer: CertifiedKey, form: Form | None = None, encoding: str = "utf-8"
) -> bytes:
    """The document with its signature where `{}` is, computed by xmlsec.

    Only the two values are filled in; the rest of the text stays as it was written.
    """
    form = form or Form()
    text = document.replace("{}", form.template(signer))
    element = etree.fromstring(text.encode(encoding)).find(f".//{{{DSIG}}}Signature")
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(_pem(signer), xmlsec.KeyFormat.PEM)
    context.sign(element)
    for digest in element.iter(f"{{{DSIG}}}DigestValue"):
        # As xmlsec has written it, because white space in it is signed.
        text = _filled(text, "DigestValue", digest.text or "", form)
    value = "".join((element.findtext(f"{{{DSIG}}}SignatureValue") or "").split())
    lines = form.line.join(value[start : start + 76] for start in range(0, len(value), 76))
    return _filled(text, "SignatureValue", lines, form).encode(encoding)


def _filled(text: str, name: str, value: str, form: Form) -> str:
    """The text with a value in the first empty element of this name."""
    tag = f"{form.prefix}:{name}" if form.prefix else name
    return text.replace(f"<{tag}></{tag}>", f"<{tag}>{value}</{tag}>", 1)


@cache
def _pem(signer: CertifiedKey) -> bytes:
    return signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def xmlsec_accepts(data: bytes, signer: CertifiedKey) -> bool:
    """Whether xmlsec verifies the document's only signature with this key, over all of it."""
    try:
        root = etree.fromstring(data)
        (element,) = root.iter(f"{{{DSIG}}}Signature")
        public = signer.key.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(public, xmlsec.KeyFormat.PEM)
        context.verify(element)
    except (etree.LxmlError, xmlsec.Error, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Variant:
    """A valid document, and for what it is a document."""

    purpose: str
    made: Callable[[CertifiedKey], bytes] = field(repr=False)


def _variant(
    form: Form, document: str = CERTIFICATE, purpose: str = AADHAAR, encoding: str = "utf-8"
) -> Variant:
    return Variant(purpose, lambda signer: sign(document, signer, form, encoding))


def variants() -> dict[str, Variant]:
    """Forms in which an issuer may sign, each of them valid by the standard."""
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    spaced = CERTIFICATE.replace("><", ">\n  <")
    commented = CERTIFICATE.replace("<Poa", "<!-- address --><Poa")
    root = "<Certificate>"
    latin = DECLARATION.replace("UTF-8", "ISO-8859-1") + CERTIFICATE.replace("ಆಶಾ ರಾವ್", "Äsha")
    return {
        "DigiLocker's e-Aadhaar": _variant(Form(EXCLUSIVE), DECLARATION + CERTIFICATE),
        "inclusive": _variant(Form()),
        "inclusive, RSA-SHA256": _variant(Form(method=RSA_SHA256)),
        "exclusive, RSA-SHA256": _variant(Form(EXCLUSIVE, RSA_SHA256)),
        "RSA-SHA384": _variant(Form(method=RSA_SHA384, digest=SHA384)),
        "RSA-SHA512": _variant(Form(method=RSA_SHA512, digest=SHA512)),
        "RSA-SHA1 over SHA-512": _variant(Form(digest=SHA512)),
        "inclusive, prefixed": _variant(Form(prefix="ds")),
        "exclusive, prefixed": _variant(Form(EXCLUSIVE, prefix="ds")),
        "prefix declared at the root": _variant(
            Form(prefix="ds", declares=False),
            CERTIFICATE.replace(root, f'<Certificate xmlns:ds="{DSIG}">'),
        ),
        "prefix declared at the root, not used": _variant(
            Form(), CERTIFICATE.replace(root, f'<Certificate xmlns:ds="{DSIG}">')
        ),
        "other namespaces at the root": _variant(
            Form(),
            CERTIFICATE.replace(
                root, f'<Certificate {xsi} xsi:noNamespaceSchemaLocation="a.xsd">'
            ),
        ),
        "other namespaces at the root, exclusive": _variant(
            Form(EXCLUSIVE, transforms=(EXCLUSIVE,)),
            CERTIFICATE.replace(root, f'<Certificate {xsi} xmlns:a="urn:a">'),
        ),
        "inclusive transform": _variant(Form(transforms=(C14N,))),
        "exclusive transform": _variant(Form(EXCLUSIVE, transforms=(EXCLUSIVE,))),
        "inclusive and exclusive": _variant(Form(transforms=(EXCLUSIVE,))),
        "inclusive prefixes": _variant(
            Form(f"{EXCLUSIVE}|xsi #default", transforms=(f"{EXCLUSIVE}|xsi",)),
            CERTIFICATE.replace(root, f"<Certificate {xsi}>"),
        ),
        "canonical XML 1.1": _variant(Form(C14N_1_1, transforms=(C14N_1_1,))),
        "with comments": _variant(
            Form(f"{C14N}#WithComments", transforms=(f"{C14N}#WithComments",)), commented
        ),
        "exclusive with comments": _variant(
            Form(f"{EXCLUSIVE}WithComments", transforms=(f"{EXCLUSIVE}WithComments",)), commented
        ),
        "a comment in the signature, kept": _variant(
            Form(f"{C14N}#WithComments", space="<!-- signed -->")
        ),
        "a comment in the signature, left out": _variant(Form(space="<!-- not signed -->")),
        "without a key": _variant(Form(key_info="")),
        "with a chain": _variant(Form(key_info="chain")),
        "with a bare key": _variant(Form(key_info="key")),
        "carriage returns": _variant(Form(line="&#13;\n", space="\r\n")),
        "indented": _variant(Form(space="\n    "), spaced),
        "an instruction before it": _variant(Form(), "<?issuer a?>" + CERTIFICATE),
        "a language at the root": _variant(
            Form(), CERTIFICATE.replace(root, '<Certificate xml:lang="en" xml:space="preserve">')
        ),
        "a byte order mark": _variant(Form(), "\ufeff" + DECLARATION + CERTIFICATE),
        "ISO-8859-1": _variant(Form(), latin, encoding="iso-8859-1"),
        "CDATA and references": _variant(
            Form(),
            CERTIFICATE.replace("aGVsbG8=", "<![CDATA[aGVs]]>&#98;G8=").replace(
                '"F"', "'&#70;'"
            ),
        ),
        "signed at its beginning": _variant(
            Form(), CERTIFICATE.replace("{}", "").replace(root, "<Certificate>\n{}\n")
        ),
        "UIDAI's answer alone": _variant(Form(), RESPONSE.replace("</KycRes>", "{}</KycRes>")),
        "UIDAI's answer in its namespace": _variant(
            Form(), RESPONSE.replace("</KycRes>", "{}</KycRes>").replace(
                "<KycRes", '<KycRes xmlns="http://www.uidai.gov.in/kyc/uid-kyc-response/1.0"'
            ),
        ),
        "offline e-KYC": _variant(Form(line="&#13;\n"), DECLARATION + OFFLINE, OFFLINE_EKYC),
        "offline e-KYC, exclusive": _variant(Form(EXCLUSIVE, RSA_SHA256), OFFLINE, OFFLINE_EKYC),
        "PAN record": _variant(Form(), DECLARATION + RECORD, PAN),
        "PAN record, prefixed": _variant(Form(method=RSA_SHA256, prefix="ds"), RECORD, PAN),
        "PAN record, exclusive": _variant(
            Form(EXCLUSIVE, transforms=(EXCLUSIVE,)), RECORD + "\n", PAN
        ),
    }  # fmt: skip
