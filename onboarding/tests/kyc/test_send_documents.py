"""Uploading, replacing and submitting photos of documents."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent
from conftest import NOON, make_agent
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.models import OutboxMessage, StoredFile
from hitouch.core.web.downloads import private_link
from onboarding.demo import agents
from onboarding.kyc import reading, uploads
from onboarding.kyc import services as kyc
from onboarding.kyc.review import services as review
from onboarding.models import KycCase, KycDocument, KycUpload
from onboarding.tests.conftest import problem
from onboarding.tests.support import review_desk

API = "/api/v1/onboarding/documents/"
PICTURE = agents.picture("doc").read()
State = KycCase.State


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


def upload_by_api(client: Any, slug: str, **fields: str) -> Any:
    """Upload a photo with PUT, as an API client does."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="234567890124.png"\r\n'
        b"Content-Type: image/png\r\n\r\n"
    )
    body = b"".join([*parts, head, PICTURE, b"\r\n--x--\r\n"])
    return client.generic("PUT", f"{API}{slug}/", body, "multipart/form-data; boundary=x")


def upload_by_page(client: Any, slug: str, **fields: str) -> Any:
    return client.post(
        reverse("onboarding:document", args=[slug]), {"file": agents.picture("doc"), **fields}
    )


def read_all() -> None:
    """Read what was uploaded, as the worker does."""
    while reading.read_next(clock=timezone.now):
        pass


@pytest.mark.usefixtures("quick_reader")
def test_pages_send_documents(agent_with_profile: Agent, agent_client: Any) -> None:
    """Three photos and a submission on the pages put the case under review."""
    client = agent_client(agent_with_profile)
    assert upload_by_page(client, "aadhaar-front", last_four="4321").status_code == 302
    read_all()
    assert KycCase.objects.get(agent=agent_with_profile).state == State.PARTIAL
    upload_by_page(client, "aadhaar-back")
    upload_by_page(client, "pan", number=agents.sample_pan(agent_with_profile).lower())
    read_all()
    client.post(reverse("onboarding:documents-submit"))
    case = KycCase.objects.get(agent=agent_with_profile)
    assert case.state == State.IN_REVIEW
    assert [event.became for event in case.events.order_by("at", "id")] == ["PARTIAL", "IN_REVIEW"]
    assert (
        "You submitted your documents on"
        in client.get(reverse("onboarding:documents")).content.decode()
    )
    assert OutboxMessage.objects.filter(template="onboarding/documents_received").exists()


@pytest.mark.usefixtures("quick_reader")
def test_api_sends_documents(agent_with_profile: Agent, agent_client: Any) -> None:
    """The API does the same, and returns masked numbers."""
    client = agent_client(agent_with_profile)
    pan = agents.sample_pan(agent_with_profile)
    upload_by_api(client, "aadhaar-front", last_four="4321")
    upload_by_api(client, "aadhaar-back", last_four="4321")
    upload_by_api(client, "pan", number=pan)
    read_all()
    body = client.get(API).json()
    assert [row["number"] for row in body["documents"]] == [
        f"•••• {pan[-4:]}",
        "•••• 4321",
        "•••• 4321",
    ]
    assert client.post(f"{API}submit/").json()["state"] == "IN_REVIEW"
    assert problem(client.post(f"{API}submit/")) == (409, "wrong_state")


@pytest.mark.usefixtures("quick_reader")
def test_pan_is_encrypted_and_file_name_is_replaced(
    agent_with_profile: Agent, agent_client: Any
) -> None:
    """The PAN is encrypted in the database, and the name of the uploaded file is not stored."""
    pan = agents.sample_pan(agent_with_profile)
    upload_by_api(agent_client(agent_with_profile), "pan", number=pan)
    read_all()
    document = KycDocument.objects.get(kind="PAN")
    assert document.number == pan
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, number_index FROM onboarding_kycdocument")
        sealed, index = cursor.fetchone()
    assert pan.encode() not in bytes(sealed)
    assert pan not in index
    names = set(StoredFile.objects.values_list("name", flat=True))
    assert names == {"photo.jpg", "upload", "pan.jpg"}


@pytest.mark.parametrize(
    ("slug", "fields", "code"),
    [
        ("aadhaar-front", {"last_four": "234567890124"}, "full_aadhaar_number"),
        ("aadhaar-front", {"last_four": "2345 6789 0124"}, "full_aadhaar_number"),
        ("aadhaar-front", {"last_four": "12"}, "last_four_needed"),
        ("aadhaar-front", {}, "validation_failed"),
        ("aadhaar-back", {}, "last_four_needed"),
        ("pan", {"number": "234567890124"}, "full_aadhaar_number"),
        ("pan", {"number": "ABCCE1234F"}, "bad_pan"),
        ("pan", {}, "validation_failed"),
    ],
)
def test_invalid_numbers_are_refused(
    agent_with_profile: Agent, agent_client: Any, slug: str, fields: dict[str, str], code: str
) -> None:
    """Page and API refuse a full Aadhaar number, an invalid PAN and a missing number."""
    client = agent_client(agent_with_profile)
    assert problem(upload_by_api(client, slug, **fields)) == (422, code)
    assert upload_by_page(client, slug, **fields).status_code == 200
    assert not KycUpload.objects.exists()


