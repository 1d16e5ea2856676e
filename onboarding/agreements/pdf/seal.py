"""Seal a PDF (PAdES certification signature, no changes allowed) and validate a seal.

Imported lazily by its users: pyHanko adds most of a second to the start of a process.
"""

from datetime import datetime
from functools import lru_cache
from io import BytesIO

from asn1crypto import pem, x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import get_pyca_cryptography_hash
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Seal"
#: Bytes reserved for a signature besides its certificate; an 8,192-bit RSA signature has 1,024.
SIGNATURE_BYTES = 3072
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def seal_pdf(pdf: bytes, *, key: str, certificate: str) -> bytes:
    """Seal a PDF. Key and certificate are PEM."""
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason="Sealed, so that any change shows",
        name="HitouchCX",
    )
    signer = Signer(key, certificate)
    output = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)),
        metadata,
        signer=signer,
        new_field_spec=fields.SigFieldSpec(FIELD),
        bytes_reserved=signer.reserved_bytes,
    )
    return bytes(output.getvalue())


def is_intact(pdf: bytes, *, certificate: str, at: datetime) -> bool:
    """Whether this certificate alone sealed the entire file, with nothing added afterwards.

    The certificate has to be valid at `at`; it may have expired since.
    """
    expected = certificate_of(certificate)
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1 or signatures[0].signer_cert.dump() != expected.dump():
            return False
        context = ValidationContext(trust_roots=[expected], moment=at, allow_fetching=False)
        status = validate_pdf_signature(signatures[0], signer_validation_context=context)
    except Exception:  # any error while parsing a broken file means: not intact
        return False
    covers_all = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return bool(covers_all and status.bottom_line)


def certificate_of(certificate: str) -> x509.Certificate:
    """The first certificate of a PEM."""
    for name, _, der in pem.unarmor(certificate.encode(), multiple=True):
        if name == "CERTIFICATE":
            return x509.Certificate.load(der)
    raise ValueError("no certificate in this PEM")


@lru_cache(maxsize=2)
def _load_key(key: str) -> Key:
    """Cached per process: checking an RSA key takes a tenth of a second."""
    private = load_pem_private_key(key.encode(), None)
    if not isinstance(private, Key):
        raise TypeError("a seal needs an RSA, EC or Ed25519 key")
    return private


class Signer(signers.Signer):
    """Signs with a cached key; pyHanko's own signer loads the key for each signature."""

    def __init__(self, key: str, certificate: str) -> None:
        self.key, own = _load_key(key), certificate_of(certificate)
        super().__init__(signing_cert=own, cert_registry=SimpleCertificateStore.from_certs([own]))

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Sign the bytes (pyHanko's hook)."""
        digest = get_pyca_cryptography_hash(digest_algorithm)
        match self.key:
            case rsa.RSAPrivateKey():
                return self.key.sign(data, padding.PKCS1v15(), digest)
            case ec.EllipticCurvePrivateKey():
                return self.key.sign(data, ec.ECDSA(digest))
        return self.key.sign(data)

    @property
    def reserved_bytes(self) -> int:
        """Hexadecimal digits reserved for the signature, which saves a trial signature."""
        return 2 * (SIGNATURE_BYTES + len(self.signing_cert.dump()))
