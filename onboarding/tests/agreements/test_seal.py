"""A sealed PDF for each signature: made from its row, retried after errors, mailed once."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import Agent, AuditEvent
from conftest import NOON, make_staff
from hitouch.core.models import OutboxMessage
from hitouch.core.web.humanize import evidence_moment_texts
from hitouch.settings.development_seal import new_seal
from onboarding import queries
from onboarding.agreements import sealing
from onboarding.agreements import text as agreements_text
from onboarding.agreements.pdf import layout, seal
from onboarding.checks import check_seal
from onboarding.models import Signature, SignedPaper
from onboarding.steps import queries as steps_queries
from onboarding.tests.conftest import problem
from onboarding.tests.factories import signed_agent
from onboarding.tests.support.sealed_pdfs import exact_text_of, sealed, words_of
from tests.support.private_files import path_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "agreements"


@pytest.fixture
def signed(db: None) -> Agent:
    """Nila, who has signed; her PDFs are due."""
    return signed_agent()


def mails() -> Any:
    return OutboxMessage.objects.filter(template="onboarding/agreements_signed")


def pdf_url(agent: Agent) -> str:
    return reverse("onboarding:signature-paper", args=[agent.signatures.get(kind="NDA").pk])


def test_pdf_contains_text_and_evidence(signed: Agent) -> None:
    """The PDF has the exact text and the evidence: signer, times in IST and UTC, IP, hashes."""
    pdfs = sealed(signed)
    for signature in signed.signatures.select_related("template"):
        pdf, words = pdfs[signature.kind], words_of(pdfs[signature.kind])
        assert exact_text_of(pdf) == signature.exact_text
        assert agreements_text.sha256_of(exact_text_of(pdf)) == signature.text_sha256
        for part in (
            "HitouchCX and Nila Rao", "n•••@example.com", "IST", "UTC", str(signature.pk),
            signature.text_sha256, signature.evidence["texts_sha256"], "section 63(4)", "/verify/",
        ):  # fmt: skip
            assert part in words
        assert evidence_moment_texts(signature.signed_at)[0] in words


def test_seal_covers_the_entire_file(signed: Agent) -> None:
    """The seal is made with our key, covers the entire file and detects any change."""
    paper = SignedPaper.objects.first()
    for pdf in sealed(signed).values():
        paper.refresh_from_db()
        assert seal.is_intact(pdf, certificate=paper.certificate, at=NOON)
        assert not seal.is_intact(pdf, certificate=new_seal(), at=NOON)
        assert not seal.is_intact(pdf + b"\n%more", certificate=paper.certificate, at=NOON)


def test_seal_with_an_rsa_key(signed: Agent) -> None:
    """RSA keys, which most certifying authorities issue, work up to 4096 bits."""
    drawn = layout.render_pdf(sealing.signed_pdf_content(signed.signatures.first()), at=NOON)
    pem = new_seal(key=rsa.generate_private_key(65537, 4096))
    pdf = seal.seal_pdf(drawn, key=pem, certificate=pem)
    assert seal.is_intact(pdf, certificate=pem, at=NOON)
    changed = pdf[:3000] + bytes([pdf[3000] ^ 1]) + pdf[3001:]
    assert not seal.is_intact(changed, certificate=pem, at=NOON)


def test_pdfs_are_mailed_once_together(signed: Agent) -> None:
    """One mail with both PDFs when both are sealed; sealing again sends nothing."""
    first, second = SignedPaper.objects.order_by("pk")
    assert sealing.seal_pdf(paper_id=str(first.pk), at=NOON)
    assert not mails().exists()
    assert sealing.seal_pdf(paper_id=str(second.pk), at=NOON)
    assert not sealing.seal_pdf(paper_id=str(second.pk), at=NOON + timedelta(hours=1))
    assert sealing.seal_due_pdfs(at=NOON + timedelta(days=1)) == 0
    mail = mails().get()
    attached = [row.file.name for row in mail.attachments.order_by("pk")]
    assert attached == [f"hitouchcx-{kind}-{version}.pdf" for kind, version in (
        ("contractor", signed.signatures.get(kind="CONTRACTOR").version),
        ("nda", signed.signatures.get(kind="NDA").version),
    )]  # fmt: skip
    assert "/verify/" in mail.body


def test_signing_does_not_wait_for_the_pdf(signed: Agent, agent_client: Any) -> None:
    """The agent is cleared at once; page and API say that the PDF is being prepared."""
    assert steps_queries.clearance_of(signed)
    signature = signed.signatures.get(kind="NDA")
    page = agent_client(signed).get(reverse("onboarding:signature", args=[signature.pk]))
    assert "preparing your signed PDF" in page.content.decode()
    assert agent_client(signed).get(pdf_url(signed)).status_code == 302
    api = reverse("api:onboarding:paper", args=[signature.pk])
    assert problem(agent_client(signed).get(api)) == (409, "paper_not_ready")


def test_a_crash_at_any_point_is_retried(signed: Agent, monkeypatch: Any) -> None:
    """Rendering, storing, mailing, sealing: whatever fails once, the next attempt succeeds."""
    functions = [
        "layout.render_pdf",
        "storage.store_bytes",
        "_mail_pdfs",
        "certificate_fingerprint",
    ]
    at = NOON
    for function in functions:
        with monkeypatch.context() as broken:
            broken.setattr(f"onboarding.agreements.sealing.{function}", lambda *a, **k: 1 / 0)
            sealing.seal_due_pdfs(at=at)
        at += timedelta(hours=2)
        unsealed = SignedPaper.objects.unsealed()
        assert unsealed.exists()
        assert set(unsealed.values_list("last_error", flat=True)) == {"ZeroDivisionError"}
        assert not mails().exists()
    pdfs = sealed(signed, at=at)
    assert len(pdfs) == 2
    assert mails().count() == 1


def test_rendering_is_reproducible(signed: Agent) -> None:
    """The unsealed PDF is rendered from the row alone, byte for byte the same."""
    signature = Signature.objects.select_related("template").first()
    once, again = (
        layout.render_pdf(sealing.signed_pdf_content(row), at=row.signed_at)
        for row in (signature, Signature.objects.select_related("template").get(pk=signature.pk))
    )
    assert once == again


def test_an_orphaned_lease_expires(signed: Agent) -> None:
    """A PDF whose worker died is sealed after the lease has expired."""
    for paper in SignedPaper.objects.all():
        assert SignedPaper.objects.take(str(paper.pk), now=NOON, lease=sealing.LEASE)
    assert sealing.seal_due_pdfs(at=NOON + MINUTE) == 0
    assert sealing.seal_due_pdfs(at=NOON + 3 * MINUTE) == 2


def test_without_a_seal_key_pdfs_stay_pending(signed: Agent, settings: Any) -> None:
    """Without a key PDFs stay pending and are reported by the work queue and a system check."""
    key, certificate = settings.HITOUCH_SEAL_KEY, settings.HITOUCH_SEAL_CERT
    settings.HITOUCH_SEAL_KEY = settings.HITOUCH_SEAL_CERT = ""
    assert sealing.seal_due_pdfs(at=NOON) == 0
    assert [found.id for found in check_seal()] == ["hitouch.W002"]
    SignedPaper.objects.update(created_at=NOON)
    counts = {row.label: row.count for row in queries.work_queues(now=NOON + timedelta(hours=1))}
    assert counts["Signed PDFs not created"] == 2
    settings.HITOUCH_SEAL_KEY, settings.HITOUCH_SEAL_CERT = key, certificate
    assert sealing.seal_due_pdfs(at=NOON) == 2
    assert check_seal() == []
    settings.HITOUCH_SEAL_CERT = new_seal()
    assert [found.id for found in check_seal()] == ["hitouch.E002"]


def test_pdfs_are_encrypted_in_private_storage(signed: Agent) -> None:
    """Encrypted on disk, not in public storage, and without the agent's name in the file name."""
    sealed(signed)
    for paper in SignedPaper.objects.select_related("file"):
        raw = path_of(paper.file).read_bytes()
        assert b"%PDF" not in raw
        assert "nila" not in paper.file.name.lower()
        assert not default_storage.exists(paper.file.name)


