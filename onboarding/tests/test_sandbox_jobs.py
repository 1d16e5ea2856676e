"""The jobs of onboarding in the sandbox: each finds what it needs, also as the first job."""

import io
from typing import Any

import docx
import pikepdf
import pytest
from PIL import Image

from hitouch.core import sandbox
from hitouch.core.sandbox import fork_server


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (160, 200), "teal").save(out, kind)
    return out.getvalue()


def resume_docx() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for line in ("Experience", "Associate, A Ltd, Jan 2020 to Mar 2023"):
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


def resume_pdf() -> bytes:
    """A restricted PDF with text in a font that is not in the file."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        page = made.add_blank_page(page_size=(400, 300))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        text = b"BT /F 12 Tf 40 200 Td (Experience: Associate in A Ltd) Tj ET"
        page.obj.Contents = pikepdf.Stream(made, text)
        made.save(out, encryption=pikepdf.Encryption(owner="o"))
    return out.getvalue()


PARSER, PORTRAITS = (
    "onboarding.resume.parser.text_extraction",
    "onboarding.kyc.signed_documents.portraits",
)
JOBS: dict[str, tuple[str, bytes, dict[str, Any]]] = {
    "résumé in Word": (f"{PARSER}:extract_text", resume_docx(), {}),
    "résumé as PDF": (f"{PARSER}:extract_text", resume_pdf(), {}),
    "portrait in JPEG": (f"{PORTRAITS}:decode_portrait", picture("JPEG"), {}),
    "portrait in JPEG 2000": (f"{PORTRAITS}:decode_portrait", picture("JPEG2000"), {}),
    "PDF of a card": ("hitouch.core.files.decoding:pdf_as_picture", resume_pdf(), {}),
}


@pytest.fixture
def new_fork_server() -> None:
    """Nothing has been loaded by another job."""
    process = sandbox._fork_server.process
    if process is not None:
        process.kill()
        process.wait()


@pytest.mark.parametrize("name", JOBS)
def test_a_first_job_finds_everything_loaded(name: str, new_fork_server: None) -> None:
    """Confined, it gives what it gives outside: there is nothing that it has to open."""
    job, data, facts = JOBS[name]
    function = fork_server.import_job(job)
    assert sandbox.run(job, data, **facts) == function(data, **facts)
