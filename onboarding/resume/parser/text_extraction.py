"""The text of a DOCX that does nothing but hold text. Runs in the sandbox."""

import re
import zipfile
from io import BytesIO
from typing import Any

import docx
import pypdfium2

from hitouch.core.files import decoding
from hitouch.core.sandbox.limits import JobRefused

MOST_PARTS, LARGEST_UNPACKED = 300, 20 * 1024 * 1024
ONLY = "Upload your résumé as a PDF or DOCX file."
CANNOT = "We couldn't read this file. Save it as a PDF and try again."
ACTIVE = "This file contains macros or other files. Save it as a PDF and upload that."
_OUTSIDE = re.compile(rb'<Relationship\b[^>]*TargetMode\s*=\s*"External"[^>]*>')
MOST_PAGES, LONGEST_TEXT = 10, 60_000
OLD_WORD = b"\xd0\xcf\x11\xe0"
NO_OLD_WORD = "This is an old .doc file. Save it as DOCX or PDF and upload that."
NO_TEXT = "This file is a scan without text. Upload the original PDF or DOCX."


def text_of(data: bytes) -> str:
    """Its paragraphs, one a line. Raises `JobRefused`."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            _refuse_dangerous(parts)
        document = docx.Document(BytesIO(data))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as fault:
        raise JobRefused(CANNOT) from fault
    return "\n".join(_paragraphs(document))


def _paragraphs(document: Any) -> list[str]:
    """In their order, also inside tables; a cell that spans several is told once."""
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    found = []
    for paragraph in document.element.body.iter(f"{space}p"):
        pieces = []
        for piece in paragraph.iter(f"{space}t", f"{space}tab", f"{space}br"):
            kind = piece.tag.removeprefix(space)
            pieces.append(piece.text or "" if kind == "t" else "\t" if kind == "tab" else "\n")
        found.append("".join(pieces))
    return found


def _refuse_dangerous(parts: zipfile.ZipFile) -> None:
    entries = parts.infolist()
    names = [entry.filename.lower() for entry in entries]
    if "word/document.xml" not in names:
        raise JobRefused(ONLY)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
        raise JobRefused(CANNOT)
    if any("vbaproject" in name or "/embeddings/" in name or "activex" in name for name in names):
        raise JobRefused(ACTIVE)
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels")):
            _refuse_outside(parts.read(entry))


def _refuse_outside(content: bytes) -> None:
    """Links to read are fine; templates, pictures and frames from elsewhere are not, nor a DTD."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise JobRefused(CANNOT)
    if any(b"/hyperlink" not in link for link in _OUTSIDE.findall(content)):
        raise JobRefused(ACTIVE)


def extract_text(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The text with its line ends, as bytes. Raises `JobRefused`."""
    if data.startswith(OLD_WORD):
        raise JobRefused(NO_OLD_WORD)
    if data.startswith(b"%PDF-"):
        found = _of_pdf(data)
    elif data.startswith(b"PK\x03\x04"):
        found = text_of(data)
    else:
        raise JobRefused(ONLY)
    if len(found.strip()) < 20:
        raise JobRefused(NO_TEXT)
    return {}, found[:LONGEST_TEXT].encode(errors="replace")


def _of_pdf(data: bytes) -> str:
    decoding.reject_active_content(data, MOST_PAGES)
    try:
        with pypdfium2.PdfDocument(data) as pages:
            return "\n".join(page.get_textpage().get_text_bounded() for page in pages)
    except pypdfium2.PdfiumError as fault:
        raise JobRefused(CANNOT) from fault