def test_different_digits_on_both_sides_are_refused(
    agent_with_profile: Agent, agent_client: Any
) -> None:
    """Front and back with different last four digits are refused."""
    client = agent_client(agent_with_profile)
    upload_by_api(client, "aadhaar-front", last_four="4321")
    assert problem(upload_by_api(client, "aadhaar-back", last_four="9999")) == (
        422,
        "last_four_differs",
    )


@pytest.mark.usefixtures("quick_reader")
def test_submission_needs_all_documents(agent_with_profile: Agent, agent_client: Any) -> None:
    """Submitting needs all three photos."""
    client = agent_client(agent_with_profile)
    assert problem(client.post(f"{API}submit/")) == (409, "documents_missing")
    upload_by_api(client, "pan", number=agents.sample_pan(agent_with_profile))
    read_all()
    assert "Aadhaar, front" in client.post(f"{API}submit/").json()["detail"]


@pytest.mark.usefixtures("quick_reader")
def test_replacing_keeps_one_of_a_kind(agent_with_profile: Agent, agent_client: Any) -> None:
    """A new photo replaces the current one; the database allows one current document a kind."""
    client = agent_client(agent_with_profile)
    for digits in ("4321", "5555"):
        upload_by_api(client, "aadhaar-front", last_four=digits)
        read_all()
    current = KycDocument.objects.current().get()
    assert current.last_four == "5555"
    with pytest.raises(IntegrityError), transaction.atomic():
        KycDocument.objects.update(replaced_at=None)


def test_documents_under_review_are_locked(sent_case: KycCase, agent_client: Any) -> None:
    """Documents under review cannot be replaced."""
    client = agent_client(sent_case.agent)
    response = upload_by_api(client, "aadhaar-front", last_four="4321")
    assert problem(response) == (409, "documents_locked")
    page = upload_by_page(client, "aadhaar-front", last_four="4321")
    assert page.headers["Location"] == f"{reverse('onboarding:documents')}#aadhaar-front"
    assert "under review and can" in client.get(page.headers["Location"]).content.decode()


def test_agents_see_only_their_own_photos(
    sent_case: KycCase, ravi: Agent, bring: Any, agent_client: Any
) -> None:
    """An agent sees their own photos, and has no URL for those of others."""
    ravi = bring(ravi, "profile")
    client = agent_client(sent_case.agent)
    page = client.get(reverse("onboarding:documents")).content.decode()
    link = next(word for word in re.findall(r'src="([^"]+)"', page) if "/pan/picture/" in word)
    assert client.get(link).status_code == 200
    assert agent_client(ravi).get(link).status_code == 404
    assert agent_client(ravi).get(f"{API}").json()["documents"] == []


def test_photo_links_are_bound_to_person_photo_and_time(
    sent_case: KycCase, agent_client: Any
) -> None:
    """A link to a photo is valid for one person, one photo and five minutes."""
    agent, url = sent_case.agent, reverse("onboarding:document-picture", args=["pan"])
    client = agent_client(agent)
    pan, front = (sent_case.documents.get(kind=kind).file for kind in ("PAN", "AADHAAR_FRONT"))
    link = private_link(url, pan, viewer=agent.user)
    assert client.get(link).status_code == 200
    for dead in (
        url,
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        private_link(url, front, viewer=agent.user),
        private_link(url, pan, viewer=make_agent("Kabir").user),
    ):
        assert client.get(dead).status_code == 403
    with time_machine.travel(NOON + timedelta(minutes=6)):
        assert client.get(link).status_code == 403


def test_database_refuses_undeclared_transitions(sent_case: KycCase) -> None:
    """The database refuses an undeclared state transition, also in an update."""
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        KycCase.objects.filter(pk=sent_case.pk).update(state=State.PENDING)


@pytest.mark.usefixtures("quick_reader")
def test_approved_pan_cannot_be_used_again(
    nila: Agent, bring: Any, sent_case: KycCase, reviewer: Any, second_reviewer: Any
) -> None:
    """A PAN on approved documents can neither be uploaded nor approved for another agent."""
    kabir = bring(make_agent("Kabir"), "profile")
    pan = agents.sample_pan(sent_case.agent)
    for kind, facts in {
        "AADHAAR_FRONT": {"last_four": "4321"},
        "AADHAAR_BACK": {"last_four": "4321"},
        "PAN": {"number": pan},
    }.items():
        upload = agents.card(kabir, kind)
        agents.save_document(agent=kabir, kind=kind, upload=upload, now=NOON, **facts)
    case = kyc.submit_documents(agent=kabir, by=kabir.user, at=NOON)
    agents.approve_documents(agent=sent_case.agent, reviewer=reviewer, now=NOON)
    review.claim_case(case=case, by=reviewer, at=NOON)
    with pytest.raises(kyc.PanInUse):
        review_desk.approve(case, reviewer)
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    review.reject_case(case=case, by=reviewer, at=NOON, reason="NOT_GENUINE", note="Not yours.")
    with pytest.raises(kyc.PanInUse):
        uploads.accept_upload(
            agent=kabir, kind="PAN", upload=agents.picture("x"), at=NOON, number=pan
        )


def test_second_submission_is_refused(sent_case: KycCase) -> None:
    """Submitting again while under review is refused."""
    with pytest.raises(InvalidTransition):
        kyc.submit_documents(agent=sent_case.agent, by=sent_case.agent.user, at=NOON)
