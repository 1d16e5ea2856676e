"""Photos to mask of cases that were passed on: who sees them, and what happens to the referral."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, User
from conftest import NOON, make_staff
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.models import OutboxMessage, StoredFile
from hitouch.core.web.downloads import private_link
from onboarding.kyc import held_pictures
from onboarding.kyc.review import hand_masking, referrals
from onboarding.kyc.review import services as review
from onboarding.models import KycCase, KycHeldPicture, KycReferral
from onboarding.tests import factories
from onboarding.tests.conftest import problem
from onboarding.tests.support import review_desk
from onboarding.tests.support.review_desk import Desk, browser, call, press, screen

pytestmark = pytest.mark.django_db
State = KycHeldPicture.State
API = "/api/v1/staff/held-pictures/"
EXPIRED = NOON + timedelta(hours=23, minutes=50)
CORNER = [[0.0, 0.0, 0.1, 0.1]]
VERBS = ("mask", "no-number", "confirm", "discard", "ask-again")
PAGES = ("save", "numberless", "confirm", "discard", "again")


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "documents"


@pytest.fixture
def senior(db: None) -> User:
    return make_staff("Saira", "senior_reviewer")


@pytest.fixture
def held(desk: Desk) -> KycHeldPicture:
    """The case's Aadhaar front is pending redaction, with a result to confirm."""
    front = desk.document("AADHAAR_FRONT")
    picture = factories.blank_picture().picture
    row = held_pictures.hold_picture(document=front, picture=picture, at=NOON)
    front.file = None
    front.save()
    return row


def add_result(held: KycHeldPicture, by: User) -> None:
    """A result by this reviewer, without the readers."""
    stored = storage.store_bytes(
        b"x", name="r.jpg", content_type="image/jpeg", purpose=held_pictures.RESULT_PURPOSE
    )
    rows = KycHeldPicture.objects.filter(pk=held.pk)
    rows.update(state=State.READING, result_by=by, proposed_at=NOON, next_try_at=NOON)
    rows.update(state=State.RESULT, result=stored, result_end="MASKED", next_try_at=None)


def refer(desk: Desk, kind: str) -> KycReferral:
    """The first reviewer passes the case on."""
    review.claim_case(case=desk.case, by=desk.reviewer, at=NOON)
    return referrals.refer_case(
        case=desk.case, kind=kind, note="The stamp looks wrong.", by=desk.reviewer, at=NOON
    )


def services_of(row: KycHeldPicture, by: User) -> list[Callable[[], Any]]:
    """Every service of a photo to mask."""
    facts: dict[str, Any] = {"held": row, "by": by, "at": NOON}
    return [
        lambda: held_pictures.open_original(**facts),
        lambda: held_pictures.open_result(**facts),
        lambda: hand_masking.mask_by_hand(**facts, boxes=CORNER),
        lambda: hand_masking.accept_unmasked(**facts),
        lambda: held_pictures.confirm_result(**facts),
        lambda: held_pictures.discard_result(**facts),
        lambda: held_pictures.request_another(**facts),
    ]


