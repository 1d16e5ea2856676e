"""Full Aadhaar numbers in files: refused in text, and covered on pictures."""

from dataclasses import dataclass, field

from hitouch.core import sandbox
from hitouch.core.db.connections import release_connection
from hitouch.core.errors import Refusal
from hitouch.core.files import content_type
from hitouch.core.sandbox import limits
from onboarding import aadhaar
from onboarding.kyc import card_reader


class AadhaarInFile(Refusal):
    """The text of an uploaded file contains a full Aadhaar number."""

    code = "full_aadhaar_number"
    status = 422
    field = "files"
    message = (
        "This file shows a full Aadhaar number: {name}. Remove its first 8 digits, save the file "
        "and upload it again."
    )

    def __init__(self, name: str) -> None:
        super().__init__(self.message.format(name=name))


class PicturesNotRead(Exception):
    """Reading exceeded its limits, or a number is still readable after masking."""


@dataclass(frozen=True)
class CheckedPage:
    """One page of a file after it was searched."""

    #: Pages of the file.
    pages: int
    #: The file with the numbers on this page covered; None when there are none.
    covered: bytes | None = field(repr=False)


def cover_full_aadhaar_on(data: bytes, *, page: int) -> CheckedPage:
    """Cover full numbers on one page of a PDF, or on a picture. Takes seconds.

    Raises `PicturesNotRead`.
    """
    job = "onboarding.kyc.ocr.masking:mask_page"
    try:
        facts, covered = sandbox.run(job, data, limits=card_reader.OCR_LIMITS, number=page)
    except (limits.LimitExceeded, limits.JobRefused) as fault:
        raise PicturesNotRead from fault
    if not facts["masked"]:
        raise PicturesNotRead
    return CheckedPage(facts["pages"], covered if facts["found"] else None)


def refuse_full_aadhaar_in(data: bytes, *, name: str) -> None:
    """Refuse a PDF or text file that contains a full number. Pictures are not read here."""
    if aadhaar.holds_full_number(_text_of(data)):
        raise AadhaarInFile(name)


def _text_of(data: bytes) -> str:
    kind = content_type.detect_kind(data)
    if kind == "text":
        return data.decode(errors="replace")
    if kind != "pdf":
        return ""
    release_connection()
    try:
        _, text = sandbox.run("onboarding.resume.parser.text_extraction:extract_text", data)
    except (limits.JobRefused, limits.LimitExceeded):
        return ""  # it has no text, or is refused when it is decoded
    return text.decode(errors="replace")
