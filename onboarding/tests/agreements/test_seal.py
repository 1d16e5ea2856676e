"""A paper for each signature: made after it, from its row, whatever breaks; mailed once."""

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
from hitouch.core.files import storage
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

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def done(db: None) -> Agent:
    """Nila, who has signed; her papers are due."""
    return signed_agent()


def mails() -> Any:
    return OutboxMessage.objects.filter(template="onboarding/agreements_signed")


def pdf_url(agent: Agent) -> str:
    return reverse("onboarding:signature-paper", args=[agent.signatures.get(kind="NDA").pk])


def test_paper_says_what_was_signed(done: Agent) -> None:
    """Text and evidence stand on it: who, when in both zones, from where, the hashes."""
    made = sealed(done)
    for signature in done.signatures.select_related("template"):
        pdf, words = made[signature.kind], words_of(made[signature.kind])
        assert exact_text_of(pdf) == signature.exact_text
        assert agreements_text.sha256_of(exact_text_of(pdf)) == signature.text_sha256
        for part in (
            "HitouchCX and Nila Rao", "n•••@example.com", "IST", "UTC", str(signature.pk),
            signature.text_sha256, signature.evidence["texts_sha256"], "section 63(4)", "/verify/",
        ):  # fmt: skip
            assert part in words
        assert evidence_moment_texts(signature.signed_at)[0] in words


def test_seal_covers_all_of_the_file(done: Agent) -> None:
    """The seal is ours, of the whole file, and certifies it against any change."""
    paper = SignedPaper.objects.first()
    for pdf in sealed(done).values():
        paper.refresh_from_db()
        assert seal.is_intact(pdf, certificate=paper.certificate, at=NOON)
        assert not seal.is_intact(pdf, certificate=new_seal(), at=NOON)
        assert not seal.is_intact(pdf + b"\n%more", certificate=paper.certificate, at=NOON)


def test_seal_with_an_rsa_key(done: Agent) -> None:
    """What a licensed authority gives is mostly RSA; the longest in use has room in the file."""
    drawn = layout.render_pdf(sealing.signed_pdf_content(done.signatures.first()), at=NOON)
    pem = new_seal(key=rsa.generate_private_key(65537, 4096))
    pdf = seal.seal_pdf(drawn, key=pem, certificate=pem)
    assert seal.is_intact(pdf, certificate=pem, at=NOON)
    changed = pdf[:3000] + bytes([pdf[3000] ^ 1]) + pdf[3001:]
    assert not seal.is_intact(changed, certificate=pem, at=NOON)


def test_papers_are_mailed_once_together(done: Agent) -> None:
    """One mail with both PDFs, when both are made; making them again sends nothing."""
    first, second = SignedPaper.objects.order_by("pk")
    assert sealing.seal_pdf(paper_id=str(first.pk), at=NOON)
    assert not mails().exists()
    assert sealing.seal_pdf(paper_id=str(second.pk), at=NOON)
    assert not sealing.seal_pdf(paper_id=str(second.pk), at=NOON + timedelta(hours=1))
    assert sealing.seal_papers(at=NOON + timedelta(days=1)) == 0
    mail = mails().get()
    attached = [row.file.name for row in mail.attachments.order_by("pk")]
    assert attached == [f"hitouchcx-{kind}-{version}.pdf" for kind, version in (
        ("contractor", done.signatures.get(kind="CONTRACTOR").version),
        ("nda", done.signatures.get(kind="NDA").version),
    )]  # fmt: skip
    assert "/verify/" in mail.body


def test_signing_never_waits_for_a_paper(done: Agent, agent_client: Any) -> None:
    """Signed is signed: the agent is cleared, and the page says that the PDF comes."""
    assert steps_queries.clearance_of(done)
    signature = done.signatures.get(kind="NDA")
    page = agent_client(done).get(reverse("onboarding:signature", args=[signature.pk]))
    assert "preparing your signed PDF" in page.content.decode()
    assert agent_client(done).get(pdf_url(done)).status_code == 302
    api = reverse("api:onboarding:paper", args=[signature.pk])
    assert problem(agent_client(done).get(api)) == (409, "paper_not_ready")


def test_a_crash_at_any_moment_ends_in_a_paper(done: Agent, monkeypatch: Any) -> None:
    """Drawing, sealing, the disk, the row: whatever fails once, the next try makes the paper."""
    breaks = ["layout.render_pdf", "storage.store_bytes", "_mail", "certificate_fingerprint"]
    at = NOON
    for place in breaks:
        with monkeypatch.context() as broken:
            broken.setattr(f"onboarding.agreements.sealing.{place}", lambda *a, **k: 1 / 0)
            sealing.seal_papers(at=at)
        at += timedelta(hours=2)
        unmade = SignedPaper.objects.unsealed()
        assert unmade.exists()
        assert set(unmade.values_list("last_error", flat=True)) == {"ZeroDivisionError"}
        assert not mails().exists()
    made = sealed(done, at=at)
    assert len(made) == 2
    assert mails().count() == 1


