"""Automatic checks: comparing documents with the profile."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, AuditEvent, User
from conftest import NOON
from hitouch.core.crypto import blind_index
from hitouch.core.errors import ReasonRequired
from onboarding import tasks
from onboarding.kyc import queries as kyc_queries
from onboarding.kyc import services as kyc
from onboarding.kyc.checks import comparison
from onboarding.kyc.checks import services as kyc_checks
from onboarding.kyc.checks.comparison import AADHAAR, BACK, PAN, CardData, ProfileData
from onboarding.kyc.review import services as review
from onboarding.models import KycCase, KycCheck, KycDocument
from onboarding.tests.support import review_desk

BORN = date(1999, 2, 28)
FRONT = CardData("Nila Das", "1999-02-28")


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "documents"


def profile_data(**changes: Any) -> ProfileData:
    cards = {AADHAAR: FRONT, BACK: CardData(pin="560034"), PAN: CardData("NILA DAS", "1999-02-28")}
    facts: dict[str, Any] = {
        "name": "Nila Das",
        "birth_on": BORN,
        "pins": frozenset({"560034"}),
        "surname_letter_fits": True,
        "cards": cards | changes.pop("cards", {}),
    }
    return ProfileData(**facts | changes)


def verdicts(what: ProfileData) -> dict[tuple[str, str], str]:
    return {(each.kind, each.on): each.verdict for each in comparison.findings(what)}


def test_matching_data_passes() -> None:
    """All checks pass when profile and cards match."""
    assert set(verdicts(profile_data()).values()) == {"PASS"}


@pytest.mark.parametrize(
    ("changes", "key", "verdict"),
    [
        ({"name": "N Das"}, ("NAME", AADHAAR), "LOOK"),
        ({"name": "Sunil Gupta"}, ("NAME", PAN), "FAIL"),
        ({"cards": {PAN: CardData()}}, ("NAME", PAN), "LOOK"),
        ({"cards": {PAN: CardData(lines=("INCOME TAX", "NILA DAS"))}}, ("NAME", PAN), "PASS"),
        ({"cards": {PAN: CardData("Sunil Gupta")}}, ("NAMES", ""), "FAIL"),
        ({"cards": {PAN: CardData()}}, ("NAMES", ""), "LOOK"),
        ({"birth_on": date(1999, 2, 27)}, ("BIRTH_DATE", AADHAAR), "FAIL"),
        ({"cards": {AADHAAR: CardData("Nila Das")}}, ("BIRTH_DATE", AADHAAR), "LOOK"),
        ({"cards": {BACK: CardData(pin="110001")}}, ("PIN", BACK), "LOOK"),
        ({"cards": {BACK: CardData()}}, ("PIN", BACK), "LOOK"),
        ({"surname_letter_fits": False}, ("PAN_SURNAME", PAN), "LOOK"),
        ({"pan_elsewhere": True}, ("PAN_ELSEWHERE", PAN), "FAIL"),
        ({"person_elsewhere": True}, ("PERSON_ELSEWHERE", ""), "FAIL"),
    ],
)
def test_each_difference_is_marked(changes: Any, key: tuple[str, str], verdict: str) -> None:
    """A mismatch fails, unreadable data needs a reviewer, and neither passes."""
    assert verdicts(profile_data(**changes))[key] == verdict


def test_checks_are_idempotent(sent_case: KycCase) -> None:
    """Task and sweep run the checks; running them again changes only the time."""
    review.sweep_unchecked_cases(at=NOON)
    made = set(sent_case.checks.values_list("kind", "document__kind", "verdict"))
    assert ("NAME", "AADHAAR_FRONT", "PASS") in made
    assert ("BIRTH_DATE", "PAN", "PASS") in made
    assert ("FACE", "AADHAAR_FRONT", "PASS") in made
    assert review.sweep_unchecked_cases(at=NOON) == 0
    tasks.check_case(case_id=str(sent_case.pk))
    assert set(sent_case.checks.values_list("kind", "document__kind", "verdict")) == made


@pytest.fixture
def faces_off(settings: Any) -> None:
    """Turn face matching off, where a test is about the other checks."""
    settings.HITOUCH_FACES = False


@pytest.mark.usefixtures("faces_off")
def test_checks_of_rejected_documents_are_deleted(sent_case: KycCase, reviewer: User) -> None:
    """Results of rejected photos do not apply to a new submission."""
    kyc_checks.run_checks(case=sent_case, at=NOON)
    review.claim_case(case=sent_case, by=reviewer, at=NOON)
    review.reject_case(
        case=sent_case, by=reviewer, at=NOON, reason="UNREADABLE", note="Send a sharper picture."
    )
    tasks.check_case(case_id=str(sent_case.pk))  # a late task: the case no longer waits
    kyc.submit_documents(agent=sent_case.agent, by=sent_case.agent.user, at=NOON)
    assert not sent_case.checks.exists()


@pytest.mark.usefixtures("faces_off")
def test_same_person_on_another_account_fails(sent_case: KycCase, ravi: Agent) -> None:
    """Another account with the same PAN, or same name, birth date and Aadhaar, is a mismatch."""
    kyc_checks.run_checks(case=sent_case, at=NOON)
    front = sent_case.documents.current().get(kind="AADHAAR_FRONT")
    number = sent_case.documents.current().get(kind="PAN").number
    other = KycCase.objects.create(agent=ravi)
    KycDocument.objects.create(case=other, kind="PAN", number_index=blind_index("pan", number))
    KycDocument.objects.create(case=other, kind="AADHAAR_FRONT", person_index=front.person_index)
    kyc_checks.run_checks(case=sent_case, at=NOON + timedelta(minutes=1))
    marked = sent_case.checks.filter(verdict="FAIL").values_list("kind", flat=True)
    assert set(marked) == {"PAN_ELSEWHERE", "PERSON_ELSEWHERE"}


@pytest.mark.usefixtures("faces_off")
def test_failed_checks_do_not_decide(sent_case: KycCase, reviewer: User) -> None:
    """A reviewer may approve a case whose checks failed, with a written reason."""
    for document in sent_case.documents.current():
        document.extracted = json.dumps({"name": "Somebody Else", "birth_on": "1970-01-01"})
        document.save()
    kyc_checks.run_checks(case=sent_case, at=NOON)
    sent_case.refresh_from_db()
    assert sent_case.state == KycCase.State.IN_REVIEW
    assert sent_case.checks.filter(verdict="FAIL").count() >= 4
    review.claim_case(case=sent_case, by=reviewer, at=NOON)
    with pytest.raises(ReasonRequired, match="The name on the Aadhaar"):
        review_desk.approve(sent_case, reviewer, why=" ")
    sent_case.checks.all().delete()  # also before they have run
    with pytest.raises(ReasonRequired):
        review_desk.approve(sent_case, reviewer, why="")
    review_desk.approve(sent_case, reviewer, why="Called her; the cards are from before marriage.")
    assert "before marriage" in sent_case.events.get(became="APPROVED").why
    assert len(AuditEvent.objects.get(action="kyc.approved").new["failed"]) >= 4


@pytest.mark.usefixtures("faces_off")
def test_reviewers_see_the_checks(
    sent_case: KycCase, reviewer: User, staff_client: Any, staff_without_role: User
) -> None:
    """Admin and API show the checks to reviewers and to nobody else."""
    page = f"/admin/onboarding/kyccase/{sent_case.pk}/change/"
    url = f"/api/v1/staff/kyc-cases/{sent_case.pk}/"
    client = staff_client(reviewer)
    assert "No checks yet" in client.get(page).content.decode()
    kyc_checks.run_checks(case=sent_case, at=NOON)
    assert "The name on the Aadhaar matches." in client.get(page).content.decode()
    told_ = client.get(url).json()["checks"]
    assert {"kind": "PIN", "document": "AADHAAR_BACK"}.items() <= next(
        each for each in told_ if each["kind"] == "PIN"
    ).items()
    for other in (staff_client(staff_without_role), Client()):
        assert other.get(url).status_code in (401, 403)
        assert other.get(page).status_code in (302, 403)


@pytest.mark.usefixtures("faces_off")
def test_reading_checks_needs_a_fixed_number_of_queries(
    sent_case: KycCase, django_assert_max_num_queries: Any
) -> None:
    """A case with all checks needs no more queries than one without."""
    kyc_checks.run_checks(case=sent_case, at=NOON)
    with django_assert_max_num_queries(4):
        case = kyc_queries.all_cases().get(pk=sent_case.pk)
        assert all(str(check.document or check) for check in case.checks.all())
    assert KycCheck.objects.count() > 8
