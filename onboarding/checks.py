"""System checks of the settings for the PDF seal and for the issuers' certificates."""

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core import checks

from onboarding.kyc.signed_documents.pins import load_pins

PUBLIC = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def seal_configuration_error() -> str:
    """What is wrong with the configured seal key and certificate, or ""."""
    try:
        key = load_pem_private_key(settings.HITOUCH_SEAL_KEY.encode(), None)
        certificate = x509.load_pem_x509_certificate(settings.HITOUCH_SEAL_CERT.encode())
    except (ValueError, TypeError):
        return "HITOUCH_SEAL_KEY and HITOUCH_SEAL_CERT: write a private key and a certificate, PEM."
    if key.public_key().public_bytes(*PUBLIC) != certificate.public_key().public_bytes(*PUBLIC):
        return "HITOUCH_SEAL_CERT is not the certificate of HITOUCH_SEAL_KEY."
    return ""


@checks.register()
def check_seal(**kwargs: Any) -> list[checks.CheckMessage]:
    """A missing seal is a warning, an invalid one an error."""
    if not (settings.HITOUCH_SEAL_KEY or settings.HITOUCH_SEAL_CERT):
        says = "HITOUCH_SEAL_KEY and HITOUCH_SEAL_CERT are empty: signed agreements get no paper."
        return [checks.Warning(says, id="hitouch.W002")]
    fault = seal_configuration_error()
    return [checks.Error(fault, id="hitouch.E002")] if fault else []


@checks.register()
def check_signers(**kwargs: Any) -> list[checks.CheckMessage]:
    """A pin that cannot be used is an error: documents of that issuer would be refused."""
    if settings.HITOUCH_OUTSIDE_URL:
        return []
    found: list[checks.CheckMessage] = []
    for name in ("HITOUCH_UIDAI_CERTIFICATES", "DIGILOCKER_SIGNERS"):
        signers = load_pins(getattr(settings, name))
        found += [checks.Error(f"{name}: {fault}.", id="hitouch.E003") for fault in signers.faults]
    return found
