"""The text of a DOCX that does nothing but hold text. Runs in the sandbox."""

import re
import zipfile
from io import BytesIO
from typing import Any

import docx

from hitouch.core.sandbox import JobRefused

MOST_PARTS, LARGEST_UNPACKED = 300, 20 * 1024 * 1024
ONLY = "Upload your résumé as a PDF or DOCX file."
CANNOT = "We couldn't read this file. Save it as a PDF and try again."
ACTIVE = "This file contains macros or other files. Save it as a PDF and upload that."
_OUTSIDE = re.compile(rb'<Relationship\b[^>]*TargetMode\s*=\s*"External"[^>]*>')


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
