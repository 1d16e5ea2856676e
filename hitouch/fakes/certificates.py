"""Keys and certificates the fakes sign with, created at each start."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import XMLSigner


@dataclass(frozen=True)
class CertifiedKey:
    """A key and a certificate issued by a throw-away authority."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """The certificate as PEM, for the site to trust."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, element: etree._Element) -> bytes:
        """The document with an enveloped signature over all of it."""
        return bytes(etree.tostring(XMLSigner().sign(element, key=self.key, cert=self.pem)))


def new_signer(name: str, *, days_ago: int = 1, days: int = 30) -> CertifiedKey:
    """A signer whose certificate became valid so many days ago, for so many days."""
    authority, key = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)
    )
    began = datetime.now(UTC) - timedelta(days_ago)
    builder = x509.CertificateBuilder().subject_name(_x509_name(name))
    builder = builder.issuer_name(_x509_name("An authority of no standing")).public_key(
        key.public_key()
    )
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(began)
    builder = builder.not_valid_after(began + timedelta(days))
    return CertifiedKey(key, builder.sign(authority, hashes.SHA256()))


def _x509_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
