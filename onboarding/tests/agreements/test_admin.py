"""The desk of operations for agreements: write, look, compare, publish, put away."""

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, AuditEvent
from conftest import NOON, make_staff, sign_in
from onboarding import seeding
from onboarding.agreements import sealing
from onboarding.models import AgreementTemplate
from onboarding.tests.factories import signed_agent
from onboarding.tests.support.sealed_pdfs import words_of

pytestmark = pytest.mark.django_db
WORDS = "NDA\n\n1. What this is\n\nBetween us and {name}, of {place}."


@pytest.fixture
def nila(db: None) -> Agent:
    """An agent who has signed both texts in force."""
    return signed_agent()


@pytest.fixture
def omar(nila: Agent) -> Client:
    """Staff of operations."""
    return sign_in(Client(), make_staff("Omar", "operations"))


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:onboarding_agreementtemplate_{name}", args=args)


def write(client: Client, **changes: str) -> Any:
    facts = {"kind": "NDA", "version": "9.0", "title": "Confidentiality agreement", "text": WORDS}
    return client.post(url("write"), facts | changes)


def written(client: Client) -> AgreementTemplate:
    write(client)
    return AgreementTemplate.objects.get(version="9.0")


def test_a_new_version_begins_from_the_newest(omar: Client) -> None:
    """Nobody types a whole agreement again."""
    page = omar.get(url("write"), {"kind": "NDA"}).content.decode()
    assert "CONFIDENTIALITY AGREEMENT, version 2.0" in page


def test_a_draft_is_seen_as_an_agent_sees_it(omar: Client) -> None:
    """With facts filled in, as headings and paragraphs, beside what it changes, and as a PDF."""
    row = written(omar)
    page = omar.get(url("text", row.pk)).content.decode()
    assert "<h3>1. What this is</h3>" in page
    assert "Between us and Asha Rao, of Bengaluru, Karnataka." in page
    assert f"Compared with version {seeding.VERSION}" in page
    assert "<ins>Between us and {name}, of {place}.</ins>" in page
    assert "<del>1. Why this agreement</del>" in page
    pdf = omar.get(url("pdf", row.pk))
    assert pdf["Content-Type"] == "application/pdf"
    assert "PREVIEW, not signed" in words_of(pdf.content)
    assert len(pypdfium2.PdfDocument(pdf.content)) == 2


def test_what_cannot_be_is_said_beside_its_field(omar: Client) -> None:
    """A wrong version or an unknown fact keeps what was typed."""
    page = write(omar, version="one").content.decode()
    assert "two numbers" in page
    assert "Between us and {name}" in page
    assert "{salary}" in write(omar, text="NDA\n\nFor {salary}.").content.decode()
    assert not AgreementTemplate.objects.filter(version__in=["one", "9.0"]).exists()


def test_a_text_of_staff_is_no_markup(omar: Client) -> None:
    """What looks like HTML is shown as it was typed, on page and PDF."""
    write(omar, text="NDA\n\n<script>alert(1)</script> #panic() {name}")
    row = AgreementTemplate.objects.get(version="9.0")
    assert "<script>alert" not in omar.get(url("text", row.pk)).content.decode()
    assert "<script>alert(1)</script> #panic() Asha" in words_of(
        omar.get(url("pdf", row.pk)).content
    )


def test_a_draft_is_changed_published_and_final(omar: Client) -> None:
    """Changed while it is a draft, published for now; then no act moves it."""
    row = written(omar)
    omar.post(url("edit", row.pk), {"version": "9.1", "title": "T", "text": WORDS})
    row.refresh_from_db()
    assert row.version == "9.1"
    omar.post(url("publish", row.pk), {"starts_at": ""})
    row.refresh_from_db()
    assert row.standing == "Published"
    answer = omar.post(url("archive", row.pk), follow=True)
    assert "can no longer be changed" in answer.content.decode()
    page = omar.post(url("edit", row.pk), {"version": "9.9", "title": "T", "text": "X"})
    assert "can no longer be changed" in page.content.decode()
    assert AgreementTemplate.objects.get(pk=row.pk).version == "9.1"


def test_published_for_a_later_day(omar: Client) -> None:
    """It waits for its moment, in India's time, and can be put away until then."""
    row = written(omar)
    omar.post(url("publish", row.pk), {"starts_at": "2026-12-01T09:00"})
    row.refresh_from_db()
    assert row.standing == "Scheduled"
    assert row.starts_at == NOON + timedelta(days=7, hours=20, minutes=60)
    omar.post(url("archive", row.pk))
    row.refresh_from_db()
    assert row.standing == "Archived"


def test_operations_get_papers_and_it_is_noted(omar: Client, nila: Agent) -> None:
    """The sealed PDF from the signature's page; while it waits, a sentence."""
    pk = nila.signatures.get(kind="NDA").pk
    address = reverse("admin:onboarding_signature_paper", args=[pk])
    assert omar.get(address).status_code == 302
    listing = omar.get(reverse("admin:onboarding_signature_changelist")).content.decode()
    assert "Waits" in listing
    page = omar.get(reverse("admin:onboarding_signature_change", args=[pk])).content.decode()
    assert "Bound to the code" in page
    assert "IST" in page
    sealing.seal_papers(at=NOON)
    assert omar.get(address).content.startswith(b"%PDF")
    assert AuditEvent.objects.filter(action="agreement.opened").count() == 1


def test_only_operations(omar: Client) -> None:
    """Other roles neither read nor write texts here, nor open papers."""
    row = written(omar)
    other = sign_in(Client(), make_staff("Farid", "reviewer", "support"))
    reads = [url("text", row.pk), url("pdf", row.pk), url("write"), url("edit", row.pk)]
    assert {other.get(address).status_code for address in reads} == {403}
    acts = [url("publish", row.pk), url("archive", row.pk), url("write"), url("edit", row.pk)]
    assert {other.post(address).status_code for address in acts} == {403}
    paper = reverse("admin:onboarding_signature_paper", args=[row.pk])
    assert other.get(paper).status_code == 403
    row.refresh_from_db()
    assert row.standing == "Draft"
