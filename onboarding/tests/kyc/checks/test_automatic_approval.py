"""Automatic approval of signed documents whose checks all pass."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Agent, AuditEvent, User
from conftest import NOON, make_agent
from hitouch.core.crypto import blind_index
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import delivery
from onboarding import tasks
from onboarding.demo import agents, cards
from onboarding.kyc.checks import services as kyc_checks
from onboarding.kyc.review import services as review
from onboarding.models import KycCase, KycCheck, KycDocument
from onboarding.tests.support import review_desk, signed_documents
from proctoring import queries as proctoring_queries

State = KycCase.State


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


@pytest.fixture
def farah(reviewer: User) -> User:
    return reviewer


def sent(agent: Agent, *, front: dict[str, Any] | None = None, **pan: Any) -> KycCase:
    """Save both signed documents with these changes, and submit them."""
    signed_documents.save_aadhaar(agent, **(front or {}))
    signed_documents.save_pan(agent, **pan)
    return signed_documents.submit(agent)


def sent_templates() -> list[str]:
    """The templates that were sent to the agent, in order."""
    for minutes in range(5):
        delivery.sweep(now=NOON + timedelta(minutes=minutes))
    went = OutboxMessage.objects.filter(state=OutboxMessage.State.SENT)
    return [row.template.removeprefix("onboarding/") for row in went.order_by("sent_at")]


def state_of(case: KycCase) -> str:
    case.refresh_from_db()
    return case.state


def test_matching_signed_documents_are_approved(agent_with_profile: Agent) -> None:
    """The check task approves without a reviewer, records the reason and opens the assessment."""
    case = sent(agent_with_profile)
    tasks.check_case(case_id=str(case.pk))
    assert state_of(case) == State.APPROVED
    event = case.events.get(became=State.APPROVED)
    assert (event.by, case.reviewer) == (None, None)
    assert event.why.startswith("Digitally signed by the issuers")
    noted = AuditEvent.objects.get(action="kyc.approved")
    assert (noted.by, noted.new["why"]) == (None, event.why)
    assert sent_templates() == ["documents_approved"]
    assert proctoring_queries.open_invitation(agent_with_profile, NOON)
    assert case.documents.filter(approved_at__isnull=True).count() == 0


def test_automatic_approval_is_idempotent(agent_with_profile: Agent) -> None:
    """A repeated task and the sweep change nothing more."""
    case = sent(agent_with_profile)
    review.check_and_auto_approve(case=case, at=NOON)
    tasks.check_case(case_id=str(case.pk))
    review.sweep_unchecked_cases(at=NOON)
    assert review.approve_by_checks(case=case, at=NOON) is None
    assert case.events.filter(became=State.APPROVED).count() == 1


def test_sweep_approves_after_a_lost_worker(agent_with_profile: Agent) -> None:
    """A case that was checked but not approved is approved by the sweep."""
    case = sent(agent_with_profile)
    kyc_checks.run_checks(case=case, at=NOON)
    assert state_of(case) == State.IN_REVIEW
    assert review.sweep_unchecked_cases(at=NOON) == 0
    assert state_of(case) == State.APPROVED


OTHER_FACE = cards.PORTRAIT.with_name("another-portrait.jpg").read_bytes()
SPOILED: dict[str, dict[str, Any]] = {
    "another name on the Aadhaar": {"front": {"name": "Sunil Gupta"}},
    "a name on the Aadhaar that could be the same": {"front": {"name": "N Rao"}},
    "another name on the PAN": {"name": "SUNIL GUPTA"},
    "the name in another order on the PAN": {"name": "RAO NILA"},
    "another birth date on the Aadhaar": {"front": {"birth_on": date(1998, 4, 18)}},
    "another birth date on the PAN": {"birth_on": date(1998, 4, 18)},
    "no birth date on the PAN": {"birth_on": None},
    "another PIN code": {"front": {"pin": "110001"}},
    "no PIN code": {"front": {"pin": None}},
    "a PAN that is not in force": {"is_active": False},
    "a PAN of another surname": {"number": "ABCPD1234F"},
    "no photo of a face": {"front": {"portrait": b""}},
    "another face": {"front": {"portrait": OTHER_FACE}},
    "an offline file of another phone": {
        "front": {"source": signed_documents.OFFLINE, "phone_fits": False}
    },
    "an offline file without a phone": {"front": {"source": signed_documents.OFFLINE}},
}


@pytest.mark.parametrize("what", SPOILED)
def test_one_mismatch_needs_a_reviewer(agent_with_profile: Agent, what: str) -> None:
    """A single mismatch or missing value leaves the case to a reviewer."""
    case = sent(agent_with_profile, **SPOILED[what])
    review.check_and_auto_approve(case=case, at=NOON)
    assert state_of(case) == State.IN_REVIEW
    assert sent_templates() == ["documents_received"]
    assert case.checks.exclude(verdict="PASS").exists()
    assert review.sweep_unchecked_cases(at=NOON) == 0
    assert state_of(case) == State.IN_REVIEW


def test_offline_file_of_own_phone_is_approved(agent_with_profile: Agent) -> None:
    """An offline e-KYC of the agent's confirmed phone is approved automatically."""
    case = sent(agent_with_profile, front={"source": signed_documents.OFFLINE, "phone_fits": True})
    review.check_and_auto_approve(case=case, at=NOON)
    assert state_of(case) == State.APPROVED


