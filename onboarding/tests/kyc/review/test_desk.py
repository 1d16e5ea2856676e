"""The reviewer's desk: pictures seen before approval, cases passed on, the sample of approvals."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from accounts.models import Agent, AuditEvent, User
from conftest import NOON, make_agent, make_staff
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.models import OutboxMessage
from onboarding import queries
from onboarding.kyc.checks import services as kyc_checks
from onboarding.kyc.review import access_log, referrals, samples
from onboarding.kyc.review import services as review
from onboarding.models import KycCase, KycReferral, KycSample
from onboarding.tests.conftest import problem
from onboarding.tests.support import review_desk, signed_documents
from onboarding.tests.support.review_desk import API, MINE, Desk, browser, call, press, screen

State = KycCase.State
SAMPLES = "/api/v1/staff/approval-samples/"


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "documents"


@pytest.fixture
def tara(bring: Any) -> Agent:
    """Another agent, with a complete profile and no documents."""
    return bring(make_agent("Tara"), "profile")


@pytest.fixture
def senior(db: None) -> User:
    return make_staff("Saira", "senior_reviewer")


def claimed(desk: Desk) -> KycCase:
    review.claim_case(case=desk.case, by=desk.reviewer, at=NOON)
    return desk.case


def refer(desk: Desk, kind: str, note: str = "The stamp looks wrong.") -> KycReferral:
    case = claimed(desk)
    return referrals.refer_case(case=case, kind=kind, note=note, by=desk.reviewer, at=NOON)


def code_of(act: Callable[[], Any]) -> str:
    """The code of a refusal, or an empty text."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return ""


def approval(desk: Desk, by: User) -> str:
    """The code with which an approval is refused."""
    return code_of(lambda: review.approve_case(case=desk.case, by=by, at=NOON, why="Seen."))


# Pictures


def test_each_picture_is_opened_before_approval(desk: Desk) -> None:
    """One picture that this reviewer has not opened is enough to refuse."""
    case = claimed(desk)
    for kind in ("AADHAAR_FRONT", "PAN"):
        access_log.open_document(document=desk.document(kind), by=desk.reviewer, at=NOON)
    access_log.open_photo(case=case, by=desk.reviewer, at=NOON)
    assert approval(desk, desk.reviewer) == "pictures_not_seen"
    access_log.record_access_purpose(case=case, by=desk.second, purpose="AUDIT", at=NOON)
    back = desk.document("AADHAAR_BACK")
    access_log.open_document(document=back, by=desk.second, at=NOON)
    assert approval(desk, desk.reviewer) == "pictures_not_seen"
    access_log.open_document(document=back, by=desk.reviewer, at=NOON)
    assert approval(desk, desk.reviewer) == ""


def test_a_new_picture_has_to_be_opened_again(desk: Desk) -> None:
    """A look at an earlier picture, or at an earlier file of the same row, does not count."""
    review_desk.look(claimed(desk), desk.reviewer)
    pan = desk.document("PAN")
    pan.file = desk.document("AADHAAR_BACK").file
    pan.save()
    assert approval(desk, desk.reviewer) == "pictures_not_seen"


def test_the_profile_photo_is_opened_before_approval(desk: Desk) -> None:
    """Faces are compared with the profile photo as it is now: a look at an earlier one is none."""
    case = claimed(desk)
    review_desk.look(case, desk.reviewer)
    agent = desk.agent
    agent.photo = desk.document("PAN").file
    agent.save()
    assert approval(desk, desk.reviewer) == "pictures_not_seen"
    client = browser(desk.reviewer)
    call(client, case, "claim")
    assert client.get(f"{API}{case.pk}/").json()["not_seen"] == ["photo"]
    refused = press(client, case, "approve", {"why": "Seen."}).content.decode()
    assert "Look at each photo first: Profile photo." in refused
    assert client.get(f"{API}{case.pk}/photo/").status_code == 200
    assert approval(desk, desk.reviewer) == ""


