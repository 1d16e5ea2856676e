"""A reviewer asks for one document again; the others stay, and the agent is told in plain words."""

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
from onboarding.tests.support.review_desk import API, MINE, Desk, browser, call, press, screen

State = KycCase.State
PAN = {"documents": [{"kind": "PAN", "reason": "UNREADABLE", "note": "The corner shines."}]}
PAN_ON_SCREEN = {"PAN-reason": "UNREADABLE", "PAN-note": "The corner shines."}
pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """The PAN card was asked for again."""
    ask(desk, "PAN")
    return desk


def ask(desk: Desk, *kinds: str, reason: str = "UNREADABLE", hours: int = 0) -> None:
    at = NOON + timedelta(hours=hours)
    review.claim_case(case=desk.case, by=desk.reviewer, at=at)
    wanted = [review.ResubmissionItem(kind, reason) for kind in kinds]
    review.request_resubmissions(case=desk.case, wanted=wanted, by=desk.reviewer, at=at)


def put(desk: Desk, kind: str, at: Any = NOON) -> None:
    factories.put_document(desk.agent, kind, at)


def send(desk: Desk, at: Any = NOON) -> KycCase:
    return kyc.submit_documents(agent=desk.agent, by=desk.agent.user, at=at)


@pytest.mark.parametrize("door", ["api", "screen"])
def test_one_document_goes_back(desk: Desk, door: str) -> None:
    """The case goes back for what was marked, with its reason, and the agent gets a mail."""
    client = browser(desk.reviewer)
    call(client, desk.case, "claim")
    if door == "api":
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
def test_asking_needs_a_document_and_a_reason(desk: Desk, body: dict, code: str) -> None:
    """Each document once, with a reason of ours, and never a whole Aadhaar number beside it."""
    client = browser(desk.reviewer)
    call(client, desk.case, "claim")
    assert problem(call(client, desk.case, "ask", body)) == (422, code)
    assert desk.case.state == State.IN_REVIEW


def test_the_screen_wants_a_mark(desk: Desk) -> None:
    """Nothing marked, or a reason that is none: said on the screen, and nothing moves."""
    client = browser(desk.reviewer)
    call(client, desk.case, "claim")
    told = press(client, desk.case, "ask", {"PAN-reason": ""}).content.decode()
    assert "Select each document to be uploaded again" in told
    press(client, desk.case, "ask", {"PAN-reason": "WHIM"})
    assert (desk.case.state, KycAsk.objects.count()) == (State.IN_REVIEW, 0)


def test_only_who_took_it_asks(desk: Desk) -> None:
    """Asking is a decision: by whoever has the case."""
    assert problem(call(browser(desk.second), desk.case, "ask", PAN)) == (409, "not_your_case")
    press(browser(desk.second), desk.case, "ask", PAN_ON_SCREEN)
    assert not KycAsk.objects.exists()


def test_the_others_stay(asked: Desk) -> None:
    """What was not asked for is refused at both doors, and its form is not on the page."""
    client = browser(asked.agent.user)
    before = asked.document("AADHAAR_FRONT").pk
    picture = {"file": agents.card(asked.agent, "AADHAAR_FRONT"), "last_four": "4321"}
    page = client.post(
        reverse("onboarding:document", args=["aadhaar-front"]), picture, follow=True
    ).content.decode()
    assert "This document is fine" in page
    assert put_by_api(client, asked, "AADHAAR_FRONT") == (409, "document_stays")
    assert asked.document("AADHAAR_FRONT").pk == before
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


def test_the_agent_reads_why(asked: Desk) -> None:
    """Which document, why and what helps: on the page, over the API and in the open step."""
    client = browser(asked.agent.user)
    page = client.get(reverse("onboarding:documents")).content.decode()
    assert "Upload these again" in page
    assert "It is not readable" in page
    found = client.get(MINE).json()["asks"]
    assert [(row["kind"], row["reason"], row["is_replaced"]) for row in found] == [
        ("pan", "UNREADABLE", False)
    ]
    assert "daylight" in found[0]["what_to_do"]


def test_sending_needs_the_new_picture(asked: Desk) -> None:
    """Sent as it was: refused at both doors, in words; with the new picture it goes."""
    client = browser(asked.agent.user)
    assert problem(client.post(f"{MINE}submit/")) == (409, "asked_still_missing")
    page = client.post(reverse("onboarding:documents-submit"), follow=True).content.decode()
    assert "Add a new photo first: PAN card." in page
    put(asked, "PAN")
    assert "New photo added" in client.get(reverse("onboarding:documents")).content.decode()
    assert client.post(f"{MINE}submit/").json()["asks"] == []
    assert asked.case.state == State.IN_REVIEW
    assert not KycAsk.objects.open().exists()


def test_a_name_can_be_put_right_in_the_profile(desk: Desk) -> None:
    """When name or birth date differ, the profile may be what is wrong: no new picture needed."""
    ask(desk, "PAN", reason="NAME_DIFFERS")
    send(desk)
    client = browser(desk.second)
    call(client, desk.case, "claim")
    assert "Same photo" in screen(client, desk.case).content.decode()