@pytest.mark.parametrize("picture", ["AADHAAR_FRONT", "PAN", "both"])
def test_photos_are_never_approved_automatically(agent_with_profile: Agent, picture: str) -> None:
    """A reviewer looks at every photo, however well it was read."""
    for kind in ("AADHAAR_FRONT", "AADHAAR_BACK"):
        if picture in ("AADHAAR_FRONT", "both"):
            signed_documents.put_picture(agent_with_profile, kind)
    if picture == "AADHAAR_FRONT":
        signed_documents.save_pan(agent_with_profile)
    else:
        signed_documents.put_picture(agent_with_profile, "PAN")
    if picture == "PAN":
        signed_documents.save_aadhaar(agent_with_profile)
    case = signed_documents.submit(agent_with_profile)
    review.check_and_auto_approve(case=case, at=NOON)
    assert state_of(case) == State.IN_REVIEW
    assert set(case.checks.values_list("verdict", flat=True)) == {"PASS"}
    assert not kyc_checks.all_checks_pass(case)
    waits = OutboxMessage.objects.get(template="onboarding/documents_received")
    assert waits.next_try_at == case.submitted_at  # nothing can come before it


def stored_checks(case: KycCase) -> list[KycCheck]:
    kyc_checks.run_checks(case=case, at=NOON)
    return list(case.checks.select_related("document"))


def test_every_check_is_required(agent_with_profile: Agent) -> None:
    """A single check that is missing or did not pass prevents automatic approval."""
    case = sent(agent_with_profile)
    rows = stored_checks(case)
    assert len(rows) == 13
    assert kyc_checks.all_checks_pass(case)
    for row in rows:
        for verdict in ("LOOK", "FAIL"):
            case.checks.filter(pk=row.pk).update(verdict=verdict)
            assert not kyc_checks.all_checks_pass(case), (row, verdict)
        case.checks.filter(pk=row.pk).delete()
        assert not kyc_checks.all_checks_pass(case), row
        row.save(force_insert=True)
    assert kyc_checks.all_checks_pass(case)


def move_house(case: KycCase) -> None:
    address = {**agents.ADDRESS, "pin": "110001"}
    agent = Agent.objects.get(pk=case.agent_id)
    agent.current_address = agent.permanent_address = address
    agent.save()


def take_pan(case: KycCase) -> None:
    number = blind_index("pan", case.documents.get(kind="PAN").number)
    other = KycCase.objects.create(agent=make_agent("Lila"))
    KycDocument.objects.create(case=other, kind="PAN", number_index=number)


def be_the_same_person(case: KycCase) -> None:
    front = case.documents.get(kind="AADHAAR_FRONT")
    other = KycCase.objects.create(agent=make_agent("Lila"))
    KycDocument.objects.create(case=other, kind="AADHAAR_FRONT", person_index=front.person_index)


