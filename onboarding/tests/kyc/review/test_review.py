"""Document reviews in admin and API: claim, decide, view."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Agent, AuditEvent, User
from conftest import NOON, make_agent
from hitouch.core.models import OutboxMessage
from onboarding import queries
from onboarding.demo import agents
from onboarding.kyc import access
from onboarding.kyc import services as kyc
from onboarding.kyc.review import services as review
from onboarding.models import KycCase
from onboarding.tests import factories
from onboarding.tests.conftest import problem
from onboarding.tests.support import review_desk
from proctoring import queries as proctoring_queries

API = "/api/v1/staff/kyc-cases/"
State = KycCase.State


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "documents"


def call(client: Any, case: KycCase, verb: str, body: dict | None = None) -> Any:
    return client.post(f"{API}{case.pk}/{verb}/", body or {}, content_type="application/json")


def press(client: Any, case: KycCase, verb: str, body: dict | None = None) -> Any:
    return client.post(reverse(f"admin:onboarding_kyccase_{verb}", args=[case.pk]), body or {})


def links_in(page: Any) -> list[str]:
    """The URLs of the photos on a page."""
    return [
        html.unescape(link)
        for link in re.findall(r'<img[^>]* src="([^"]+)"', page.content.decode())
    ]


def test_approval_by_api(sent_case: KycCase, reviewer: User, staff_client: Any) -> None:
    """Approval opens the assessment, notifies the agent and is recorded in the audit log."""
    client = staff_client(reviewer)
    assert client.get(API).json()["data"][0]["agent"] == sent_case.agent.name
    assert call(client, sent_case, "claim").json()["reviewer"] == reviewer.email
    refused = call(client, sent_case, "approve")
    assert problem(refused) == (409, "pictures_not_seen")
    assert refused.json()["documents"] == "aadhaar-back, aadhaar-front, pan, photo"
    for document in sent_case.documents.all():
        assert client.get(f"{API}{sent_case.pk}/documents/{document.pk}/").status_code == 200
    assert client.get(f"{API}{sent_case.pk}/").json()["not_seen"] == ["photo"]
    assert problem(call(client, sent_case, "approve")) == (409, "pictures_not_seen")
    assert client.get(f"{API}{sent_case.pk}/photo/").status_code == 200
    assert client.get(f"{API}{sent_case.pk}/").json()["not_seen"] == []
    assert call(client, sent_case, "approve", {"why": "Compared."}).json()["state"] == "APPROVED"
    assert proctoring_queries.open_invitation(sent_case.agent, NOON)
    assert OutboxMessage.objects.filter(template="onboarding/documents_approved").exists()
    assert AuditEvent.objects.get(action="kyc.approved").by == reviewer
    assert client.get(API).json()["data"] == []


def test_approval_in_admin(sent_case: KycCase, reviewer: User, staff_client: Any) -> None:
    """A case can be approved on its admin page."""
    client = staff_client(reviewer)
    page = client.get(reverse("admin:onboarding_kyccase_case", args=[sent_case.pk]))
    assert "Assign to me" in page.content.decode()
    press(client, sent_case, "claim")
    page = client.get(reverse("admin:onboarding_kyccase_case", args=[sent_case.pk]))
    assert sent_case.agent.name in page.content.decode()
    told = client.post(
        reverse("admin:onboarding_kyccase_approve", args=[sent_case.pk]), follow=True
    )
    assert "Look at each photo first" in told.content.decode()
    for link in links_in(page):
        client.get(link)
    press(client, sent_case, "approve", {"why": "Compared."})
    sent_case.refresh_from_db()
    assert sent_case.state == State.APPROVED


def test_case_of_a_closed_account_is_shown(ravi: Agent, reviewer: User, staff_client: Any) -> None:
    """Admin and API show the empty case of a closed account."""
    case, client = KycCase.objects.create(agent=ravi), staff_client(reviewer)
    told = client.get(f"{API}{case.pk}/").json()
    assert (told["current_address"], told["birth_on"]) == (None, None)
    page = client.get(reverse("admin:onboarding_kyccase_case", args=[case.pk]))
    assert "No photos yet" in page.content.decode()


def test_rejection_lets_the_agent_retry(
    sent_case: KycCase, reviewer: User, staff_client: Any, agent_client: Any
) -> None:
    """The agent reads the reason, replaces documents and submits again."""
    client = staff_client(reviewer)
    call(client, sent_case, "claim")
    body = {"reason": "UNREADABLE", "note": "The back is blurred."}
    assert call(client, sent_case, "reject", body).json()["state"] == "REJECTED"
    mail = OutboxMessage.objects.get(template="onboarding/documents_rejected")
    assert "The back is blurred." in mail.body
    mine = agent_client(sent_case.agent)
    assert "The back is blurred." in mine.get(reverse("onboarding:documents")).content.decode()
    factories.send_documents(sent_case.agent)
    sent_case.refresh_from_db()
    assert (sent_case.state, sent_case.reason, sent_case.reviewer) == (State.IN_REVIEW, "", None)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason": "UNREADABLE", "note": " "}, "note_missing"),
        ({"reason": "WHIM", "note": "x"}, "validation_failed"),
        ({"reason": "UNREADABLE", "note": "2345 6789 0124"}, "full_aadhaar_number"),
    ],
)
def test_rejection_needs_a_reason_and_a_note(
    sent_case: KycCase, reviewer: User, staff_client: Any, body: dict, code: str
) -> None:
    """A rejection needs a valid reason and a note without a full Aadhaar number."""
    client = staff_client(reviewer)
    call(client, sent_case, "claim")
    assert problem(call(client, sent_case, "reject", body)) == (422, code)
    press(client, sent_case, "reject", body)
    sent_case.refresh_from_db()
    assert sent_case.state == State.IN_REVIEW


def test_only_the_claimant_decides(
    sent_case: KycCase, reviewer: User, second_reviewer: User, staff_client: Any
) -> None:
    """Only the reviewer who claimed a case decides it, and nobody else can claim it."""
    one, two = staff_client(reviewer), staff_client(second_reviewer)
    assert problem(call(one, sent_case, "approve")) == (409, "not_your_case")
    call(one, sent_case, "claim")
    assert problem(call(two, sent_case, "claim")) == (409, "case_taken")
    assert problem(call(two, sent_case, "approve")) == (409, "not_your_case")


def test_claims_expire(sent_case: KycCase, reviewer: User, second_reviewer: User) -> None:
    """After 30 minutes without a decision another reviewer can claim the case."""
    review.claim_case(case=sent_case, by=reviewer, at=NOON)
    later = NOON + timedelta(minutes=31)
    assert review.claim_next_case(by=second_reviewer, at=later) == sent_case
    with pytest.raises(review.CaseNotClaimed):
        review.approve_case(case=sent_case, by=reviewer, at=later)


def test_own_case_cannot_be_claimed(sent_case: KycCase) -> None:
    """Staff cannot claim their own case."""
    with pytest.raises(access.OwnDocuments):
        review.claim_case(case=sent_case, by=sent_case.agent.user, at=NOON)
    assert review.claim_next_case(by=sent_case.agent.user, at=NOON) is None


def test_each_access_is_recorded(sent_case: KycCase, reviewer: User, staff_client: Any) -> None:
    """Each view of a photo or full PAN is in the audit log; other pages show the PAN masked."""
    client = staff_client(reviewer)
    call(client, sent_case, "claim")
    document = sent_case.documents.get(kind="PAN")
    page = client.get(reverse("admin:onboarding_kyccase_case", args=[sent_case.pk]))
    assert document.number not in page.content.decode()
    links = links_in(page)
    assert len(links) == 4  # the photo and three pictures
    assert [client.get(link).status_code for link in links] == [200] * 4
    assert client.get(f"{API}{sent_case.pk}/documents/{document.pk}/").status_code == 200
    assert AuditEvent.objects.filter(action="documents.viewed", by=reviewer).count() == 4
    assert AuditEvent.objects.filter(action="photo.viewed", by=reviewer).count() == 1
    assert document.number in press(client, sent_case, "pan").content.decode()
    assert AuditEvent.objects.filter(action="pan.revealed", by=reviewer).count() == 1


def test_only_reviewers_have_access(
    sent_case: KycCase, staff_without_role: User, reviewer: User, agent_client: Any,
    staff_client: Any, client: Any, ravi: Agent, signed_in: Any,
) -> None:  # fmt: skip
    """Only a reviewer with a second factor has access, in admin and API."""
    page = reverse("admin:onboarding_kyccase_case", args=[sent_case.pk])
    assert client.get(API).status_code == 401
    for who in (agent_client(ravi), staff_client(staff_without_role)):
        assert who.get(API).status_code == 403
        assert who.get(f"{API}{sent_case.pk}/").status_code == 403
        assert who.get(page).status_code in (302, 403)
        assert call(who, sent_case, "claim").status_code == 403
    assert signed_in(reviewer, second_factor=False).get(API).status_code == 403


def test_approved_documents_can_expire(
    sent_case: KycCase, reviewer: User, staff_client: Any
) -> None:
    """Approved documents can be expired; the agent is notified and the step opens again."""
    agents.approve_documents(agent=sent_case.agent, reviewer=reviewer, now=NOON)
    client = staff_client(reviewer)
    press(client, sent_case, "expire", {"why": ""})
    press(client, sent_case, "expire", {"why": "Your PAN card was renewed."})
    sent_case.refresh_from_db()
    assert sent_case.state == State.EXPIRED
    factories.send_documents(sent_case.agent)
    agents.approve_documents(agent=sent_case.agent, reviewer=reviewer, now=NOON)


def test_queue_is_reported(sent_case: KycCase) -> None:
    """The work queues show how many cases wait, and since when."""
    waiting = queries.work_queues(now=NOON)[0]
    assert (waiting.count, waiting.oldest_at) == (1, NOON)


def test_list_needs_a_fixed_number_of_queries(
    sent_case: KycCase, bring: Any, reviewer: User, staff_client: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    """The lists need as many queries for three cases as for one."""
    client = staff_client(reviewer)
    changelist = reverse("admin:onboarding_kyccase_changelist")
    counts = []
    for names in ((), ("Kabir", "Lila")):
        for name in names:
            factories.send_documents(bring(make_agent(name), "profile"))
        client.get(API), client.get(changelist)
        with django_assert_max_num_queries(60) as api:
            client.get(API)
        with django_assert_max_num_queries(60) as page:
            client.get(changelist)
        counts.append((len(api), len(page)))
    assert counts[0] == counts[1]


def test_second_reviewer_approves_after_a_rejection(
    sent_case: KycCase, reviewer: User, second_reviewer: User, staff_client: Any
) -> None:
    """Four-eyes principle: after a rejection another reviewer approves, in admin and API."""
    review.claim_case(case=sent_case, by=reviewer, at=NOON)
    review.reject_case(case=sent_case, by=reviewer, at=NOON, reason="UNREADABLE", note="Blurred.")
    kyc.submit_documents(agent=sent_case.agent, by=sent_case.agent.user, at=NOON)
    review.claim_case(case=sent_case, by=reviewer, at=NOON)
    url = f"/api/v1/staff/kyc-cases/{sent_case.pk}/approve/"
    assert problem(staff_client(reviewer).post(url)) == (409, "four_eyes")
    page = f"/admin/onboarding/kyccase/{sent_case.pk}/approve/"
    told = staff_client(reviewer).post(page, follow=True)
    assert "Another reviewer must approve them" in told.content.decode()
    later = NOON + timedelta(hours=1)
    review.claim_case(case=sent_case, by=second_reviewer, at=later)
    review_desk.look(sent_case, second_reviewer, later)
    review.approve_case(case=sent_case, by=second_reviewer, at=later, why="Compared.")
