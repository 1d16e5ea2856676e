"""The text of a résumé's file. Runs in the sandbox: it knows no settings and no rows.

Only PDF and DOCX, told apart by content. What could do something is refused and not cleaned:
nobody needs a résumé with scripts.
"""

from typing import Any

import pypdfium2

from hitouch.core import decoding
from hitouch.core.sandbox import JobRefused
from onboarding.resume import word_files
from onboarding.resume.word_files import CANNOT, ONLY

MOST_PAGES, LONGEST_TEXT = 10, 60_000
OLD_WORD = b"\xd0\xcf\x11\xe0"
NO_OLD_WORD = "This is an old .doc file. Save it as DOCX or PDF and upload that."
NO_TEXT = "This file is a scan without text. Upload the original PDF or DOCX."


def text(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The text with its line ends, as bytes. Raises `JobRefused`."""
    if data.startswith(OLD_WORD):
        raise JobRefused(NO_OLD_WORD)
    if data.startswith(b"%PDF-"):
        found = _of_pdf(data)
    elif data.startswith(b"PK\x03\x04"):
        found = word_files.text_of(data)
    else:
        raise JobRefused(ONLY)
    if len(found.strip()) < 20:
        raise JobRefused(NO_TEXT)
    return {}, found[:LONGEST_TEXT].encode(errors="replace")


def _of_pdf(data: bytes) -> str:
    decoding.refuse_what_acts(data, MOST_PAGES)
    try:
        with pypdfium2.PdfDocument(data) as pages:
            return "\n".join(page.get_textpage().get_text_bounded() for page in pages)
    except pypdfium2.PdfiumError as fault:
        raise JobRefused(CANNOT) from fault
