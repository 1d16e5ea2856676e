"""Extracts the text of a PDF or DOCX without active content. Runs in the sandbox."""

import re
import zipfile
from io import BytesIO
from typing import Any

import docx
import pypdfium2

from hitouch.core.files import content_type, pdf
from hitouch.core.sandbox.limits import JobRefused
from onboarding.resume.parser.docx_text import docx_text
from onboarding.resume.parser.pdf.text import pdf_text
from onboarding.vocabulary import lexicon

#: Limits of a DOCX: entries of the ZIP archive, and bytes when unpacked.
MAX_ENTRIES, MAX_UNPACKED_BYTES = 300, 20 * 1024 * 1024
WRONG_TYPE = "Upload your résumé as a PDF or DOCX file."
UNREADABLE = "We couldn't read this file. Save it as a PDF and try again."
MACROS = "This file contains macros. Save it as a PDF and upload that."
#: Parts and types of programs in a Word file: VBA projects and ActiveX controls.
PROGRAMS = re.compile(r"vbaproject|vbadata|activex|macroenabled", re.IGNORECASE)
MAX_PAGES, MAX_TEXT = 10, 60_000
DOC_MAGIC = b"\xd0\xcf\x11\xe0"
OLD_DOC = "This is an old .doc file. Save it as DOCX or PDF and upload that."
NO_TEXT = "This file is a scan without text. Upload the original PDF or DOCX."


def warm_up() -> None:
    """Load what reading needs: a job in the sandbox cannot open files."""
    for kind in lexicon.KINDS:
        lexicon.is_known(kind, "")
    document = BytesIO()
    docx.Document().save(document)
    docx_text(document.getvalue())


def extract_text(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Sandbox job: the text of a résumé, encoded as UTF-8. Raises `JobRefused`."""
    if data.startswith(DOC_MAGIC):
        raise JobRefused(OLD_DOC)
    if content_type.detect_kind(data) == "pdf":
        text = _pdf_text(data)
    elif data.startswith(b"PK\x03\x04"):
        text = _docx_text(data)
    else:
        raise JobRefused(WRONG_TYPE)
    if len(text.strip()) < 20:
        raise JobRefused(NO_TEXT)
    return {}, text[:MAX_TEXT].encode(errors="replace")


def _pdf_text(data: bytes) -> str:
    plain = pdf.checked(data, MAX_PAGES)
    try:
        return pdf_text(plain)
    except pypdfium2.PdfiumError as fault:
        raise JobRefused(UNREADABLE) from fault


def _docx_text(data: bytes) -> str:
    """The text of a DOCX. Raises `JobRefused`."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _refuse_dangerous(archive)
        return docx_text(data)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as fault:
        raise JobRefused(UNREADABLE) from fault


def _refuse_dangerous(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    if "word/document.xml" not in names:
        raise JobRefused(WRONG_TYPE)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES:
        raise JobRefused(UNREADABLE)
    for entry in entries:
        if PROGRAMS.search(entry.filename):
            raise JobRefused(MACROS)
        if entry.filename.lower().endswith((".xml", ".rels")):
            _refuse_programs(entry.filename, archive.read(entry))


def _refuse_programs(name: str, content: bytes) -> None:
    """Refuse macros by their types too, and DTDs.

    Templates and pictures elsewhere are never fetched, and workbooks of charts and other embedded
    objects never opened: only the text of the document itself is read, and nothing of the file
    is kept.
    """
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise JobRefused(UNREADABLE)
    is_list = name.lower().endswith((".rels", "[content_types].xml"))
    if is_list and PROGRAMS.search(content.decode(errors="replace")):
        raise JobRefused(MACROS)
