"""Sealed PDFs of signed agreements for tests."""

from datetime import datetime
from io import BytesIO

import pikepdf
import pypdfium2

from accounts.models import Agent
from conftest import NOON
from hitouch.core.files import storage
from onboarding.agreements import sealing
from onboarding.models import SignedPaper


def sealed(agent: Agent, *, at: datetime = NOON) -> dict[str, bytes]:
    """Seal what is due; returns the agent's sealed PDFs by kind."""
    sealing.seal_due_pdfs(at=at)
    rows = SignedPaper.objects.filter(signature__agent=agent).select_related("signature", "file")
    return {row.signature.kind: storage.read(row.file) for row in rows}


def words_of(pdf: bytes) -> str:
    """The text of the pages, with lines and zero-width breaks joined."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[place].get_textpage().get_text_range() for place in range(len(document))]
    return " ".join("\n".join(pages).replace("\u200b", "").split())


def exact_text_of(pdf: bytes) -> str:
    """The text that is attached to the PDF as a file."""
    with pikepdf.open(BytesIO(pdf)) as document:
        (name,) = document.attachments
        return document.attachments[name].get_file().read_bytes().decode()
