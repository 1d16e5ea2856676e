"""Which sources this site has: all of a source's settings are there, or it is not."""

from pathlib import Path

from cryptography import x509
from django.conf import settings

from onboarding.sources.base import DocumentSource, Unreachable
from onboarding.sources.digilocker import DigiLocker
from onboarding.sources.signed_xml import certificates


def digilocker() -> DocumentSource | None:
    """DigiLocker, or None when this site has no key to it."""
    known = (
        settings.DIGILOCKER_URL, settings.DIGILOCKER_CLIENT_ID,
        settings.DIGILOCKER_CLIENT_SECRET, settings.DIGILOCKER_SIGNERS,
    )  # fmt: skip
    return DigiLocker(*known[:3]) if all(known) else None


def signers() -> list[x509.Certificate]:
    """Whose signatures count. A file that cannot be read now may be there in a minute."""
    try:
        return certificates(Path(settings.DIGILOCKER_SIGNERS))
    except (OSError, ValueError) as fault:
        raise Unreachable("the signers' certificates cannot be read") from fault
