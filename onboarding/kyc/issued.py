"""Saving documents that their issuers signed (DigiLocker, offline e-KYC), instead of photos."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Agent, User
from hitouch.core import sandbox
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from hitouch.core.sandbox import limits
from onboarding.kyc import services
from onboarding.kyc.card_reader import serialize_fields
from onboarding.kyc.checks.services import person_index
from onboarding.kyc.signed_documents.aadhaar import Aadhaar
from onboarding.kyc.signed_documents.pan import Pan
from onboarding.models import KycDocument

Kind = KycDocument.Kind


def save_aadhaar(
    *,
    agent: Agent,
    aadhaar: Aadhaar,
    source: str,
    by: User,
    at: datetime,
    phone_fits: bool | None = None,
) -> KycDocument:
    """Save a verified Aadhaar, replacing photos of both sides.

    `phone_fits` says whether its phone is the agent's, or None if that is unknown. The portrait is
    untrusted input and is decoded in the sandbox, before rows are locked.
    """
    signed_source, portrait = _require_signed(source), _decode_portrait(aadhaar.portrait)
    facts = {"name": aadhaar.name, **_birth_fields(aadhaar), "pin": aadhaar.pin}
    with transaction.atomic():
        held, case = services.lock_open_case(agent)
        document = KycDocument(
            case=case,
            kind=Kind.AADHAAR_FRONT,
            source=signed_source,
            last_four=aadhaar.last_four,
            person_index=person_index(held, aadhaar.last_four),
            extracted=serialize_fields(facts | _phone_fields(signed_source, phone_fits)),
            file=_store_portrait(portrait),
        )
        services.retire_documents(
            case.documents.current().filter(kind=Kind.AADHAAR_BACK), by=by, at=at
        )
        services.replace_document(document, by=by, at=at)
    return document


@transaction.atomic
def save_pan(*, agent: Agent, pan: Pan, source: str, by: User, at: datetime) -> KycDocument:
    """Save a verified PAN record, replacing a photo of the card. Raises `PanInUse`."""
    held, case = services.lock_open_case(agent)
    number = services.parse_pan(held, pan.number)
    facts = {"name": pan.name, **_birth_fields(pan), "is_in_force": pan.is_active}
    document = KycDocument(
        case=case,
        kind=Kind.PAN,
        source=_require_signed(source),
        extracted=serialize_fields(facts),
        **number.as_fields(),
    )
    services.replace_document(document, by=by, at=at)
    return document


def _birth_fields(document: Aadhaar | Pan) -> dict[str, Any]:
    """The birth date; without one, what else the document says about it."""
    if document.birth_on:
        return {"birth_on": document.birth_on.isoformat()}
    return {
        "birth_on": None, "birth_year": document.birth_year, "birth_text": document.birth_text
    }  # fmt: skip


def _require_signed(source: str) -> KycDocument.Source:
    if source not in KycDocument.SIGNED:
        raise ValueError(f"{source!r} signs nothing")
    return KycDocument.Source(source)


def _phone_fields(source: str, fits: bool | None) -> dict[str, Any]:
    return {"phone_fits": fits} if source == KycDocument.Source.OFFLINE_XML else {}


def _decode_portrait(portrait: bytes) -> bytes:
    """Re-encode the portrait. An invalid one counts as missing, so a reviewer has to look."""
    if not portrait:
        return b""
    job = "onboarding.kyc.signed_documents.portraits:decode_portrait"
    try:
        return sandbox.run(job, portrait)[1]
    except (limits.JobRefused, limits.LimitExceeded):
        return b""


def _store_portrait(portrait: bytes) -> StoredFile | None:
    if not portrait:
        return None
    return storage.store_bytes(
        portrait,
        name="aadhaar-front.jpg",
        content_type="image/jpeg",
        purpose="identity-document",
    )
