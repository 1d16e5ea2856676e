"""Public verification of signed PDFs."""

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

from conftest import NOON, Made
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


@pytest.fixture(scope="module")
def shared(make_once: Any) -> Made:
    """Nila's sealed agreements."""
    return make_once(lambda: sealed(signed_agent()))


@pytest.fixture
def pdf(shared: Made, db: None) -> bytes:
    """Her sealed confidentiality agreement."""
    return shared.objects["NDA"]


def upload(data: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("paper.pdf", data, "application/pdf")}


def verify_both_ways(data: bytes) -> tuple[str, str]:
    """Result and page content; page and API have to agree."""
    page = Client().post(reverse("onboarding:verify"), upload(data))
    body = Client().post(API, upload(data)).json()
    assert page.context["answer"].finding == body["finding"]
    assert page.context["answer"].words == body["words"]
    return body["finding"], page.content.decode()


def test_a_genuine_unchanged_file(pdf: bytes) -> None:
    """Page and API confirm it, with masked names, version and time."""
    finding, page = verify_both_ways(pdf)
    assert finding == "UNCHANGED"
    assert "Genuine and unchanged" in page
    assert "N••• R•••" in page
    assert "Nila" not in page
    body = Client().post(API, upload(pdf)).json()
    assert body["between"] == ["HitouchCX", "N••• R•••"]
    assert body["signed_at"]
    assert body["version"]


def test_any_changed_byte_is_detected(pdf: bytes) -> None:
    """Any changed byte is refused, also in padding that the seal does not cover."""
    rng = random.Random(20261123)
    offsets = [rng.randrange(len(pdf)) for _ in range(60)]
    padding = pdf.index(b"00000000", pdf.index(b"/Contents"))  # the seal's own padding
    results = set()
    for offset in [*offsets, padding]:
        changed = bytearray(pdf)
        changed[offset] ^= 1 << rng.randrange(8)
        results.add(agreements_verification.verify(bytes(changed)).finding)
    assert VerificationResult.UNCHANGED not in results
    assert VerificationResult.CHANGED in results


def test_an_incremental_update_is_detected(pdf: bytes) -> None:
    """Content appended after sealing, as shadow attacks do, is reported as added."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/Lang"] = pdf_string("hi")
    writer.update_root()
    output = BytesIO()
    writer.write(output)
    added = output.getvalue()
    assert added.startswith(pdf)
    assert verify_both_ways(added)[0] == "ADDED_TO"
    assert verify_both_ways(pdf + b"\n")[0] == "ADDED_TO"
    assert not seal.is_intact(added, certificate=SignedPaper.objects.first().certificate, at=NOON)


def test_a_file_saved_again_is_not_genuine(pdf: bytes) -> None:
    """The same pages saved by another program are not the sealed file."""
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(output)
    assert verify_both_ways(output.getvalue())[0] in {"CHANGED", "NOT_OURS"}


def unsealed() -> bytes:
    signature = Signature.objects.select_related("template").get(kind="NDA")
    return layout.render_pdf(sealing.signed_pdf_content(signature), at=signature.signed_at)


def test_a_seal_with_another_key_is_not_genuine(pdf: bytes) -> None:
    """Our pages under a valid seal with another key are not genuine."""
    other = new_seal("HitouchCX, for development")
    forged = seal.seal_pdf(unsealed(), key=other, certificate=other)
    assert seal.is_intact(forged, certificate=other, at=NOON)
    assert verify_both_ways(forged)[0] == "NOT_OURS"


def test_our_seal_on_a_file_never_issued(pdf: bytes, settings: Any) -> None:
    """A file sealed with our key but not recorded as issued is not genuine."""
    key, certificate = settings.HITOUCH_SEAL_KEY, settings.HITOUCH_SEAL_CERT
    stray = seal.seal_pdf(unsealed(), key=key, certificate=certificate)
    assert seal.is_intact(stray, certificate=certificate, at=NOON)
    assert verify_both_ways(stray)[0] == "CHANGED"


def test_files_sealed_with_an_earlier_key_verify(pdf: bytes, settings: Any) -> None:
    """After the seal key was replaced, older files are still genuine."""
    settings.HITOUCH_SEAL_KEY = settings.HITOUCH_SEAL_CERT = new_seal()
    assert verify_both_ways(pdf)[0] == "UNCHANGED"


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
    """Hostile files are rejected quickly and never given to a PDF parser."""
    assert agreements_verification.verify(data).finding == finding


def test_invalid_uploads(pdf: bytes) -> None:
    """A missing file and a file that is too large are refused with an error."""
    page = Client().post(reverse("onboarding:verify"), {})
    assert "required" in page.content.decode()
    assert Client().post(API, {}).status_code == 422
    large = upload(b"%PDF" + b"0" * 5 * 1024 * 1024)
    assert Client().post(reverse("onboarding:verify"), large).status_code == 422
    assert problem(Client().post(API, upload(b"%PDF" + b"0" * 5 * 1024 * 1024))) == (
        422,
        "bad_file",
    )


def test_uploads_are_not_stored(pdf: bytes) -> None:
    """Verifying stores no file."""
    before = StoredFile.objects.count()
    verify_both_ways(pdf)
    verify_both_ways(b"%PDF-1.7 other")
    assert StoredFile.objects.count() == before


def test_thirty_checks_a_minute(pdf: bytes) -> None:
    """One IP address has 30 a minute, page and API together; then 429 with `Retry-After`."""
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


def test_the_page_is_public(client: Any, db: None) -> None:
    """The page needs no login."""
    page = client.get(reverse("onboarding:verify"))
    assert page.status_code == 200
    assert "Verify a signed agreement" in page.content.decode()
