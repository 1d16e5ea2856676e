"""Requests to upload single documents again."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON
from hitouch.core.models import OutboxMessage
from onboarding import privacy as onboarding_privacy
from onboarding.demo import agents
from onboarding.kyc import held_pictures
from onboarding.kyc import queries as kyc_queries
from onboarding.kyc import services as kyc
from onboarding.kyc.review import services as review
from onboarding.models import KycAsk, KycCase, KycDocument
from onboarding.tests import factories
from onboarding.tests.conftest import problem
from onboarding.tests.support import review_desk
from onboarding.tests.support.review_desk import API, MINE, Desk, browser, call, press, screen

State = KycCase.State
PAN = {"documents": [{"kind": "PAN", "reason": "UNREADABLE", "note": "The corner shines."}]}
PAN_ON_SCREEN = {"PAN-reason": "UNREADABLE", "PAN-note": "The corner shines."}
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "documents"


@pytest.fixture
def requested(desk: Desk) -> Desk:
    """A case whose PAN card was requested again."""
    request(desk, "PAN")
    return desk


def request(desk: Desk, *kinds: str, reason: str = "UNREADABLE", hours: int = 0) -> None:
    at = NOON + timedelta(hours=hours)
    review.claim_case(case=desk.case, by=desk.reviewer, at=at)
    wanted = [review.ResubmissionItem(kind, reason) for kind in kinds]
    review.request_resubmissions(case=desk.case, wanted=wanted, by=desk.reviewer, at=at)


def upload(desk: Desk, kind: str, at: Any = NOON) -> None:
    factories.put_document(desk.agent, kind, at)


def submit(desk: Desk, at: Any = NOON) -> KycCase:
    return kyc.submit_documents(agent=desk.agent, by=desk.agent.user, at=at)


@pytest.mark.parametrize("interface", ["api", "admin"])
def test_one_document_is_requested_again(desk: Desk, interface: str) -> None:
    """The case is sent back for the selected document with its reason; the agent is notified."""
    client = browser(desk.reviewer)
    call(client, desk.case, "claim")
    if interface == "api":
        answer = call(client, desk.case, "ask", PAN)
        assert [row["kind"] for row in answer.json()["asks"]] == ["pan"]
    else:
        press(client, desk.case, "ask", PAN_ON_SCREEN)
    found = KycAsk.objects.get()
    assert (found.document.kind, found.note, found.by) == (
        "PAN",
        "The corner shines.",
        desk.reviewer,
    )
    assert (desk.case.state, desk.case.reason) == (State.REJECTED, "SOME_AGAIN")
    mail = OutboxMessage.objects.get(template="onboarding/documents_asked_again").body
    assert "PAN card. It is not readable. Take it again in daylight" in mail
    assert "The corner shines." in mail
    event = AuditEvent.objects.get(action="kyc.asked_again")
    assert event.new == {"reasons": {"PAN": "UNREADABLE"}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"documents": []}, "validation_failed"),
        ({"documents": [{"kind": "PAN", "reason": "WHIM"}]}, "validation_failed"),
        ({"documents": [{"kind": "PASSPORT", "reason": "UNREADABLE"}]}, "validation_failed"),
        ({"documents": PAN["documents"] * 2}, "nothing_asked"),
        ({"documents": [PAN["documents"][0] | {"note": "2345 6789 0124"}]}, "full_aadhaar_number"),
    ],
)
def test_request_needs_documents_and_reasons(desk: Desk, body: dict, code: str) -> None:
    """Each document once, with a valid reason and without a full Aadhaar number."""
    client = browser(desk.reviewer)
    call(client, desk.case, "claim")
    assert problem(call(client, desk.case, "ask", body)) == (422, code)
    assert desk.case.state == State.IN_REVIEW


def test_admin_needs_a_selection(desk: Desk) -> None:
    """Without a selection or with an invalid reason the admin shows an error, changing nothing."""
    client = browser(desk.reviewer)
    call(client, desk.case, "claim")
    told = press(client, desk.case, "ask", {"PAN-reason": ""}).content.decode()
    assert "Select each document to be uploaded again" in told
    press(client, desk.case, "ask", {"PAN-reason": "WHIM"})
    assert (desk.case.state, KycAsk.objects.count()) == (State.IN_REVIEW, 0)


def test_only_the_claimant_requests(desk: Desk) -> None:
    """Only the reviewer who claimed the case can request documents again."""
    assert problem(call(browser(desk.second), desk.case, "ask", PAN)) == (409, "not_your_case")
    press(browser(desk.second), desk.case, "ask", PAN_ON_SCREEN)
    assert not KycAsk.objects.exists()


def test_other_documents_are_fixed(requested: Desk) -> None:
    """Page and API refuse documents that were not requested."""
    client = browser(requested.agent.user)
    before = requested.document("AADHAAR_FRONT").pk
    picture = {"file": agents.card(requested.agent, "AADHAAR_FRONT"), "last_four": "4321"}
    page = client.post(
        reverse("onboarding:document", args=["aadhaar-front"]), picture, follow=True
    ).content.decode()
    assert "This document is fine" in page
    assert put_by_api(client, requested, "AADHAAR_FRONT") == (409, "document_stays")
    assert requested.document("AADHAAR_FRONT").pk == before
    page = client.get(reverse("onboarding:documents")).content.decode()
    assert reverse("onboarding:document", args=["pan"]) in page
    assert f"{reverse('onboarding:document', args=['aadhaar-front'])}#" not in page


def put_by_api(client: Client, desk: Desk, kind: str) -> tuple[int, str]:
    upload = agents.card(desk.agent, kind)
    body = {"file": upload, "last_four": "4321"}
    encoded = client.generic(
        "PUT",
        f"{MINE}{kind.lower().replace('_', '-')}/",
        *_multipart(client, body),
    )
    return problem(encoded)


def _multipart(client: Client, body: dict[str, Any]) -> tuple[bytes, str]:
    return encode_multipart(BOUNDARY, body), MULTIPART_CONTENT


def test_agent_sees_the_reason(requested: Desk) -> None:
    """Page, API and open step show the document, the reason and an instruction."""
    client = browser(requested.agent.user)
    page = client.get(reverse("onboarding:documents")).content.decode()
    assert "Upload these again" in page
    assert "It is not readable" in page
    found = client.get(MINE).json()["asks"]
    assert [(row["kind"], row["reason"], row["is_replaced"]) for row in found] == [
        ("pan", "UNREADABLE", False)
    ]
    assert "daylight" in found[0]["what_to_do"]


def test_submission_needs_the_requested_photo(requested: Desk) -> None:
    """Page and API refuse a submission until the requested photo is replaced."""
    client = browser(requested.agent.user)
    assert problem(client.post(f"{MINE}submit/")) == (409, "asked_still_missing")
    page = client.post(reverse("onboarding:documents-submit"), follow=True).content.decode()
    assert "Add a new photo first: PAN card." in page
    upload(requested, "PAN")
    assert "New photo added" in client.get(reverse("onboarding:documents")).content.decode()
    assert client.post(f"{MINE}submit/").json()["asks"] == []
    assert requested.case.state == State.IN_REVIEW
    assert not KycAsk.objects.open().exists()


def test_name_can_be_corrected_in_the_profile(desk: Desk) -> None:
    """If name or birth date differ, correcting the profile is enough."""
    request(desk, "PAN", reason="NAME_DIFFERS")
    submit(desk)
    client = browser(desk.second)
    call(client, desk.case, "claim")
    assert "Same photo" in screen(client, desk.case).content.decode()


def test_resubmitted_documents_are_marked(requested: Desk) -> None:
    """Queue, admin page and API mark the documents that were replaced."""
    upload(requested, "PAN")
    submit(requested)
    client = browser(requested.second)
    page = client.get(reverse("admin:onboarding_kyccase_changelist")).content.decode()
    assert '<td class="field-resubmitted">PAN card</td>' in page
    shown = screen(client, requested.case).content.decode()
    assert "Resubmitted" in shown
    assert "New photo" in shown
    row = client.get(API).json()["data"][0]
    assert [(each["kind"], each["is_replaced"]) for each in row["asks"]] == [("pan", True)]


def test_waiting_time_is_kept(desk: Desk) -> None:
    """A resubmitted case keeps its waiting time, without the time that the agent took."""
    request(desk, "PAN", hours=5)
    later = NOON + timedelta(days=3)
    upload(desk, "PAN", at=later)
    case = submit(desk, at=later)
    assert case.queued_at == later - timedelta(hours=5)
    assert case.submitted_at == later


def resubmit(desk: Desk, *reasons: str) -> None:
    """Request the PAN with each of these reasons in turn, and submit again each time."""
    for hours, reason in enumerate(reasons):
        request(desk, "PAN", reason=reason, hours=hours)
        document = desk.document("PAN")
        KycDocument.objects.filter(pk=document.pk).update(replaced_at=NOON)
        sealed = {"number": document.number, "extracted": document.extracted}
        document.pk, document._state.adding = uuid4(), True
        for name, value in sealed.items():  # bound to the row, so sealed again for the new one
            setattr(document, name, value)
        document.save(force_insert=True)
        submit(desk, at=NOON + timedelta(hours=hours))


@pytest.mark.parametrize("reason", KycAsk.ABOUT_PICTURE)
def test_requests_for_a_better_photo_are_no_rejection(desk: Desk, reason: str) -> None:
    """Whoever only requested better photos may claim and approve the case."""
    resubmit(desk, reason, reason)
    late = NOON + timedelta(hours=5)
    assert review.claim_next_case(by=desk.reviewer, at=late) == desk.case
    review_desk.approve(desk.case, desk.reviewer, late)


@pytest.mark.parametrize("reason", sorted(set(KycAsk.Reason.values) - {*KycAsk.ABOUT_PICTURE}))
def test_rejecting_a_document_needs_a_second_reviewer(desk: Desk, reason: str) -> None:
    """After a rejection another reviewer decides, even if the last request was about the photo."""
    resubmit(desk, reason, "UNREADABLE")
    late = NOON + timedelta(hours=5)
    assert review.claim_next_case(by=desk.reviewer, at=late) is None
    review.claim_case(case=desk.case, by=desk.reviewer, at=late)
    with pytest.raises(review.SecondReviewerRequired):
        review.approve_case(case=desk.case, by=desk.reviewer, at=late)
    review.release_case(case=desk.case, by=desk.reviewer, at=late)
    assert review.claim_next_case(by=desk.second, at=late) == desk.case
    review_desk.approve(desk.case, desk.second, late)


def test_later_requests_do_not_undo_a_rejection(desk: Desk) -> None:
    """A rejected case needs another reviewer, whatever was requested before or after."""
    resubmit(desk, "CUT_OFF")
    late = NOON + timedelta(hours=5)
    facts = {"case": desk.case, "by": desk.reviewer, "at": late}
    review.claim_case(**facts)
    review.reject_case(**facts, reason="UNREADABLE", note="All of it.")
    submit(desk, at=late)
    assert review.claim_next_case(by=desk.reviewer, at=late) is None


def test_rejected_case_opens_all_documents(desk: Desk) -> None:
    """Without requests every document of a rejected case may be replaced."""
    review.claim_case(case=desk.case, by=desk.reviewer, at=NOON)
    review.reject_case(
        case=desk.case, by=desk.reviewer, at=NOON, reason="UNREADABLE", note="All of it."
    )
    status = kyc_queries.documents_status(kyc_queries.case_of(desk.agent))
    assert all(status.can_upload(kind) for kind in status.kinds)


def test_held_photo_is_requested_alone(desk: Desk) -> None:
    """A photo that cannot be masked is requested again alone."""
    request(desk, "AADHAAR_BACK")
    factories.put_document(desk.agent, "AADHAAR_BACK", card=factories.blank_picture())
    submit(desk)
    held_pictures.request_another(
        held=desk.document("AADHAAR_BACK").held, by=desk.reviewer, at=NOON
    )
    status = kyc_queries.documents_status(kyc_queries.case_of(desk.agent))
    assert list(status.asks) == ["AADHAAR_BACK"]
    assert not status.can_upload("PAN")
    with pytest.raises(kyc.DocumentsMissing):
        submit(desk)


def test_database_allows_one_open_request(requested: Desk) -> None:
    """The database refuses a second open request for the same document."""
    found = KycAsk.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        KycAsk.objects.create(case=found.case, document=found.document, reason="CUT_OFF", at=NOON)


def test_requests_are_exported_and_erased(requested: Desk) -> None:
    """Requests are part of the agent's export and deleted with the account."""
    told = onboarding_privacy.export(requested.agent.user)["identity_documents"]["asked_again"]
    assert [(row["document"], row["reason"]) for row in told] == [
        ("PAN card", "It is not readable")
    ]
    onboarding_privacy.erase(requested.agent.user, at=NOON)
    assert not KycAsk.objects.exists()
