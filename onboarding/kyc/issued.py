"""An agent's documents as their issuers signed them, kept without a picture of the card."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Agent, User
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from onboarding.kyc import services
from onboarding.kyc.card_reader import serialize_fields
from onboarding.kyc.checks import person_index
from onboarding.kyc.signed_documents.aadhaar import Aadhaar
from onboarding.kyc.signed_documents.pan import Pan
from onboarding.models import KycDocument

Kind = KycDocument.Kind


def keep_aadhaar(
    *,
    agent: Agent,
    aadhaar: Aadhaar,
    source: str,
    by: User,
    at: datetime,
    phone_fits: bool | None = None,
) -> KycDocument:
    """Keep a verified Aadhaar in place of pictures of its two sides.

    `phone_fits` says whether its phone is the agent's, where it can be known. The portrait is
    decoded like any stranger's picture, before rows are locked.
    """
    came_by, portrait = _signed(source), _decoded(aadhaar.portrait)
    facts = {"name": aadhaar.name, "birth_on": aadhaar.birth_on.isoformat(), "pin": aadhaar.pin}
    with transaction.atomic():
        held, case = services.lock_open_case(agent)
        document = KycDocument(
            case=case,
            kind=Kind.AADHAAR_FRONT,
            source=came_by,
            last_four=aadhaar.last_four,
            person_index=person_index(held, aadhaar.last_four),
            extracted=serialize_fields(facts | _phone(came_by, phone_fits)),
            file=_stored(portrait),
        )
        services.retire_documents(
            case.documents.current().filter(kind=Kind.AADHAAR_BACK), by=by, at=at
        )
        services.replace_document(document, by=by, at=at)
    return document


@transaction.atomic
def keep_pan(*, agent: Agent, pan: Pan, source: str, by: User, at: datetime) -> KycDocument:
    """Keep the verified record of a PAN in place of a picture of the card. Raises `PanInUse`."""
    held, case = services.lock_open_case(agent)
    known = services.parse_pan(held, pan.number)
    facts = {
        "name": pan.name,
        "birth_on": pan.birth_on.isoformat() if pan.birth_on else None,
        "is_in_force": pan.is_active,
    }
    document = KycDocument(
        case=case,
        kind=Kind.PAN,
        source=_signed(source),
        extracted=serialize_fields(facts),
        **known.as_fields(),
    )
    services.replace_document(document, by=by, at=at)
    return document


def _signed(source: str) -> KycDocument.Source:
    if source not in KycDocument.SIGNED:
        raise ValueError(f"{source!r} signs nothing")
    return KycDocument.Source(source)


def _phone(source: str, fits: bool | None) -> dict[str, Any]:
    return {"phone_fits": fits} if source == KycDocument.Source.OFFLINE_XML else {}


def _decoded(portrait: bytes) -> bytes:
    """As fresh pixels; one that cannot be decoded is as good as none, and a person looks."""
    try:
        return storage.decode_in_sandbox("decode_image", portrait) if portrait else b""
    except storage.InvalidFile:
        return b""


def _stored(portrait: bytes) -> StoredFile | None:
    if not portrait:
        return None
    return storage.store_bytes(
        portrait,
        name="aadhaar-front.jpg",
        content_type="image/jpeg",
        purpose="identity-document",
    )
