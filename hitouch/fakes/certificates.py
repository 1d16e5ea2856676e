"""Keys and certificates the fakes sign with, created at each start."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from hitouch.fakes import xml
from hitouch.fakes.documents import INDIA


@dataclass(frozen=True)
class CertifiedKey:
    """A key and a certificate issued by a throw-away authority."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """The certificate as PEM, for the site to trust."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def subject(self) -> str:
        """The name of the certificate's subject."""
        return self.certificate.subject.rfc4514_string()

    @property
    def certificate_base64(self) -> str:
        """The certificate as in an XML signature."""
        return base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()

    def sign(self, element: xml.Element, form: xml.SignatureForm = xml.UIDAI) -> bytes:
        """The document with an enveloped signature over all of it."""
        return xml.sign(element, self, form)

    def pin(self, folder: Path, name: str) -> Path:
        """Write the certificate for the site to trust, with its period and method beside it."""
        days = (self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc)
        since, until = (f"{day.astimezone(INDIA):%Y-%m-%d}" for day in days)
        folder.mkdir(parents=True, exist_ok=True)
        choices = f"issued_from: {since}\nissued_until: {until}\nallow_rsa_sha1: true\n"
        # The choices first: a certificate without them would be judged by the usual rules.
        for file, text in (
            (f"{name}.yaml", f"{choices}reason: A fake, which signs as its original does.\n"),
            (f"{name}.pem", self.pem),
        ):
            temporary = folder / f"{file}.new"
            temporary.write_text(text)
            temporary.replace(folder / file)
        return folder / f"{name}.pem"


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
