"""Our seal on a PDF (PAdES, a certification that allows no change), and the check of one.

Loaded only where a paper is sealed or checked: pyHanko costs every process most of a second.
"""

from datetime import datetime
from io import BytesIO

from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Seal"


def _certificate(certificate: str) -> x509.Certificate:
    for name, _, der in pem.unarmor(certificate.encode(), multiple=True):
        if name == "CERTIFICATE":
            return x509.Certificate.load(der)
    raise ValueError("no certificate in this PEM")


def _signer(key: str, certificate: str) -> signers.SimpleSigner:
    private = load_pem_private_key(key.encode(), None)
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    ours = _certificate(certificate)
    return signers.SimpleSigner(
        signing_cert=ours,
        signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=SimpleCertificateStore.from_certs([ours]),
    )


def sealed(pdf: bytes, *, key: str, certificate: str) -> bytes:
    """The same pages under our seal. Key and certificate are PEM."""
    about = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason="Sealed, so that any change shows",
        name="HitouchCX",
    )
    out = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)),
        about,
        signer=_signer(key, certificate),
        new_field_spec=fields.SigFieldSpec(FIELD),
    )
    return bytes(out.getvalue())


def is_whole(pdf: bytes, *, certificate: str, at: datetime) -> bool:
    """Whether exactly this certificate sealed all of the file, and nothing was added after it.

    The certificate has to have been good at that moment; it may have run out since.
    """
    ours = _certificate(certificate)
    try:
        found = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if len(found) != 1 or found[0].signer_cert.dump() != ours.dump():
            return False
        context = ValidationContext(trust_roots=[ours], moment=at, allow_fetching=False)
        status = validate_pdf_signature(found[0], signer_validation_context=context)
    except Exception:  # whatever a broken file does to its reader: it is not whole
        return False
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return bool(whole and status.bottom_line)