def test_faces_that_were_not_compared_need_a_reason(desk: Desk) -> None:
    """Until the checks have run, a face that does not match is unknown; page and API say so."""
    kyc_checks.run_checks(case=desk.case, at=NOON)
    client = browser(desk.reviewer)
    call(client, desk.case, "claim")
    review_desk.look(desk.case, desk.reviewer)
    before = client.get(f"{API}{desk.case_pk}/").json()["failed"]
    assert not any("not been compared" in words for words in before)
    kyc_checks.schedule_checks(desk.case)
    failed = client.get(f"{API}{desk.case_pk}/").json()["failed"]
    assert sum("not been compared" in words for words in failed) == 2
    assert "not been compared" in screen(client, desk.case).content.decode()
    assert problem(call(client, desk.case, "approve")) == (422, "approval_reason_missing")
    press(client, desk.case, "approve")
    assert desk.case.state == State.IN_REVIEW
    assert call(client, desk.case, "approve", {"why": "Compared by eye."}).status_code == 200
    recorded = AuditEvent.objects.get(action="kyc.approved").new
    assert any("not been compared" in words for words in recorded["failed"])


def test_a_reason_in_another_format_is_refused(desk: Desk) -> None:
    """A body that is not JSON is an error and not dropped; without a body nothing is said."""
    client, url = browser(desk.reviewer), f"{API}{desk.case_pk}/approve/"
    call(client, desk.case, "claim")
    review_desk.look(desk.case, desk.reviewer)
    for body, kind in (
        ("why=Seen", "application/x-www-form-urlencoded"), ("Seen", "text/plain"),
    ):  # fmt: skip
        assert client.post(url, body, content_type=kind).status_code == 415
    assert client.post(url, {"why": "Seen"}).status_code == 415
    assert desk.case.state == State.IN_REVIEW
    assert problem(client.post(url)) == (422, "approval_reason_missing")


def test_ocr_result_is_shown_beside_the_profile(desk: Desk) -> None:
    """Page and API show name, date, PIN and last four digits as read, and the pair of faces."""
    kyc_checks.run_checks(case=desk.case, at=NOON)
    client = browser(desk.reviewer)
    call(client, desk.case, "claim")
    told = client.get(f"{API}{desk.case_pk}/").json()
    pan = next(row for row in told["documents"] if row["kind"] == "pan")
    assert pan["read"]["name"].title() == desk.agent.name
    assert pan["read"]["birth_on"] == str(desk.agent.birth_date)
    front = next(row for row in told["documents"] if row["kind"] == "aadhaar-front")
    assert f"•••• {front['read']['last_four']}" == front["number"]
    assert {face["document"] for face in told["faces"]} <= {"aadhaar-front", "pan"}
    assert told["faces"]
    assert told["not_seen"] == ["aadhaar-back", "aadhaar-front", "pan", "photo"]
    page = screen(client, desk.case).content.decode()
    assert page.count("Read on it") == 3
    assert f"{desk.agent.birth_date:%-d %B %Y}" in page
    assert "Faces" in page


def test_api_records_the_same_access_log(desk: Desk) -> None:
    """Who, when, what for, from where and in which request: on the page as over the API."""
    client = browser(desk.reviewer)
    call(client, desk.case, "claim")
    pan = desk.document("PAN")
    client.get(f"{API}{desk.case_pk}/documents/{pan.pk}/", REMOTE_ADDR="203.0.113.9")
    client.get(f"{API}{desk.case_pk}/photo/", REMOTE_ADDR="203.0.113.9")
    client.post(f"{API}{desk.case_pk}/pan/", REMOTE_ADDR="203.0.113.9")
    page = screen(client, desk.case)
    [link, *_] = [part for part in page.content.decode().split('"') if f"{pan.pk}/?for=" in part]
    client.get(link.replace("&amp;", "&"), REMOTE_ADDR="203.0.113.9")
    press(client, desk.case, "pan")
    looks = AuditEvent.objects.filter(
        action__in=["documents.viewed", "photo.viewed", "pan.revealed"]
    )
    assert [look.action for look in looks.order_by("id")] == [
        "documents.viewed", "photo.viewed", "pan.revealed", "documents.viewed", "pan.revealed"
    ]  # fmt: skip
    for look in looks:
        assert (look.by, look.new["purpose"]) == (desk.reviewer, "REVIEW")
        assert look.address in ("203.0.x.x", "127.0.x.x")
        assert look.request_id
    assert looks.filter(address="203.0.x.x").count() == 4


