"""Certificates of nobody: what stand-ins sign with, made anew at each start."""

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
    """A key with a certificate that an authority of its own has issued."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """The certificate, to be pinned."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, element: etree._Element) -> bytes:
        """The document with a signature over all of it."""
        return bytes(etree.tostring(XMLSigner().sign(element, key=self.key, cert=self.pem)))


def new_signer(name: str, *, days_ago: int = 1, days: int = 30) -> CertifiedKey:
    """A signer whose certificate is good from so many days ago for so many days."""
    authority, key = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)
    )
    began = datetime.now(UTC) - timedelta(days_ago)
    made = x509.CertificateBuilder().subject_name(_named(name))
    made = made.issuer_name(_named("An authority of no standing")).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(began)
    made = made.not_valid_after(began + timedelta(days))
    return CertifiedKey(key, made.sign(authority, hashes.SHA256()))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
