"""Our seal on a PDF (PAdES, a certification that allows no change), and the check of one.

Loaded only where a paper is sealed or checked: pyHanko costs every process most of a second.
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
#: Bytes of a signature beside its certificate; a signature with a key of 8,192 bits has 1,024.
ROOM = 3072
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def seal_pdf(pdf: bytes, *, key: str, certificate: str) -> bytes:
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
    signer = Signer(key, certificate)
    out = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)),
        about,
        signer=signer,
        new_field_spec=fields.SigFieldSpec(FIELD),
        bytes_reserved=signer.room,
    )
    return bytes(out.getvalue())


def is_intact(pdf: bytes, *, certificate: str, at: datetime) -> bool:
    """Whether exactly this certificate sealed all of the file, and nothing was added after it.

    The certificate has to have been good at that moment; it may have run out since.
    """
    ours = certificate_of(certificate)
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


def certificate_of(certificate: str) -> x509.Certificate:
    """The first certificate of a PEM."""
    for name, _, der in pem.unarmor(certificate.encode(), multiple=True):
        if name == "CERTIFICATE":
            return x509.Certificate.load(der)
    raise ValueError("no certificate in this PEM")


@lru_cache(maxsize=2)
def _loaded(key: str) -> Key:
    """Loaded once a process: an RSA key is proved to be one, which takes a tenth of a second."""
    private = load_pem_private_key(key.encode(), None)
    if not isinstance(private, Key):
        raise TypeError("a seal needs an RSA, EC or Ed25519 key")
    return private


class Signer(signers.Signer):
    """Signs with a key that is loaded already; pyHanko's own loads it for each signature."""

    def __init__(self, key: str, certificate: str) -> None:
        self.key, ours = _loaded(key), certificate_of(certificate)
        super().__init__(signing_cert=ours, cert_registry=SimpleCertificateStore.from_certs([ours]))

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """The signature itself."""
        digest = get_pyca_cryptography_hash(digest_algorithm)
        match self.key:
            case rsa.RSAPrivateKey():
                return self.key.sign(data, padding.PKCS1v15(), digest)
            case ec.EllipticCurvePrivateKey():
                return self.key.sign(data, ec.ECDSA(digest))
        return self.key.sign(data)

    @property
    def room(self) -> int:
        """Hexadecimal digits to keep for it, so that no trial signature has to say how many."""
        return 2 * (ROOM + len(self.signing_cert.dump()))