# Passing on


def test_second_opinion_by_another_reviewer(desk: Desk) -> None:
    """Who asks for a second opinion cannot decide; any other reviewer can, and that ends it."""
    refer(desk, "SECOND_OPINION")
    assert code_of(lambda: review.claim_case(case=desk.case, by=desk.reviewer, at=NOON)) == (
        "passed_on"
    )
    assert review.claim_next_case(by=desk.reviewer, at=NOON) is None
    assert review.claim_next_case(by=desk.second, at=NOON) == desk.case
    review_desk.approve(desk.case, desk.second)
    referral = KycReferral.objects.get()
    assert (referral.ended_by, referral.ended_at) == (desk.second, NOON)


@pytest.mark.parametrize("kind", ["SENIOR", "FRAUD"])
def test_passed_to_seniors_leaves_the_queue(desk: Desk, senior: User, kind: str) -> None:
    """Ordinary reviewers neither find, open nor claim it any more; a senior decides."""
    refer(desk, kind)
    client, case = browser(desk.second), desk.case
    assert client.get(API).json()["data"] == []
    assert problem(client.get(f"{API}{case.pk}/")) == (403, "senior_required")
    assert problem(call(client, case, "claim")) == (403, "senior_required")
    assert problem(call(client, case, "looks", {"purpose": "AUDIT"})) == (403, "senior_required")
    listed = client.get(reverse("admin:onboarding_kyccase_changelist")).content.decode()
    assert str(case.pk) not in listed
    assert screen(client, case).status_code == 403
    assert review.claim_next_case(by=desk.second, at=NOON) is None
    above = browser(senior)
    assert [row["id"] for row in above.get(API).json()["data"]] == [str(case.pk)]
    call(above, case, "claim")
    assert above.get(f"{API}{case.pk}/").json()["referral"]["kind"] == kind
    assert "The stamp looks wrong." in screen(above, case).content.decode()
    labels = [queue.label for queue in queries.work_queues(now=NOON)]
    assert "Reviews for seniors" in labels
    review_desk.approve(desk.case, senior)
    assert desk.case.state == State.APPROVED


def test_agent_never_sees_a_suspicion(desk: Desk, agent_client: Any) -> None:
    """For the agent the case stays under review; no mail, no page and no API says more."""
    OutboxMessage.objects.all().delete()
    refer(desk, "FRAUD")
    mine = agent_client(desk.agent)
    shown = [
        mine.get(MINE).content.decode(),
        mine.get(reverse("onboarding:documents")).content.decode(),
        mine.get(reverse("onboarding:home")).content.decode(),
    ]
    assert all("raud" not in text and "stamp" not in text for text in shown)
    assert mine.get(MINE).json()["state"] == "IN_REVIEW"
    assert not OutboxMessage.objects.exists()
    assert desk.case.events.count() == 2  # started and submitted


def test_seniors_return_cases(desk: Desk, senior: User) -> None:
    """A suspicion that was unfounded goes back to the queue of all, with an answer."""
    refer(desk, "FRAUD")
    client = browser(senior)
    assert problem(call(client, desk.case, "return", {"answer": "x"})) == (409, "not_your_case")
    call(client, desk.case, "claim")
    assert problem(call(client, desk.case, "return", {"answer": " "})) == (422, "note_missing")
    assert call(client, desk.case, "return", {"answer": "Genuine."}).status_code == 200
    assert review.claim_next_case(by=desk.second, at=NOON) == desk.case
    assert problem(call(browser(desk.second), desk.case, "return", {"answer": "x"})) == (
        409, "wrong_state"
    )  # fmt: skip