def replace_front(case: KycCase) -> None:
    """Replace the document without running the checks again."""
    front = case.documents.get(kind="AADHAAR_FRONT")
    KycDocument.objects.filter(pk=front.pk).update(replaced_at=NOON)
    front.pk, front.id = None, KycDocument().id
    front.save(force_insert=True)


def lose_pan(case: KycCase) -> None:
    KycDocument.objects.filter(case=case, kind="PAN").update(replaced_at=NOON)


def be_claimed(case: KycCase) -> None:
    reviewer = User.objects.get(email="farah@example.com")
    review.claim_case(case=case, by=reviewer, at=NOON)


def be_claimed_long_ago(case: KycCase) -> None:
    reviewer = User.objects.get(email="farah@example.com")
    review.claim_case(case=case, by=reviewer, at=NOON - timedelta(days=2))


CHANGES: list[Callable[[KycCase], None]] = [
    move_house, take_pan, be_the_same_person, replace_front, lose_pan, be_claimed,
    be_claimed_long_ago,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_changes_after_the_checks_prevent_approval(agent_with_profile: Agent, change: Any) -> None:
    """Everything is read again before approval, and a claimed case stays with its reviewer."""
    case = sent(agent_with_profile)
    kyc_checks.run_checks(case=case, at=NOON)
    assert kyc_checks.all_checks_pass(case)
    change(case)
    assert review.approve_by_checks(case=case, at=NOON) is None
    assert state_of(case) == State.IN_REVIEW


def test_rejected_cases_are_never_approved_automatically(
    agent_with_profile: Agent, farah: User
) -> None:
    """After a rejection by staff a case is never approved automatically."""
    case = sent(agent_with_profile, name="SUNIL GUPTA")
    review.claim_case(case=case, by=farah, at=NOON)
    review.reject_case(case=case, by=farah, at=NOON, reason="NAME_MISMATCH", note="Whose PAN?")
    again = sent(agent_with_profile)
    review.check_and_auto_approve(case=again, at=NOON)
    review.sweep_unchecked_cases(at=NOON)
    assert state_of(again) == State.IN_REVIEW
    assert kyc_checks.all_checks_pass(again)


def test_expired_cases_are_never_approved_automatically(
    agent_with_profile: Agent, farah: User
) -> None:
    """After staff requested new documents a case is never approved automatically."""
    case = sent(agent_with_profile)
    review.check_and_auto_approve(case=case, at=NOON)
    review.request_new_documents(case=case, by=farah, at=NOON, why="Your name has changed.")
    again = sent(agent_with_profile)
    review.check_and_auto_approve(case=again, at=NOON)
    review.sweep_unchecked_cases(at=NOON)
    assert state_of(again) == State.IN_REVIEW


def test_reviewers_decide_cases_with_mismatches(agent_with_profile: Agent, farah: User) -> None:
    """A case with a mismatch goes to the normal review queue."""
    case = sent(agent_with_profile, is_active=False)
    review.check_and_auto_approve(case=case, at=NOON)
    assert review.claim_next_case(by=farah, at=NOON) == case
    review_desk.approve(case, farah)
    assert state_of(case) == State.APPROVED
    assert case.events.get(became=State.APPROVED).by == farah


@pytest.mark.parametrize("state", ["PARTIAL", "REJECTED"])
def test_only_waiting_cases_are_approved(
    agent_with_profile: Agent, farah: User, state: str
) -> None:
    """A late task does not approve a case that is not submitted or was sent back."""
    if state == "PARTIAL":
        signed_documents.save_aadhaar(agent_with_profile)
        signed_documents.save_pan(agent_with_profile)
        case = KycCase.objects.get(agent=agent_with_profile)
    else:
        case = sent(agent_with_profile)
        review.claim_case(case=case, by=farah, at=NOON)
        review.reject_case(case=case, by=farah, at=NOON, reason="UNREADABLE", note="Again.")
    review.check_and_auto_approve(case=case, at=NOON)
    assert state_of(case) == state
