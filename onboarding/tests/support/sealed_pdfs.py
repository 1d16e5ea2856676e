"""Signed agreements and their papers, for the tests that look at them."""

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
    """The agent's papers, made: by kind."""
    sealing.seal_papers(at=at)
    rows = SignedPaper.objects.filter(signature__agent=agent).select_related("signature", "file")
    return {row.signature.kind: storage.read(row.file) for row in rows}


def words_of(pdf: bytes) -> str:
    """What stands on the pages, lines and zero-width breaks joined."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[place].get_textpage().get_text_range() for place in range(len(document))]
    return " ".join("\n".join(pages).replace("\u200b", "").split())


def exact_text_of(pdf: bytes) -> str:
    """The text that lies in the PDF as a file."""
    with pikepdf.open(BytesIO(pdf)) as document:
        (name,) = document.attachments
        return document.attachments[name].get_file().read_bytes().decode()
