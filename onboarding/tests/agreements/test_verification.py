"""Anybody can check a paper: ours and unchanged, or a plain no."""

import random
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from conftest import NOON
from hitouch.core.models import StoredFile
from hitouch.settings.development_seal import new_seal
from onboarding.agreements import sealing
from onboarding.agreements import verification as agreements_verification
from onboarding.agreements.pdf import layout, seal
from onboarding.agreements.verification import VERIFY, VerificationResult
from onboarding.models import Signature, SignedPaper
from onboarding.tests.conftest import problem
from onboarding.tests.factories import signed_agent
from onboarding.tests.support.sealed_pdfs import sealed

pytestmark = pytest.mark.django_db
API = "/api/v1/verify/"


@pytest.fixture
def pdf(db: None) -> bytes:
    """Nila's sealed confidentiality agreement."""
    return sealed(signed_agent())["NDA"]


def upload(data: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("paper.pdf", data, "application/pdf")}


def asked(data: bytes) -> tuple[str, str]:
    """What page and API say, which is the same."""
    page = Client().post(reverse("onboarding:verify"), upload(data))
    told = Client().post(API, upload(data)).json()
    assert page.context["answer"].finding == told["finding"]
    assert page.context["answer"].words == told["words"]
    return told["finding"], page.content.decode()


def test_ours_and_unchanged(pdf: bytes) -> None:
    """Both doors say so, between whom (masked), when, and which version."""
    finding, page = asked(pdf)
    assert finding == "UNCHANGED"
    assert "Genuine and unchanged" in page
    assert "N••• R•••" in page
    assert "Nila" not in page
    told = Client().post(API, upload(pdf)).json()
    assert told["between"] == ["HitouchCX", "N••• R•••"]
    assert told["signed_at"]
    assert told["version"]


def test_single_bytes_changed(pdf: bytes) -> None:
    """Any one byte that differs is refused, also where a seal alone would not notice it."""
    dice = random.Random(20261123)
    places = [dice.randrange(len(pdf)) for _ in range(60)]
    gap = pdf.index(b"00000000", pdf.index(b"/Contents"))  # the seal's own padding
    found = set()
    for place in [*places, gap]:
        changed = bytearray(pdf)
        changed[place] ^= 1 << dice.randrange(8)
        found.add(agreements_verification.verify(bytes(changed)).finding)
    assert VerificationResult.UNCHANGED not in found
    assert VerificationResult.CHANGED in found


def test_something_added_afterwards(pdf: bytes) -> None:
    """An incremental update, as shadow attacks use, is refused and named."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/Lang"] = pdf_string("hi")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    added = out.getvalue()
    assert added.startswith(pdf)
    assert asked(added)[0] == "ADDED_TO"
    assert asked(pdf + b"\n")[0] == "ADDED_TO"
    assert not seal.is_intact(added, certificate=SignedPaper.objects.first().certificate, at=NOON)


def test_saved_again_by_a_program(pdf: bytes) -> None:
    """The same pages in another file are not the file that we sealed."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(out)
    assert asked(out.getvalue())[0] in {"CHANGED", "NOT_OURS"}


def unsealed() -> bytes:
    signature = Signature.objects.select_related("template").get(kind="NDA")
    return layout.render_pdf(sealing.signed_pdf_content(signature), at=signature.signed_at)


def test_a_seal_of_somebody_else(pdf: bytes) -> None:
    """Our very pages under a perfect seal with another key are not ours."""
    other = new_seal("HitouchCX, for development")
    forged = seal.seal_pdf(unsealed(), key=other, certificate=other)
    assert seal.is_intact(forged, certificate=other, at=NOON)
    assert asked(forged)[0] == "NOT_OURS"


def test_our_own_seal_on_what_we_never_issued(pdf: bytes, settings: Any) -> None:
    """A file under our very key that no row knows is refused."""
    key, certificate = settings.HITOUCH_SEAL_KEY, settings.HITOUCH_SEAL_CERT
    stray = seal.seal_pdf(unsealed(), key=key, certificate=certificate)
    assert seal.is_intact(stray, certificate=certificate, at=NOON)
    assert asked(stray)[0] == "CHANGED"


def test_papers_of_an_older_key_verify(pdf: bytes, settings: Any) -> None:
    """After the seal was changed, and after its certificate ran out, old papers are still ours."""
    settings.HITOUCH_SEAL_KEY = settings.HITOUCH_SEAL_CERT = new_seal()
    assert asked(pdf)[0] == "UNCHANGED"


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"hello", "NOT_A_PDF"),
        (b"\x00" * 1000, "NOT_A_PDF"),
        (b"%PDF-1.7\n" + b"/ByteRange [0 10 20 30]" * 50_000, "NOT_OURS"),
        (b"%PDF-1.7\n/ByteRange [ 0 9 70000000 9999999999 ]", "NOT_OURS"),
        (b"%PDF-1.7\n/ByteRange [0 30 60 1]<" + b"30" * 400 + b">", "NOT_OURS"),
        (b"%PDF-1.7\n" + b"<<" * 400_000, "NOT_OURS"),
        (b"%PDF-1.7\n" + b"/ByteRange" + b" " * 900_000, "NOT_OURS"),
    ],
    ids=["words", "zeros", "many-seals", "far-seal", "broken-seal", "nesting", "spaces"],
)
def test_hostile_files(db: None, data: bytes, finding: str) -> None:
    """What is no paper of ours is said so at once, and is never given to a PDF reader."""
    assert agreements_verification.verify(data).finding == finding


def test_refusals(pdf: bytes) -> None:
    """Nothing, an empty file and one that is too large are refused with a sentence."""
    page = Client().post(reverse("onboarding:verify"), {})
    assert "required" in page.content.decode()
    assert Client().post(API, {}).status_code == 422
    large = upload(b"%PDF" + b"0" * 5 * 1024 * 1024)
    assert Client().post(reverse("onboarding:verify"), large).status_code == 422
    assert problem(Client().post(API, upload(b"%PDF" + b"0" * 5 * 1024 * 1024))) == (
        422,
        "bad_file",
    )


def test_nothing_is_kept(pdf: bytes) -> None:
    """Checking writes no row and no file."""
    before = StoredFile.objects.count()
    asked(pdf)
    asked(b"%PDF-1.7 other")
    assert StoredFile.objects.count() == before


def test_thirty_checks_a_minute(pdf: bytes) -> None:
    """One address has thirty a minute, pages and programs together; then 429 with a time."""
    for _ in range(VERIFY.tries):
        VERIFY.spend("there", at=NOON)
    for _ in range(VERIFY.tries - 1):
        Client().post(API, upload(b"hello"))
    assert Client().post(reverse("onboarding:verify"), upload(pdf)).status_code == 200
    answer = Client().post(API, upload(pdf))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    page = Client().post(reverse("onboarding:verify"), upload(pdf))
    assert page.status_code == 429
    VERIFY.spend("there", at=NOON + timedelta(seconds=61))


def test_page_stands_open(client: Any, db: None) -> None:
    """Without signing in, in words."""
    page = client.get(reverse("onboarding:verify"))
    assert page.status_code == 200
    assert "Verify a signed agreement" in page.content.decode()