def test_a_paper_made_again_says_the_same(done: Agent) -> None:
    """From the row alone, byte for byte, before the seal."""
    signature = Signature.objects.select_related("template").first()
    once, again = (
        layout.render_pdf(sealing.signed_pdf_content(row), at=row.signed_at)
        for row in (signature, Signature.objects.select_related("template").get(pk=signature.pk))
    )
    assert once == again


def test_a_worker_that_died_is_followed_by_another(done: Agent) -> None:
    """A paper that was taken and not made is taken up after the lease."""
    for paper in SignedPaper.objects.all():
        assert sealing._taken(str(paper.pk), NOON)
    assert sealing.seal_papers(at=NOON + MINUTE) == 0
    assert sealing.seal_papers(at=NOON + 3 * MINUTE) == 2


def test_without_a_seal_papers_wait(done: Agent, settings: Any) -> None:
    """No key: nothing is made and nothing is lost; staff see it, the check says it."""
    key, certificate = settings.HITOUCH_SEAL_KEY, settings.HITOUCH_SEAL_CERT
    settings.HITOUCH_SEAL_KEY = settings.HITOUCH_SEAL_CERT = ""
    assert sealing.seal_papers(at=NOON) == 0
    assert [found.id for found in check_seal()] == ["hitouch.W002"]
    SignedPaper.objects.update(created_at=NOON)
    waits = {row.label: row.count for row in queries.work_queues(now=NOON + timedelta(hours=1))}
    assert waits["Signed PDFs not created"] == 2
    settings.HITOUCH_SEAL_KEY, settings.HITOUCH_SEAL_CERT = key, certificate
    assert sealing.seal_papers(at=NOON) == 2
    assert check_seal() == []
    settings.HITOUCH_SEAL_CERT = new_seal()
    assert [found.id for found in check_seal()] == ["hitouch.E002"]


def test_papers_lie_in_the_private_store(done: Agent) -> None:
    """Sealed on disk, no public address, no name in the file's name."""
    sealed(done)
    for paper in SignedPaper.objects.select_related("file"):
        raw = storage._path_of(paper.file.pk).read_bytes()
        assert b"%PDF" not in raw
        assert "nila" not in paper.file.name.lower()
        assert not default_storage.exists(paper.file.name)


def test_only_its_owner_and_operations_get_it(
    done: Agent, ravi: Agent, agent_client: Any, staff_client: Any, client: Any
) -> None:
    """The owner by page and API; operations with a note of it; nobody else."""
    made = sealed(done)["NDA"]
    pk = done.signatures.get(kind="NDA").pk
    own, staff = (reverse(f"api:onboarding:{name}", args=[pk]) for name in ("paper", "staff-paper"))
    assert agent_client(done).get(pdf_url(done)).content == made
    assert agent_client(done).get(own).content == made
    assert not AuditEvent.objects.filter(action="agreement.opened").exists()
    assert staff_client(make_staff("Omar", "operations")).get(staff).content == made
    assert AuditEvent.objects.filter(action="agreement.opened").count() == 1
    assert agent_client(ravi).get(pdf_url(done)).status_code == 404
    assert agent_client(ravi).get(own).status_code == 404
    for stranger in (agent_client(ravi), staff_client(make_staff("Farid", "reviewer"))):
        assert stranger.get(staff).status_code == 403
    assert client.get(own).status_code == 401
    assert client.get(pdf_url(done)).status_code == 302


def test_a_sealed_paper_never_changes(done: Agent) -> None:
    """Not its file, its hash or its certificate; and it is never removed."""
    sealed(done)
    for change in ({"sha256": "0" * 64}, {"certificate": "other"}, {"sealed_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SignedPaper.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        SignedPaper.objects.all().delete()


def test_pdf_holds_nothing_that_runs_or_calls(done: Agent) -> None:
    """No script, no action, no address to fetch: words and one attached text."""
    for pdf in sealed(done).values():
        with pikepdf.open(BytesIO(pdf)) as document:
            assert "/OpenAction" not in document.Root
            assert "/JavaScript" not in document.Root.Names
            kinds = {str(page.get("/AA", "")) for page in document.pages}
            assert kinds == {""}
