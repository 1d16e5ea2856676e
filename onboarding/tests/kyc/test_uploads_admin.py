"""The admin of uploaded files: for reviewers and support, without files, numbers or actions."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, User
from conftest import NOON, make_staff
from onboarding.demo import agents
from onboarding.kyc import uploads
from onboarding.kyc.review import referrals
from onboarding.kyc.review import services as review
from onboarding.models import KycUpload
from onboarding.tests.support.review_desk import Desk

pytestmark = pytest.mark.django_db
LIST = reverse("admin:onboarding_kycupload_changelist")


@pytest.fixture
def upload(agent_with_profile: Agent) -> KycUpload:
    number = agents.sample_pan(agent_with_profile)
    return uploads.accept_upload(
        agent=agent_with_profile, kind="PAN", upload=agents.picture("doc"), number=number, at=NOON
    )


def page_of(upload: KycUpload) -> str:
    return reverse("admin:onboarding_kycupload_change", args=[upload.pk])


@pytest.mark.parametrize("role", ["reviewer", "support"])
def test_staff_see_what_waits(upload: KycUpload, staff_client: Any, role: str) -> None:
    """List and page say what became of a file; only the last digits of its number are shown."""
    client = staff_client(make_staff("Meera", role))
    assert "Waiting to be read" in client.get(LIST).content.decode()
    page = client.get(page_of(upload)).content.decode()
    assert upload.number[-4:] in page
    assert upload.number not in page
    assert str(upload.file_id) not in page
    assert 'name="_save"' not in page
    assert client.post(page_of(upload), {"state": "READ"}).status_code == 403


def test_unread_files_are_on_top(upload: KycUpload, agent_with_profile: Agent) -> None:
    """The longest waiting first, ended ones below."""
    ended = uploads.accept_upload(
        agent=agent_with_profile, kind="AADHAAR_FRONT", upload=agents.picture("doc"),
        last_four="4321", at=NOON,
    )  # fmt: skip
    uploads.withdraw_upload(upload=ended, at=NOON)
    assert list(KycUpload.objects.unread_first()) == [upload, KycUpload.objects.get(pk=ended.pk)]


def test_a_case_that_was_passed_on_is_for_seniors(desk: Desk, staff_client: Any) -> None:
    """Like the case itself; and nobody sees their own files."""
    row = KycUpload.objects.create(
        case=desk.case, kind="PAN", last_four="234F", state="WITHDRAWN", ended_at=NOON
    )
    reviewer, senior = desk.second, make_staff("Saira", "senior_reviewer")
    assert staff_client(reviewer).get(page_of(row)).status_code == 200
    review.claim_case(case=desk.case, by=desk.reviewer, at=NOON)
    referrals.refer_case(
        case=desk.case, kind="FRAUD", note="The stamp looks wrong.", by=desk.reviewer, at=NOON
    )
    assert staff_client(reviewer).get(page_of(row)).status_code == 302
    assert staff_client(senior).get(page_of(row)).status_code == 200
    Agent.objects.filter(pk=desk.agent.pk).update(user=senior)
    assert staff_client(senior).get(page_of(row)).status_code == 302


def test_strangers_see_nothing(
    upload: KycUpload,
    staff_without_role: User,
    agent_client: Any,
    staff_client: Any,
    client: Client,
) -> None:
    """Agents, staff without the role and nobody."""
    for who in (agent_client(upload.case.agent), staff_client(staff_without_role), client):
        for url in (LIST, page_of(upload)):
            assert who.get(url).status_code in (302, 403)