def test_passing_on_by_page_and_api(desk: Desk) -> None:
    """Only the claimant passes a case on, with a known kind and a note; page and API alike."""
    client, other = browser(desk.reviewer), browser(desk.second)
    body = {"kind": "SECOND_OPINION", "note": "Please compare the photos."}
    assert problem(call(client, desk.case, "refer", body)) == (409, "not_your_case")
    call(client, desk.case, "claim")
    assert problem(call(other, desk.case, "refer", body)) == (409, "not_your_case")
    for wrong, code in (
        ({"kind": "HUNCH", "note": "x"}, "validation_failed"),
        ({"kind": "FRAUD", "note": " "}, "note_missing"),
        ({"kind": "FRAUD", "note": "2345 6789 0124"}, "full_aadhaar_number"),
    ):
        assert problem(call(client, desk.case, "refer", wrong)) == (422, code)
    press(client, desk.case, "refer", {"kind": "HUNCH", "note": "x"})
    assert not KycReferral.objects.exists()
    press(client, desk.case, "refer", body)
    assert KycReferral.objects.get().kind == "SECOND_OPINION"
    call(other, desk.case, "claim")
    assert call(other, desk.case, "refer", {**body, "kind": "FRAUD"}).status_code == 204
    assert KycReferral.objects.open().get().kind == "FRAUD"


def test_a_flagged_case_is_never_approved_by_itself(tara: Agent, reviewer: User) -> None:
    """Software does not approve what a person has passed on."""
    signed_documents.save_aadhaar(tara)
    signed_documents.save_pan(tara)
    case = signed_documents.submit(tara)
    kyc_checks.run_checks(case=case, at=NOON)
    KycReferral.objects.create(case=case, kind="FRAUD", note="x", by=reviewer, at=NOON)
    assert review.approve_by_checks(case=case, at=NOON) is None
    review.sweep_unchecked_cases(at=NOON)
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW


# The sample


@pytest.fixture
def approved_by_itself(tara: Agent, settings: Any) -> KycCase:
    """Signed documents, approved without a person, and drawn."""
    settings.HITOUCH_APPROVAL_SAMPLE_PERCENT = 100
    signed_documents.save_aadhaar(tara)
    signed_documents.save_pan(tara)
    case = signed_documents.submit(tara)
    kyc_checks.run_checks(case=case, at=NOON)
    assert review.approve_by_checks(case=case, at=NOON)
    return case


def test_the_share_that_is_drawn(settings: Any) -> None:
    """About the percentage that is set, the same cases each time, all or none at the ends."""
    cases = [KycCase(pk=UUID(int=number)) for number in range(2000)]
    settings.HITOUCH_APPROVAL_SAMPLE_PERCENT = 10
    drawn = [case.pk for case in cases if samples.is_drawn(case, approved_at=NOON)]
    assert 140 < len(drawn) < 260
    assert [case.pk for case in cases if samples.is_drawn(case, approved_at=NOON)] == drawn
    for percent, share in ((0, 0), (100, 2000)):
        settings.HITOUCH_APPROVAL_SAMPLE_PERCENT = percent
        assert sum(samples.is_drawn(case, approved_at=NOON) for case in cases) == share


def test_each_approval_of_a_case_is_a_draw_of_its_own(settings: Any) -> None:
    """A case that was drawn once, or never, is not so for ever."""
    settings.HITOUCH_APPROVAL_SAMPLE_PERCENT = 50
    case = KycCase(pk=UUID(int=1))
    draws = {samples.is_drawn(case, approved_at=NOON + timedelta(days=n)) for n in range(50)}
    assert draws == {True, False}