def test_what_came_again_is_marked(asked: Desk) -> None:
    """The reviewer sees which document is new, in the queue, on the screen and over the API."""
    put(asked, "PAN")
    send(asked)
    client = browser(asked.second)
    page = client.get(reverse("admin:onboarding_kyccase_changelist")).content.decode()
    assert '<td class="field-resubmitted">PAN card</td>' in page
    shown = screen(client, asked.case).content.decode()
    assert "Resubmitted" in shown
    assert "New photo" in shown
    row = client.get(API).json()["data"][0]
    assert [(each["kind"], each["is_replaced"]) for each in row["asks"]] == [("pan", True)]


def test_waiting_counts_on(desk: Desk) -> None:
    """Sent again, a case has the place of what it had waited; the agent's own days do not count."""
    ask(desk, "PAN", hours=5)
    later = NOON + timedelta(days=3)
    put(desk, "PAN", at=later)
    case = send(desk, at=later)
    assert case.queued_at == later - timedelta(hours=5)
    assert case.submitted_at == later


def came_again(desk: Desk, *reasons: str) -> None:
    """Asked for the PAN with each of these reasons in turn, and sent once more each time."""
    for hours, reason in enumerate(reasons):
        ask(desk, "PAN", reason=reason, hours=hours)
        document = desk.document("PAN")
        KycDocument.objects.filter(pk=document.pk).update(replaced_at=NOON)
        document.pk, document._state.adding = uuid4(), True
        document.save(force_insert=True)
        send(desk, at=NOON + timedelta(hours=hours))


@pytest.mark.parametrize("reason", KycAsk.ABOUT_PICTURE)
def test_who_asked_for_a_better_picture_approves_it(desk: Desk, reason: str) -> None:
    """Nobody was rejected: the queue gives it back to who knows it, who may decide."""
    came_again(desk, reason, reason)
    late = NOON + timedelta(hours=5)
    assert review.claim_next_case(by=desk.reviewer, at=late) == desk.case
    review.approve_case(case=desk.case, by=desk.reviewer, at=late)


@pytest.mark.parametrize("reason", sorted(set(KycAsk.Reason.values) - {*KycAsk.ABOUT_PICTURE}))
def test_who_rejected_one_does_not_approve(desk: Desk, reason: str) -> None:
    """Four eyes, also when the next ask was only for a better picture: somebody else decides."""
    came_again(desk, reason, "UNREADABLE")
    late = NOON + timedelta(hours=5)
    assert review.claim_next_case(by=desk.reviewer, at=late) is None
    review.claim_case(case=desk.case, by=desk.reviewer, at=late)
    with pytest.raises(review.SecondReviewerRequired):
        review.approve_case(case=desk.case, by=desk.reviewer, at=late)
    review.release_case(case=desk.case, by=desk.reviewer, at=late)
    assert review.claim_next_case(by=desk.second, at=late) == desk.case
    review.approve_case(case=desk.case, by=desk.second, at=late)


def test_an_ask_takes_no_rejection_back(desk: Desk) -> None:
    """All of it was rejected once: whatever was asked for before or since, it stays so."""
    came_again(desk, "CUT_OFF")
    late = NOON + timedelta(hours=5)
    facts = {"case": desk.case, "by": desk.reviewer, "at": late}
    review.claim_case(**facts)
    review.reject_case(**facts, reason="UNREADABLE", note="All of it.")
    send(desk, at=late)
    assert review.claim_next_case(by=desk.reviewer, at=late) is None


def test_rejecting_the_whole_case_opens_everything(desk: Desk) -> None:
    """Without asks every picture may be replaced, as before."""
    review.claim_case(case=desk.case, by=desk.reviewer, at=NOON)
    review.reject_case(
        case=desk.case, by=desk.reviewer, at=NOON, reason="UNREADABLE", note="All of it."
    )
    standing = kyc_queries.documents_status(kyc_queries.case_of(desk.agent))
    assert all(standing.can_upload(kind) for kind in standing.kinds)


def test_a_held_picture_asks_for_itself_alone(desk: Desk) -> None:
    """A picture that cannot be masked sends the case back for that one, and the others stay."""
    ask(desk, "AADHAAR_BACK")
    factories.put_document(desk.agent, "AADHAAR_BACK", card=factories.blank_picture())
    send(desk)
    held_pictures.request_another(
        held=desk.document("AADHAAR_BACK").held, by=desk.reviewer, at=NOON
    )
    standing = kyc_queries.documents_status(kyc_queries.case_of(desk.agent))
    assert list(standing.asks) == ["AADHAAR_BACK"]
    assert not standing.can_upload("PAN")
    with pytest.raises(kyc.DocumentsMissing):
        send(desk)


def test_one_open_ask_a_document(asked: Desk) -> None:
    """The database allows no second open ask about the same document."""
    found = KycAsk.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        KycAsk.objects.create(case=found.case, document=found.document, reason="CUT_OFF", at=NOON)


def test_asks_are_exported_and_erased(asked: Desk) -> None:
    """What was asked stands in the agent's export, and goes with the account."""
    told = onboarding_privacy.export(asked.agent.user)["identity_documents"]["asked_again"]
    assert [(row["document"], row["reason"]) for row in told] == [
        ("PAN card", "It is not readable")
    ]
    onboarding_privacy.erase(asked.agent.user, at=NOON)
    assert not KycAsk.objects.exists()
