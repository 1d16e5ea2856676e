"""Evidence of decisions: kept privately, opened by finance only, each access recorded."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEvent
from conftest import NOON, make_staff
from gigs.models import Client
from hitouch.core.files import storage
from payments.evidence import services
from payments.funding import refunds
from payments.models import EvidenceFile, PayoutDecision
from payments.payouts import decisions
from tests.support.funding import fund

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.HITOUCH_PRIVATE_FILES = tmp_path


@pytest.fixture
def decision(started, maker):
    """What the maker says about a payout."""
    return decisions.propose_decision(
        payout=started, verb=PayoutDecision.Verb.FAIL, reason="Closed.", by=maker, at=NOON
    )


@pytest.fixture
def refund(db, maker):
    """A refund to be approved."""
    deposit = fund(Client.objects.create(name="Lotus Stores"), paise=1_000)
    return refunds.propose_refund(
        deposit=deposit, amount_paise=600, reason="Ended.", by=maker, at=NOON
    )


def picture(name="receipt.png"):
    buffer = BytesIO()
    Image.new("RGB", (40, 40), "white").save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/png")


def page_of(decision):
    return reverse("admin:payments_evidencefile_of", args=["payout-decisions", decision.pk])


def test_on_the_pages(signed_in, decision, maker, checker):
    """The maker adds a file, the checker opens it from the payout's page; both are logged."""
    payout_page = reverse("admin:payments_payout_change", args=[decision.payout_id])
    assert page_of(decision) in signed_in(checker).get(payout_page).content.decode()
    refused = signed_in(maker).post(
        page_of(decision), {"file": SimpleUploadedFile("a.txt", b"hello")}
    )
    assert b"cannot upload this type" in refused.content
    assert signed_in(maker).post(page_of(decision), {"file": picture()}).status_code == 302
    row = EvidenceFile.objects.get()
    assert b"receipt.png" in signed_in(checker).get(page_of(decision)).content
    url = reverse("admin:payments_evidencefile_file", args=[row.pk])
    answer = signed_in(checker).get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    seen = AuditEvent.objects.filter(action__startswith="evidence.", on_id=str(decision.pk))
    assert set(seen.values_list("action", "by")) == {
        ("evidence.added", maker.pk), ("evidence.opened", checker.pk),
    }  # fmt: skip


def test_over_the_api(signed_in, refund, maker, checker):
    """The same for a refund: add, list, open."""
    url = reverse("api:payments:evidence", args=["refunds", refund.pk])
    made = signed_in(maker).post(url, {"file": picture()})
    assert made.status_code == 201
    refused = signed_in(maker).post(url, {"file": SimpleUploadedFile("a.txt", b"hello")})
    assert refused.json()["code"] == "bad_file"
    listed = signed_in(checker).get(url).json()["data"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    answer = signed_in(checker).get(reverse("api:payments:evidence-file", args=[listed[0]["id"]]))
    assert answer["Content-Type"] == "image/jpeg"
    assert AuditEvent.objects.get(action="evidence.opened").by == checker


def test_strangers(signed_in, decision, asha, maker):
    """Agents, other staff and nobody neither see nor add files; nothing is logged as opened."""
    row = services.add_evidence(about=decision, upload=picture(), by=maker, at=NOON)
    api = reverse("api:payments:evidence", args=["payout-decisions", decision.pk])
    urls = [
        page_of(decision),
        reverse("admin:payments_evidencefile_file", args=[row.pk]),
        reverse("admin:payments_evidencefile_changelist"),
        api,
        reverse("api:payments:evidence-file", args=[row.pk]),
    ]
    for stranger in (make_staff("Sita", "support"), make_staff("Noor"), asha.user):
        client = signed_in(stranger)
        assert all(client.get(url).status_code in (302, 403, 404) for url in urls)
        assert client.post(api, {"file": picture()}).status_code == 403
    assert EvidenceFile.objects.count() == 1
    assert not AuditEvent.objects.filter(action="evidence.opened").exists()


@pytest.mark.parametrize("kind", ["payouts", "refunds"])
def test_about_nothing(signed_in, decision, maker, kind):
    """Another kind, or a row of another kind, is not found."""
    for name in ("api:payments:evidence", "admin:payments_evidencefile_of"):
        assert signed_in(maker).get(reverse(name, args=[kind, decision.pk])).status_code == 404


def test_a_decision_has_some_files(decision, maker, monkeypatch):
    """Not more than the limit; none is changed or taken away."""
    monkeypatch.setattr(services, "MOST", 1)
    row = services.add_evidence(about=decision, upload=picture(), by=maker, at=NOON)
    with pytest.raises(services.TooManyFiles):
        services.add_evidence(about=decision, upload=picture(), by=maker, at=NOON)
    for change in (row.delete, lambda: EvidenceFile.objects.update(added_by=maker)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert storage.read(row.file)[:2] == b"\xff\xd8"