def test_only_the_owner_and_operations_download_a_pdf(
    signed: Agent, ravi: Agent, agent_client: Any, staff_client: Any, client: Any
) -> None:
    """The owner by page and API, operations with an audit event, nobody else."""
    pdf = sealed(signed)["NDA"]
    pk = signed.signatures.get(kind="NDA").pk
    own, staff = (reverse(f"api:onboarding:{name}", args=[pk]) for name in ("paper", "staff-paper"))
    assert agent_client(signed).get(pdf_url(signed)).content == pdf
    assert agent_client(signed).get(own).content == pdf
    assert not AuditEvent.objects.filter(action="agreement.opened").exists()
    assert staff_client(make_staff("Omar", "operations")).get(staff).content == pdf
    assert AuditEvent.objects.filter(action="agreement.opened").count() == 1
    assert agent_client(ravi).get(pdf_url(signed)).status_code == 404
    assert agent_client(ravi).get(own).status_code == 404
    for other in (agent_client(ravi), staff_client(make_staff("Farid", "reviewer"))):
        assert other.get(staff).status_code == 403
    assert client.get(own).status_code == 401
    assert client.get(pdf_url(signed)).status_code == 302


def test_a_sealed_pdf_is_immutable(signed: Agent) -> None:
    """The database refuses to delete a sealed row or to change its hash, certificate or time."""
    sealed(signed)
    for change in ({"sha256": "0" * 64}, {"certificate": "other"}, {"sealed_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SignedPaper.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        SignedPaper.objects.all().delete()


def test_pdf_has_no_active_content(signed: Agent) -> None:
    """No script and no action: pages and one attached text."""
    for pdf in sealed(signed).values():
        with pikepdf.open(BytesIO(pdf)) as document:
            assert "/OpenAction" not in document.Root
            assert "/JavaScript" not in document.Root.Names
            kinds = {str(page.get("/AA", "")) for page in document.pages}
            assert kinds == {""}
