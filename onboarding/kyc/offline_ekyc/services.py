"""Import of an Aadhaar offline e-KYC: the agent uploads a file that UIDAI signed.

Neither the file nor its share code is stored, only the fields of the signed Aadhaar.
"""

from datetime import datetime, timedelta

from cryptography import x509
from django.conf import settings

from accounts.models import Agent, User
from hitouch.core import sandbox
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.rate_limits import RateLimit
from hitouch.core.sandbox import limits
from onboarding import identifiers
from onboarding.kyc.issued import save_aadhaar
from onboarding.kyc.offline_ekyc import xml
from onboarding.kyc.signed_documents import xmldsig
from onboarding.models import KycDocument
from onboarding.steps import gates

#: UIDAI sets no expiry. A short one makes it less likely that a leaked file is used.
MAX_AGE = timedelta(days=3)
#: UIDAI's clock may be ahead of ours.
CLOCK_SKEW = timedelta(minutes=10)
#: Share codes are short, so guesses are limited.
IMPORTS = RateLimit("offline-e-kyc", tries=10, seconds=3600)


class OfflineEkycDisabled(Refusal):
    """No certificate of UIDAI is configured."""

    code = "offline_off"
    message = "Offline e-KYC is not available right now. Upload photos of your Aadhaar instead."


class InvalidOfflineFile(Refusal):
    """Not an offline e-KYC file. The message says what to upload."""

    code = "bad_offline_file"
    status = 422
    field = "file"
    message = "We couldn't open this ZIP file. Download it again from UIDAI."


class WrongShareCode(Refusal):
    """The share code does not decrypt the file."""

    code = "wrong_share_code"
    status = 422
    field = "share_code"
    message = "Wrong share code. Enter the one you set when you downloaded the file."


class NotFromUidai(Refusal):
    """UIDAI's signature is invalid."""

    code = "not_from_uidai"
    status = 422
    field = "file"
    message = (
        "We could not verify UIDAI's signature on this file. Download it again and upload it "
        "unchanged, or upload photos of your Aadhaar."
    )


class OfflineFileOld(Refusal):
    """The file is older than `MAX_AGE`, or from the future."""

    code = "offline_file_old"
    status = 422
    field = "file"
    message = "This file is more than 3 days old. Download a new one from UIDAI."


def is_offline_ekyc_available() -> bool:
    """Whether a certificate of UIDAI is configured."""
    return bool(xmldsig.load_pinned_certificates(settings.HITOUCH_UIDAI_CERTIFICATES))


def import_offline_ekyc(
    *, agent: Agent, upload: storage.Upload, share_code: str, by: User, at: datetime
) -> KycDocument:
    """Open and verify UIDAI's file, and save its Aadhaar instead of two photos."""
    gates.require(agent, step="kyc")
    identifiers.refuse_full_aadhaar({"share_code": share_code})
    IMPORTS.spend(str(agent.pk), at=at)
    ekyc = read_offline_ekyc(upload=upload, share_code=share_code, at=at)
    return save_aadhaar(
        agent=agent,
        aadhaar=ekyc.aadhaar,
        source=KycDocument.Source.OFFLINE_XML,
        by=by,
        at=at,
        phone_fits=ekyc.matches_phone((agent.user.phone or "")[-10:], share_code),
    )


def read_offline_ekyc(*, upload: storage.Upload, share_code: str, at: datetime) -> xml.OfflineEkyc:
    """The content of UIDAI's file, verified. Nothing is stored."""
    pinned = xmldsig.load_pinned_certificates(settings.HITOUCH_UIDAI_CERTIFICATES)
    if not pinned:
        raise OfflineEkycDisabled
    ekyc = _verify(_open_archive(storage.checked_content(upload), share_code), pinned, at)
    if not at - MAX_AGE <= ekyc.made_at <= at + CLOCK_SKEW:
        raise OfflineFileOld
    return ekyc


def _open_archive(data: bytes, share_code: str) -> bytes:
    try:
        facts, content = sandbox.run(
            "onboarding.kyc.offline_ekyc.archive:open_archive", data, code=share_code
        )
    except limits.JobRefused as refused:
        raise InvalidOfflineFile(str(refused)) from refused
    except limits.LimitExceeded as fault:
        raise InvalidOfflineFile from fault
    if not facts["opens"]:
        raise WrongShareCode
    return content


def _verify(content: bytes, pinned: list[x509.Certificate], at: datetime) -> xml.OfflineEkyc:
    try:
        return xml.parse_offline_ekyc(xmldsig.verified_content(content, pinned=pinned, at=at))
    except xmldsig.SignatureInvalid as fault:
        raise NotFromUidai from fault
