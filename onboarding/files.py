"""Full Aadhaar numbers in files: refused in text, and covered on pictures."""

from hitouch.core import sandbox
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


def cover_full_aadhaar_in(data: bytes) -> bytes | None:
    """The picture or PDF with full numbers covered, or None when there is none.

    Takes seconds. Raises `PicturesNotRead`.
    """
    job = "onboarding.kyc.ocr.masking:mask_pages"
    try:
        facts, covered = sandbox.run(job, data, limits=card_reader.OCR_LIMITS)
    except (limits.LimitExceeded, limits.JobRefused) as fault:
        raise PicturesNotRead from fault
    if not facts["masked"]:
        raise PicturesNotRead
    return covered if facts["found"] else None


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
    try:
        _, text = sandbox.run("onboarding.resume.parser.text_extraction:extract_text", data)
    except (limits.JobRefused, limits.LimitExceeded):
        return ""  # it has no text, or is refused when it is decoded
    return text.decode(errors="replace")
