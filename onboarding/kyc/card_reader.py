"""OCR and masking of a photo of a card, in the sandbox, before it becomes a document."""

import json
from dataclasses import dataclass, field
from typing import Any

import structlog

from hitouch.core import sandbox
from hitouch.core.db.connections import release_connection
from hitouch.core.sandbox import limits
from onboarding.kyc.ocr import fields
from onboarding.models import KycDocument

#: A PDF of a card from DigiLocker or UIDAI has a front and a back page.
MAX_PAGES = 2
#: A reader gives way to requests, so that it takes long on a machine without a free processor.
OCR_LIMITS = limits.Limits(cpu_seconds=40, memory_bytes=900 * limits.MEGABYTE, patience_seconds=240)
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ReadCard:
    """A photo after OCR and masking."""

    picture: bytes = field(repr=False)
    #: No full number is readable on it any more, or none was expected.
    masked: bool
    #: Whether a full Aadhaar number or virtual ID was read, which is covered if `masked`.
    shows_number: bool = False
    last_four: str = ""
    #: Whether `last_four` was read with high confidence.
    sure: bool = False
    extracted: str = field(default="", repr=False)
    #: False when OCR failed or exceeded its limits.
    was_read: bool = True


def read_picture(*, kind: str, picture: bytes, both_sides: bool = False) -> ReadCard:
    """Read a decoded photo and mask the Aadhaar number on it; on a PAN card none is expected.

    A photo on which both OCR engines still find a number, or that they could not read, is not
    masked: a person looks at it.
    """
    expected = kind != KycDocument.Kind.PAN
    release_connection()
    try:
        facts, covered = sandbox.run(
            "onboarding.kyc.ocr.masking:mask", picture, limits=OCR_LIMITS, expected=expected
        )
    except (limits.LimitExceeded, limits.JobRefused):
        log.warning("card_not_read", kind=kind)
        return ReadCard(picture, masked=False, was_read=False)
    found = _parse_fields(kind, facts["lines"], both_sides=both_sides)
    if facts["last_four"]:
        found["last_four"] = facts["last_four"]  # for a reviewer to compare
    return ReadCard(
        covered if facts["masked"] else picture,
        masked=facts["masked"],
        shows_number=facts["shows_number"],
        last_four=facts["last_four"],
        sure=facts["sure"],
        extracted=serialize_fields(found),
    )


def _parse_fields(kind: str, lines: list[str], *, both_sides: bool) -> dict[str, Any]:
    """The fields of the card; of a photo of both sides also those of the back."""
    found = fields.parse_fields(kind, lines)
    back = fields.parse_fields(KycDocument.Kind.AADHAAR_BACK, lines) if both_sides else {}
    return found | {name: value for name, value in back.items() if found.get(name) is None}


def redact_boxes(
    *, kind: str, picture: bytes, boxes: list[list[float]], both_sides: bool = False
) -> ReadCard:
    """Cover the boxes that a reviewer drew, and all codes, and read what is left with both engines.

    The result is masked when neither engine reads a full number on it.
    """
    job = "onboarding.kyc.ocr.masking:cover_boxes"
    release_connection()
    try:
        facts, covered = sandbox.run(
            job, picture, limits=OCR_LIMITS, boxes=boxes, expected=kind != KycDocument.Kind.PAN
        )
    except (limits.LimitExceeded, limits.JobRefused):
        log.warning("result_not_read", kind=kind)
        return ReadCard(picture, masked=False, was_read=False)
    extracted = serialize_fields(_parse_fields(kind, facts["lines"], both_sides=both_sides))
    return ReadCard(covered, masked=not facts["readable"], extracted=extracted)


def serialize_fields(card_fields: dict[str, Any]) -> str:
    """As JSON for `KycDocument.extracted`, an encrypted column."""
    return json.dumps(card_fields, ensure_ascii=False)