def test_drawn_approvals_are_listed_and_judged(approved_by_itself: KycCase, reviewer: User) -> None:
    """The desk lists them; a reviewer looks at each picture, and says whether it was right."""
    client, case = browser(reviewer), approved_by_itself
    [row] = client.get(SAMPLES).json()["data"]
    assert (row["case"], row["outcome"]) == (str(case.pk), "")
    assert "Automatic approvals to look at" in [
        queue.label for queue in queries.work_queues(now=NOON)
    ]
    url = f"{SAMPLES}{row['id']}/judge/"

    def judge(**body: Any) -> Any:
        return client.post(url, body, content_type="application/json")

    assert problem(judge(right=True)) == (409, "pictures_not_seen")
    call(client, case, "looks", {"purpose": "AUDIT"})
    review_desk.look(case, reviewer)
    page = screen(client, case).content.decode()
    assert "please look" in page
    assert problem(judge(right=False, note=" ")) == (422, "note_missing")
    assert judge(right=False, note="The portrait is of another person.").json()["outcome"] == (
        "WRONG"
    )
    assert problem(judge(right=True)) == (409, "wrong_state")
    assert client.get(SAMPLES).json()["data"] == []
    assert "Approvals judged wrong" in [queue.label for queue in queries.work_queues(now=NOON)]
    press(client, case, "expire", {"why": "Please send your documents again."})
    case.refresh_from_db()
    assert case.state == State.EXPIRED
    assert "Approvals judged wrong" not in [queue.label for queue in queries.work_queues(now=NOON)]


def test_a_sample_is_judged_on_the_page(approved_by_itself: KycCase, reviewer: User) -> None:
    """The list leads to the case, where one button says that it was right."""
    client, case = browser(reviewer), approved_by_itself
    listed = client.get(reverse("admin:onboarding_kycsample_changelist"))
    assert case.agent.name in listed.content.decode()
    sample = KycSample.objects.get()
    leads = client.get(reverse("admin:onboarding_kycsample_case", args=[sample.pk]))
    assert leads.url == reverse("admin:onboarding_kyccase_case", args=[case.pk])
    press(client, case, "look", {"purpose": "AUDIT"})
    review_desk.look(case, reviewer)
    press(client, case, "judge", {"right": "1"})
    sample.refresh_from_db()
    assert (sample.outcome, sample.by) == ("RIGHT", reviewer)


def test_approvals_by_people_are_not_drawn(desk: Desk, settings: Any) -> None:
    """Only automatic approvals are sampled."""
    settings.HITOUCH_APPROVAL_SAMPLE_PERCENT = 100
    claimed(desk)
    review_desk.approve(desk.case, desk.reviewer)
    assert not KycSample.objects.exists()


def test_own_approval_is_not_judged(approved_by_itself: KycCase) -> None:
    """Nobody sees or judges the sample of their own documents."""
    own = make_staff("Sita", "reviewer")
    type(approved_by_itself.agent).objects.filter(pk=approved_by_itself.agent_id).update(user=own)
    client, sample = browser(own), KycSample.objects.get()
    assert client.get(SAMPLES).json()["data"] == []
    answer = client.post(
        f"{SAMPLES}{sample.pk}/judge/", {"right": True}, content_type="application/json"
    )
    assert problem(answer) == (409, "own_documents")


def test_others_have_no_access_to_the_desk(
    desk: Desk, staff_without_role: User, agent_client: Any, client: Any
) -> None:
    """Agents, staff without the role and nobody reach none of it."""
    for who in (agent_client(desk.agent), browser(staff_without_role), client):
        answers = [who.get(SAMPLES), call(who, desk.case, "refer"), call(who, desk.case, "return")]
        assert {answer.status_code for answer in answers} <= {401, 403}


def test_page_requires_a_reason(desk: Desk) -> None:
    """The page lists failed checks and keeps what was written when it refuses."""
    case = claimed(desk)
    pan = desk.document("PAN")
    pan.extracted = '{"name": "Somebody Else", "birth_on": "1970-01-01"}'
    pan.save()
    review_desk.look(case, desk.reviewer)
    client = browser(desk.reviewer)
    call(client, desk.case, "claim")
    assert "These checks failed or have not run" in screen(client, desk.case).content.decode()
    refused = press(client, desk.case, "approve", {"why": ""})
    assert (
        "Write why you approve although a check has failed or has not run"
        in refused.content.decode()
    )
    assert problem(call(client, desk.case, "approve", {"why": " "})) == (
        422, "approval_reason_missing"
    )  # fmt: skip
    with pytest.raises(ReasonRequired):
        review.approve_case(case=desk.case, by=desk.reviewer, at=NOON)
    press(client, desk.case, "approve", {"why": "Saw the marriage certificate."})
    assert desk.case.state == State.APPROVED
