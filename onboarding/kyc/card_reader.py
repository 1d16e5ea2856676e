"""What becomes of a picture of a card before anything is stored: read, and its number covered."""

import json
from dataclasses import dataclass, field
from typing import Any

import structlog

from hitouch.core import sandbox
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.sandbox import limits
from onboarding.kyc.ocr import fields
from onboarding.models import KycDocument

#: A PDF from DigiLocker or UIDAI has a front and a back.
MOST_PAGES = 2
READING = limits.Limits(cpu_seconds=30, memory_bytes=700 * limits.MEGABYTE, patience_seconds=45)
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ReadCard:
    """A picture that was looked at."""

    picture: bytes = field(repr=False)
    #: No number can be read on it any more, or there was none to be expected.
    masked: bool
    last_four: str = ""
    sure: bool = False
    extracted: str = field(default="", repr=False)
    #: Whether the reader came to its end.
    was_read: bool = True


def read_upload(*, kind: str, upload: storage.Upload) -> ReadCard:
    """Decode, read and mask one upload. Nothing is stored. Raises `BadFile`."""
    return read_picture(kind=kind, picture=storage.fresh_picture(upload, pages=MOST_PAGES))


def read_picture(*, kind: str, picture: bytes) -> ReadCard:
    """Read a picture of ours and cover the number on it; on a PAN card none is expected."""
    expected = kind != KycDocument.Kind.PAN
    try:
        facts, covered = sandbox.run(
            "onboarding.kyc.ocr.masking:mask", picture, limits=READING, expected=expected
        )
    except (limits.LimitExceeded, limits.JobRefused):
        log.warning("card_not_read", kind=kind)
        return ReadCard(picture, masked=False, was_read=False)
    return ReadCard(
        covered if facts["masked"] else picture,
        masked=facts["masked"],
        last_four=facts["last_four"],
        sure=facts["sure"],
        extracted=serialize_fields(fields.parse_fields(kind, facts["lines"])),
    )


class PictureNotRead(Refusal):
    """The reader came to no end: nobody knows whether a number is left."""

    code = "picture_not_read"
    message = (
        "The photo could not be checked just now, so nothing was saved. Try again in a minute, "
        "or ask for a new photo."
    )


def redact_boxes(
    *, kind: str, picture: bytes, boxes: list[list[float]]
) -> tuple[dict[str, Any], ReadCard]:
    """Cover what a person marked; says whether a number can still be read."""
    job = "onboarding.kyc.ocr.masking:cover_boxes"
    try:
        facts, covered = sandbox.run(job, picture, limits=READING, boxes=boxes)
    except (limits.LimitExceeded, limits.JobRefused) as fault:
        raise PictureNotRead from fault
    extracted = serialize_fields(fields.parse_fields(kind, facts["lines"]))
    return facts, ReadCard(covered, masked=not facts["readable"], extracted=extracted)


def serialize_fields(told: dict[str, Any]) -> str:
    """As it lies in the document's row, encrypted."""
    return json.dumps(told, ensure_ascii=False)
