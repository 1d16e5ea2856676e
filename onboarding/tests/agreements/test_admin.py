"""Agreements in the admin: draft, preview, compare, publish, archive; sealed PDFs."""

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, AuditEvent
from conftest import NOON, make_staff, sign_in
from onboarding.agreements import sealing, seeding
from onboarding.models import AgreementTemplate
from onboarding.tests.factories import signed_agent
from onboarding.tests.support.sealed_pdfs import words_of

pytestmark = pytest.mark.django_db
TEXT = "NDA\n\n1. What this is\n\nBetween us and {name}, of {place}."


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "agreements"


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


def post_draft(client: Client, **changes: str) -> Any:
    facts = {"kind": "NDA", "version": "9.0", "title": "Confidentiality agreement", "text": TEXT}
    return client.post(url("write"), facts | changes)


def create_draft(client: Client) -> AgreementTemplate:
    post_draft(client)
    return AgreementTemplate.objects.get(version="9.0")


def test_a_new_version_begins_from_the_newest(omar: Client) -> None:
    """The form of a new version is filled with the newest text."""
    page = omar.get(url("write"), {"kind": "NDA"}).content.decode()
    assert "CONFIDENTIALITY AGREEMENT, version 2.0" in page


def test_a_draft_is_previewed_as_page_diff_and_pdf(omar: Client) -> None:
    """With merge fields filled in, beside the diff to the version in force, and as a PDF."""
    row = create_draft(omar)
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


def test_errors_keep_the_input(omar: Client) -> None:
    """A wrong version or an unknown merge field is an error of its field; the input stays."""
    page = post_draft(omar, version="one").content.decode()
    assert "two numbers" in page
    assert "Between us and {name}" in page
    assert "{salary}" in post_draft(omar, text="NDA\n\nFor {salary}.").content.decode()
    assert not AgreementTemplate.objects.filter(version__in=["one", "9.0"]).exists()


def test_the_text_of_an_agreement_is_escaped(omar: Client) -> None:
    """HTML and Typst markup in a text is shown literally on the page and in the PDF."""
    post_draft(omar, text="NDA\n\n<script>alert(1)</script> #panic() {name}")
    row = AgreementTemplate.objects.get(version="9.0")
    assert "<script>alert" not in omar.get(url("text", row.pk)).content.decode()
    assert "<script>alert(1)</script> #panic() Asha" in words_of(
        omar.get(url("pdf", row.pk)).content
    )


def test_a_published_version_cannot_be_changed(omar: Client) -> None:
    """A draft can be edited and published; afterwards it can be neither edited nor archived."""
    row = create_draft(omar)
    omar.post(url("edit", row.pk), {"version": "9.1", "title": "T", "text": TEXT})
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


def test_publish_at_a_later_time(omar: Client) -> None:
    """The start is entered in India time; until then the version can be archived."""
    row = create_draft(omar)
    omar.post(url("publish", row.pk), {"starts_at": "2026-12-01T09:00"})
    row.refresh_from_db()
    assert row.standing == "Scheduled"
    assert row.starts_at == NOON + timedelta(days=7, hours=20, minutes=60)
    omar.post(url("archive", row.pk))
    row.refresh_from_db()
    assert row.standing == "Archived"


def test_operations_download_sealed_pdfs_with_an_audit_event(omar: Client, nila: Agent) -> None:
    """Operations download the sealed PDF; the admin shows while it is still pending."""
    pk = nila.signatures.get(kind="NDA").pk
    address = reverse("admin:onboarding_signature_paper", args=[pk])
    assert omar.get(address).status_code == 302
    listing = omar.get(reverse("admin:onboarding_signature_changelist")).content.decode()
    assert "Waits" in listing
    page = omar.get(reverse("admin:onboarding_signature_change", args=[pk])).content.decode()
    assert "Bound to the code" in page
    assert "IST" in page
    sealing.seal_due_pdfs(at=NOON)
    assert omar.get(address).content.startswith(b"%PDF")
    assert AuditEvent.objects.filter(action="agreement.opened").count() == 1


def test_only_operations(omar: Client) -> None:
    """Other roles can neither read nor change texts, nor download sealed PDFs."""
    row = create_draft(omar)
    other = sign_in(Client(), make_staff("Farid", "reviewer", "support"))
    reads = [url("text", row.pk), url("pdf", row.pk), url("write"), url("edit", row.pk)]
    assert {other.get(address).status_code for address in reads} == {403}
    acts = [url("publish", row.pk), url("archive", row.pk), url("write"), url("edit", row.pk)]
    assert {other.post(address).status_code for address in acts} == {403}
    pdf = reverse("admin:onboarding_signature_paper", args=[row.pk])
    assert other.get(pdf).status_code == 403
    row.refresh_from_db()
    assert row.standing == "Draft"