def code_of(act: Callable[[], Any]) -> str:
    """The code of a refusal, or an empty text."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return ""


def page(held: KycHeldPicture, name: str) -> str:
    return reverse(f"admin:onboarding_kycheldpicture_{name}", args=[held.pk])


@pytest.mark.parametrize("kind", ["SENIOR", "FRAUD"])
def test_ordinary_reviewers_have_no_photo_that_was_passed_to_seniors(
    desk: Desk, held: KycHeldPicture, kind: str
) -> None:
    """They can neither list, open, mask, confirm nor ask again: services, API and page alike."""
    add_result(held, desk.second)
    refer(desk, kind)
    row = KycHeldPicture.objects.with_agent().get(pk=held.pk)
    assert {code_of(act) for act in services_of(row, desk.second)} == {"senior_required"}
    client, url = browser(desk.second), f"{API}{held.pk}/"
    answers = [client.get(f"{url}original/"), client.get(f"{url}result/")]
    answers += [
        client.post(f"{url}{verb}/", {"boxes": CORNER}, content_type="application/json")
        for verb in VERBS
    ]
    assert {problem(answer) for answer in answers} == {(403, "senior_required")}
    assert client.get(API).json()["data"] == []
    changelist = reverse("admin:onboarding_kycheldpicture_changelist")
    assert str(held.pk) not in client.get(changelist).content.decode()
    assert client.get(page(held, "mask")).status_code == 403
    assert {client.post(page(held, name)).status_code for name in PAGES} == {403}
    assert row.file is not None
    link = private_link(page(held, "original"), row.file, viewer=desk.second)
    assert client.get(link).status_code == 403
    row.refresh_from_db()
    assert (row.state, desk.case.state) == (State.RESULT, KycCase.State.IN_REVIEW)
    assert not AuditEvent.objects.filter(action="documents.original_viewed").exists()


@pytest.mark.parametrize("kind", ["SENIOR", "FRAUD"])
def test_seniors_mask_what_was_passed_to_them(
    desk: Desk, held: KycHeldPicture, senior: User, kind: str
) -> None:
    """A senior lists, opens and confirms; the referral stays open, because nothing was decided."""
    add_result(held, senior)
    refer(desk, kind)
    client, url = browser(senior), f"{API}{held.pk}/"
    assert [row["id"] for row in client.get(API).json()["data"]] == [str(held.pk)]
    assert client.get(page(held, "mask")).status_code == 200
    assert client.get(f"{url}original/").status_code == 200
    assert client.get(f"{url}result/").status_code == 200
    KycHeldPicture.objects.filter(pk=held.pk).update(needs_second_look=False)
    assert client.post(f"{url}confirm/").json()["end"] == "MASKED"
    assert KycReferral.objects.open().exists()


def test_a_second_opinion_leaves_the_photo_to_reviewers(desk: Desk, held: KycHeldPicture) -> None:
    """Every reviewer may mask, also whoever passed it on; only a claim sends the case back."""
    refer(desk, "SECOND_OPINION")
    for by in (desk.reviewer, desk.second):
        client = browser(by)
        assert client.get(page(held, "mask")).status_code == 200
        assert client.get(f"{API}{held.pk}/original/").status_code == 200


@pytest.mark.parametrize("kind", ["SECOND_OPINION", "SENIOR", "FRAUD"])
def test_the_desk_does_not_decide_a_case_that_was_passed_on(
    desk: Desk, held: KycHeldPicture, senior: User, kind: str
) -> None:
    """A new photo is requested in the review, where the decision also ends the referral."""
    refer(desk, kind)
    OutboxMessage.objects.all().delete()
    client = browser(senior)
    assert problem(client.post(f"{API}{held.pk}/ask-again/")) == (409, "case_passed_on")
    told = client.post(page(held, "again"), follow=True).content.decode()
    assert "passed on to a colleague" in told
    assert desk.case.state == KycCase.State.IN_REVIEW
    assert not OutboxMessage.objects.exists()
    call(client, desk.case, "claim")
    wanted = {"documents": [{"kind": "AADHAAR_FRONT", "reason": "UNREADABLE"}]}
    assert call(client, desk.case, "ask", wanted).status_code == 200
    assert desk.case.state == KycCase.State.REJECTED
    assert KycReferral.objects.get().ended_by == senior


@pytest.mark.parametrize("kind", ["SECOND_OPINION", "SENIOR", "FRAUD"])
def test_an_expired_original_of_a_case_that_was_passed_on(
    desk: Desk, held: KycHeldPicture, senior: User, kind: str,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    """It is destroyed; the case stays under review, the agent hears nothing, nobody approves."""
    refer(desk, kind)
    OutboxMessage.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        assert held_pictures.destroy_held(at=EXPIRED) == 1
    assert held_pictures.destroy_held(at=EXPIRED) == 0
    assert not StoredFile.objects.filter(purpose=held_pictures.PURPOSE).exists()
    assert KycHeldPicture.objects.get().end == "OUT_OF_TIME"
    assert desk.case.state == KycCase.State.IN_REVIEW
    assert KycReferral.objects.open().exists()
    assert not OutboxMessage.objects.exists()
    client = browser(senior)
    call(client, desk.case, "claim")
    assert "was deleted. Ask for a new one" in screen(client, desk.case).content.decode()
    review_desk.look(desk.case, senior)
    body = {"why": "The stamp is right."}
    assert problem(call(client, desk.case, "approve", body)) == (409, "picture_missing")
    assert "was deleted unmasked" in press(client, desk.case, "approve", body).content.decode()
    wanted = {"documents": [{"kind": "AADHAAR_FRONT", "reason": "UNREADABLE"}]}
    assert call(client, desk.case, "ask", wanted).status_code == 200
    assert not KycReferral.objects.open().exists()


def test_an_expired_original_of_an_ordinary_case(desk: Desk, held: KycHeldPicture) -> None:
    """Without a referral the agent is asked for a new photo."""
    assert held_pictures.destroy_held(at=EXPIRED) == 1
    assert desk.case.state == KycCase.State.REJECTED
    assert desk.case.asks.open().exists()


def test_others_have_no_access_to_photos_of_a_referred_case(
    desk: Desk, held: KycHeldPicture, staff_without_role: User, agent_client: Any, client: Any
) -> None:
    """Agents, staff without the role and nobody reach no photo to mask."""
    refer(desk, "FRAUD")
    for who in (agent_client(desk.agent), browser(staff_without_role), client):
        answers = [who.get(f"{API}{held.pk}/original/"), who.post(f"{API}{held.pk}/ask-again/")]
        assert {answer.status_code for answer in answers} <= {401, 403}
        assert who.get(page(held, "mask")).status_code in (302, 403, 404)
