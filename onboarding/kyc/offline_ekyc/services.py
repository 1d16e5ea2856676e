"""Import of an Aadhaar offline e-KYC: the agent uploads a file that UIDAI signed.

Neither the file nor its share code is stored, only the fields of the signed Aadhaar.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Agent, User
from hitouch.core import sandbox
from hitouch.core.db.connections import release_connection
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.rate_limits import RateLimit
from hitouch.core.sandbox import limits
from onboarding import identifiers
from onboarding.kyc.issued import save_aadhaar
from onboarding.kyc.offline_ekyc import xml
from onboarding.kyc.signed_documents import errors
from onboarding.kyc.signed_documents.pins import OFFLINE_EKYC, Pin, load_pins
from onboarding.kyc.signed_documents.verification import verified_content
from onboarding.models import KycDocument
from onboarding.steps import gates

log = logging.getLogger(__name__)
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
    """The content or UIDAI's signature was changed."""

    code = "not_from_uidai"
    status = 422
    field = "file"
    message = (
        "UIDAI's signature does not match this file, so it was changed after UIDAI signed it. "
        "Download it again and upload it unchanged, or upload photos of your Aadhaar."
    )


class UnexpectedOfflineForm(Refusal):
    """There is no signature, or one in another form than UIDAI's."""

    code = "offline_form_unexpected"
    status = 422
    field = "file"
    message = (
        "This file isn't signed the way UIDAI signs its files. Download it again from UIDAI, "
        "or upload photos of your Aadhaar."
    )


class UidaiSignerUnknown(Refusal):
    """Signed with a certificate that is not pinned."""

    code = "uidai_signer_unknown"
    status = 422
    field = "file"
    message = (
        "This file is signed with a certificate we don't know. If you downloaded it from UIDAI "
        "yourself, please upload photos of your Aadhaar for now."
    )


class UidaiSignerOutOfPeriod(Refusal):
    """Signed with a pinned certificate, outside its period of issue."""

    code = "uidai_signer_out_of_period"
    status = 422
    field = "file"
    message = (
        "UIDAI's certificate on this file was not in use on the file's date. Download a new file "
        "from UIDAI, or upload photos of your Aadhaar."
    )


class NotOfflineEkyc(Refusal):
    """Another kind of document, signed by a pinned signer."""

    code = "not_offline_ekyc"
    status = 422
    field = "file"
    message = "This isn't an Aadhaar offline e-KYC file. Download it from UIDAI and upload the ZIP."


class OfflineNumberNotMasked(Refusal):
    """The file contains a full Aadhaar number."""

    code = "full_aadhaar_number"
    status = 422
    field = "file"
    message = (
        "This file contains a full Aadhaar number, which we must not keep. Upload photos of your "
        "Aadhaar instead."
    )


#: What the person is told. The first that fits.
REFUSALS: dict[type[errors.DocumentRefused], type[Refusal]] = {
    errors.SignatureInvalid: NotFromUidai,
    errors.UnexpectedForm: UnexpectedOfflineForm,
    errors.UnknownSigner: UidaiSignerUnknown,
    errors.SignerOutOfPeriod: UidaiSignerOutOfPeriod,
    errors.WrongDocument: NotOfflineEkyc,
    errors.NumberNotMasked: OfflineNumberNotMasked,
}


class OfflineFileOld(Refusal):
    """The file is older than `MAX_AGE`, or from the future."""

    code = "offline_file_old"
    status = 422
    field = "file"
    message = "This file is more than 3 days old. Download a new one from UIDAI."


def is_offline_ekyc_available() -> bool:
    """Whether a certificate of UIDAI is configured."""
    return bool(load_pins(settings.HITOUCH_UIDAI_CERTIFICATES).pins)


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
    pins = load_pins(settings.HITOUCH_UIDAI_CERTIFICATES).pins
    if not pins:
        raise OfflineEkycDisabled
    ekyc = _verify(_open_archive(storage.checked_content(upload), share_code), pins, at)
    if not at - MAX_AGE <= ekyc.made_at <= at + CLOCK_SKEW:
        raise OfflineFileOld
    return ekyc


def _open_archive(data: bytes, share_code: str) -> bytes:
    release_connection()
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


def _verify(content: bytes, pins: Sequence[Pin], at: datetime) -> xml.OfflineEkyc:
    try:
        signed = verified_content(
            content, pins=pins, purpose=OFFLINE_EKYC, issued=xml.issue_times, at=at
        )
        return xml.parse_offline_ekyc(signed)
    except errors.DocumentRefused as fault:
        refusal = REFUSALS[type(fault)]
        log.warning("offline_ekyc.refused", extra={"code": refusal.code, "why": str(fault)})
        raise refusal from fault
