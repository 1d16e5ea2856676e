"""A paperless offline e-KYC: the agent brings UIDAI's signed file, and we ask nobody.

Neither the file nor its share code is kept; what stays is what any signed Aadhaar leaves.
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
from onboarding.kyc.issued import keep_aadhaar
from onboarding.kyc.offline_ekyc import xml
from onboarding.kyc.signed_documents import xmldsig
from onboarding.models import KycDocument
from onboarding.steps import gates

#: UIDAI sets no end. The younger a file, the less likely it comes from somebody else's mailbox.
FILE_LASTS = timedelta(days=3)
#: Their clock may be ahead of ours.
AHEAD = timedelta(minutes=10)
#: Share codes are short: nobody tries them all here.
TRIES = RateLimit("offline-e-kyc", tries=10, seconds=3600)


class OfflineEkycDisabled(Refusal):
    """No certificate of UIDAI is known here."""

    code = "offline_off"
    message = "Offline e-KYC is not available right now. Upload photos of your Aadhaar instead."


class BadOfflineFile(Refusal):
    """Not a file of the kind; the sentence says what to send."""

    code = "bad_offline_file"
    status = 422
    field = "file"
    message = "We couldn't open this ZIP file. Download it again from UIDAI."


class WrongShareCode(Refusal):
    """It stays locked."""

    code = "wrong_share_code"
    status = 422
    field = "share_code"
    message = "Wrong share code. Enter the one you set when you downloaded the file."


class NotFromUidai(Refusal):
    """What is inside does not verify."""

    code = "not_from_uidai"
    status = 422
    field = "file"
    message = (
        "We could not verify UIDAI's signature on this file. Download it again and upload it "
        "unchanged, or upload photos of your Aadhaar."
    )


class OfflineFileOld(Refusal):
    """Made too long ago."""

    code = "offline_file_old"
    status = 422
    field = "file"
    message = "This file is more than 3 days old. Download a new one from UIDAI."


def offline_is_on() -> bool:
    """Whether UIDAI's signatures can be verified here."""
    return bool(xmldsig.load_pinned_certificates(settings.HITOUCH_UIDAI_CERTIFICATES))


def import_offline_ekyc(
    *, agent: Agent, upload: storage.Upload, share_code: str, by: User, at: datetime
) -> KycDocument:
    """Open UIDAI's file, verify it, and keep the Aadhaar in it in place of two pictures."""
    gates.require(agent, step="kyc")
    identifiers.refuse_full_aadhaar({"share_code": share_code})
    TRIES.spend(str(agent.pk), at=at)
    paper = read_offline_ekyc(upload=upload, share_code=share_code, at=at)
    return keep_aadhaar(
        agent=agent,
        aadhaar=paper.aadhaar,
        source=KycDocument.Source.OFFLINE_XML,
        by=by,
        at=at,
        phone_fits=paper.names_phone((agent.user.phone or "")[-10:], share_code),
    )


def read_offline_ekyc(*, upload: storage.Upload, share_code: str, at: datetime) -> xml.OfflinePaper:
    """What UIDAI's file says, opened and verified; nothing is kept."""
    pinned = xmldsig.load_pinned_certificates(settings.HITOUCH_UIDAI_CERTIFICATES)
    if not pinned:
        raise OfflineEkycDisabled
    paper = _verified(_opened(storage.checked_content(upload), share_code), pinned, at)
    if not at - FILE_LASTS <= paper.made_at <= at + AHEAD:
        raise OfflineFileOld
    return paper


def _opened(data: bytes, share_code: str) -> bytes:
    try:
        facts, inside = sandbox.run(
            "onboarding.kyc.offline_ekyc.archive:open_archive", data, code=share_code
        )
    except limits.JobRefused as refused:
        raise BadOfflineFile(str(refused)) from refused
    except limits.LimitExceeded as fault:
        raise BadOfflineFile from fault
    if not facts["opens"]:
        raise WrongShareCode
    return inside


def _verified(inside: bytes, pinned: list[x509.Certificate], at: datetime) -> xml.OfflinePaper:
    try:
        return xml.parse_offline_ekyc(xmldsig.verified_content(inside, pinned=pinned, at=at))
    except xmldsig.SignatureInvalid as fault:
        raise NotFromUidai from fault
