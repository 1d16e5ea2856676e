"""Document access log: staff need a purpose, never see their own, and each access is recorded."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent, User
from conftest import NOON, make_agent, make_staff
from hitouch.core.web.downloads import private_link
from onboarding.kyc.checks import services as kyc_checks
from onboarding.kyc.review import access_log
from onboarding.kyc.review import queries as review_queries
from onboarding.kyc.review import services as review
from onboarding.models import KycCase, KycLook
from onboarding.tests.conftest import problem
from onboarding.tests.support.review_desk import API, Desk, browser, call, press, screen

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "documents"


def pictures_in(page: Any) -> list[str]:
    """The URLs of the photos on a page."""
    found = re.findall(r'<img[^>]* src="([^"]+)"', page.content.decode())
    return [html.unescape(link) for link in found]


def picture_urls(desk: Desk) -> list[str]:
    """The unsigned URLs of a document's photo and the profile photo, in admin and API."""
    pan = desk.document("PAN").pk
    return [
        reverse("admin:onboarding_kyccase_picture", args=[desk.case_pk, pan]),
        reverse("admin:onboarding_kyccase_photo", args=[desk.case_pk]),
        f"{API}{desk.case_pk}/documents/{pan}/",
        f"{API}{desk.case_pk}/photo/",
    ]


def recorded_purposes() -> list[str]:
    """The purposes of the recorded accesses to photos and numbers."""
    actions = ("documents.viewed", "photo.viewed", "pan.revealed")
    events = AuditEvent.objects.filter(action__in=actions).order_by("id")
    return [event.new["purpose"] for event in events]


def test_without_a_purpose_nothing_is_shown(desk: Desk) -> None:
    """Without a purpose neither admin nor API show photos or the full PAN."""
    client = browser(desk.reviewer)
    assert pictures_in(screen(client, desk.case)) == []
    assert [client.get(url).status_code for url in picture_urls(desk)] == [403, 403, 409, 409]
    assert problem(call(client, desk.case, "pan")) == (409, "purpose_missing")
    told = press(client, desk.case, "pan").content.decode()
    assert "enter why you need to view" in told
    assert desk.document("PAN").number not in told
    assert recorded_purposes() == []


@pytest.mark.parametrize("purpose", ["APPEAL", "SUPPORT", "AUDIT"])
def test_stated_purpose_is_recorded_with_each_access(desk: Desk, purpose: str) -> None:
    """A purpose stated in admin or API is recorded with every photo and number."""
    client = browser(desk.reviewer)
    shown = press(client, desk.case, "look", {"purpose": purpose})
    links = pictures_in(shown)
    assert [client.get(link).status_code for link in links] == [200] * 4
    assert call(client, desk.case, "pan").json()["number"] == desk.document("PAN").number
    assert recorded_purposes() == [purpose] * 5
    assert AuditEvent.objects.get(action="documents.opened").new == {"purpose": purpose}


def test_claim_implies_the_purpose(desk: Desk) -> None:
    """A claim is a purpose for its reviewer only."""
    client = browser(desk.reviewer)
    call(client, desk.case, "claim")
    assert client.get(picture_urls(desk)[2]).status_code == 200
    assert recorded_purposes() == ["REVIEW"]
    assert problem(browser(desk.second).get(picture_urls(desk)[2])) == (409, "purpose_missing")


def test_a_purpose_lasts_half_an_hour(desk: Desk) -> None:
    """A claim and a stated purpose expire after 30 minutes."""
    look = {"case": desk.case, "by": desk.second, "at": NOON}
    access_log.record_access_purpose(**look, purpose="AUDIT")
    review.claim_case(case=desk.case, by=desk.reviewer, at=NOON)
    for person, purpose in ((desk.second, "AUDIT"), (desk.reviewer, "REVIEW")):
        soon, late = NOON + timedelta(minutes=29), NOON + timedelta(minutes=30)
        assert review_queries.access_purpose_of(desk.case, person, soon) == purpose
        assert review_queries.access_purpose_of(desk.case, person, late) is None


@pytest.mark.parametrize("purpose", ["", "REVIEW", "CURIOSITY"])
def test_invalid_purposes_are_refused(desk: Desk, purpose: str) -> None:
    """REVIEW cannot be stated, and unknown purposes are refused, in admin and API."""
    client = browser(desk.reviewer)
    body = {"purpose": purpose}
    assert problem(call(client, desk.case, "looks", body)) == (422, "validation_failed")
    press(client, desk.case, "look", body)
    assert not KycLook.objects.exists()


def test_database_refuses_a_stated_review(desk: Desk) -> None:
    """One row per colleague and case, and never with the purpose REVIEW."""
    facts = {"case": desk.case, "by": desk.reviewer, "at": NOON}
    with pytest.raises(IntegrityError), transaction.atomic():
        KycLook.objects.create(**facts, purpose="REVIEW")
    access_log.record_access_purpose(**facts, purpose="AUDIT")
    access_log.record_access_purpose(**facts, purpose="APPEAL")
    assert KycLook.objects.get().purpose == "APPEAL"


