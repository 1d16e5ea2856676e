"""The key that seals papers, loaded once a process. Imported only where a paper is sealed."""

from functools import lru_cache

from asn1crypto import pem, x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pyhanko.sign import signers
from pyhanko.sign.general import get_pyca_cryptography_hash
from pyhanko_certvalidator.registry import SimpleCertificateStore

#: Bytes of a signature beside its certificate; a signature with a key of 8,192 bits has 1,024.
ROOM = 3072

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


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