def test_links_are_bound_to_one_colleague(desk: Desk) -> None:
    """A copied link is refused for a colleague, even with a purpose of their own."""
    one, two = browser(desk.reviewer), browser(desk.second)
    call(one, desk.case, "claim")
    call(two, desk.case, "looks", {"purpose": "SUPPORT"})
    links = pictures_in(screen(one, desk.case))
    assert all("?for=" in link for link in links)
    assert {two.get(link).status_code for link in links} == {403}
    assert one.get(links[0].partition("?")[0]).status_code == 403


def test_refused_links_are_not_recorded(desk: Desk) -> None:
    """Unsigned, copied, forged, expired and swapped links are refused and not recorded."""
    one, two = browser(desk.reviewer), browser(desk.second)
    call(one, desk.case, "claim")
    call(two, desk.case, "looks", {"purpose": "SUPPORT"})
    links = pictures_in(screen(one, desk.case))
    bare = [link.partition("?")[0] for link in links]
    signed = links[0].partition("?")[2]
    bad = [*bare, f"{links[0]}x", *(f"{link}?{signed}" for link in bare[1:])]
    assert {one.get(link).status_code for link in bad} == {403}
    assert {two.get(link).status_code for link in links} == {403}
    with time_machine.travel(NOON + timedelta(minutes=6)):
        assert {one.get(link).status_code for link in links} == {403}
    assert recorded_purposes() == []
    assert one.get(links[0]).status_code == 200
    assert recorded_purposes() == ["REVIEW"]


@pytest.fixture
def agent_on_staff(desk: Desk) -> User:
    """The agent of the documents is also a reviewer."""
    colleague = make_staff("Tara", "reviewer")
    desk.agent.__class__.objects.filter(pk=desk.agent.pk).update(user=colleague)
    return colleague


def test_own_documents_are_hidden(desk: Desk, agent_on_staff: User) -> None:
    """Reviewers can neither list, see nor decide their own documents, in admin and API."""
    client, case = browser(agent_on_staff), desk.case
    assert client.get(API).json()["data"] == []
    listed = client.get(reverse("admin:onboarding_kyccase_changelist")).content.decode()
    assert str(case.pk) not in listed
    assert screen(client, case).status_code == 403
    assert problem(client.get(f"{API}{case.pk}/")) == (409, "own_documents")
    for verb in ("claim", "release", "approve", "pan", "looks", "ask", "reject"):
        assert problem(call(client, case, verb)) == (409, "own_documents"), verb
    for verb in ("claim", "release", "look", "approve", "ask", "reject", "expire", "pan"):
        assert press(client, case, verb).status_code == 403, verb
    assert {client.get(url).status_code for url in picture_urls(desk)} == {403, 409}
    file = desk.document("PAN").file
    link = private_link(picture_urls(desk)[0], file, viewer=agent_on_staff)
    assert client.get(link).status_code == 403
    assert KycCase.objects.get(pk=case.pk).state == KycCase.State.IN_REVIEW
    assert recorded_purposes() == []


def test_similar_cases_are_shown(desk: Desk) -> None:
    """Cases with the same PAN are linked with masked names, and the own account is named so."""
    other = make_agent("Kabir")
    case = KycCase.objects.create(agent=other)
    pan = desk.document("PAN")
    case.documents.create(
        kind="PAN", last_four="234F", number=pan.number, number_index=pan.number_index
    )
    client = browser(desk.reviewer)
    shown = screen(client, desk.case).content.decode()
    assert "The same PAN" in shown
    assert "K••• R•••" in shown
    assert "Kabir" not in shown
    told = client.get(f"{API}{desk.case_pk}/").json()["elsewhere"]
    assert told == [
        {"case": str(case.pk), "name": "K••• R•••", "state": "Not started", "what": "The same PAN"}
    ]
    assert review_queries.similar_cases(desk.case, other.user)[0].is_own


def test_review_page_needs_a_fixed_number_of_queries(
    desk: Desk, django_assert_max_num_queries: Any
) -> None:
    """Requests, checks, history and similar cases add no queries."""
    client, counts = browser(desk.reviewer), []
    call(client, desk.case, "claim")
    screen(client, desk.case)
    for more in (False, True):
        if more:
            _add_rows(desk)
        with django_assert_max_num_queries(60) as page:
            screen(client, desk.case)
        with django_assert_max_num_queries(60) as api:
            client.get(f"{API}{desk.case_pk}/")
        counts.append((len(page), len(api)))
    assert counts[0] == counts[1]


def _add_rows(desk: Desk) -> None:
    kyc_checks.run_checks(case=desk.case, at=NOON)
    pan = desk.document("PAN")
    for name in ("Kabir", "Lila", "Manu"):
        case = KycCase.objects.create(agent=make_agent(name))
        case.documents.create(kind="PAN", last_four="2", number_index=pan.number_index)
    for reason in ("UNREADABLE", "CUT_OFF"):
        desk.case.asks.create(
            document=pan, reason=reason, at=NOON, answered_at=desk.case.submitted_at
        )
    for minute in range(5):
        desk.case.events.create(was="IN_REVIEW", became="IN_REVIEW", at=NOON, why=str(minute))
