"""Starting and cancelling a DigiLocker session."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import Agent, AuditEvent, Consent
from conftest import NOON, make_agent, make_staff
from onboarding.kyc import services as kyc
from onboarding.kyc.digilocker import services as digilocker
from onboarding.models import KycCase, KycSession
from onboarding.tests.conftest import problem, texts_of
from onboarding.tests.support import digilocker as support_digilocker
from onboarding.tests.support.digilocker import API, PAGE, answer, begin, come_back, fetched

locker = support_digilocker.locker
pytestmark = pytest.mark.usefixtures("locker")
START = f"{PAGE}start/"
DOCUMENTS = "/onboarding/documents/"
State = KycSession.State
LATER = NOON + timedelta(minutes=5)


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


@pytest.fixture
def client(agent_with_profile: Agent, agent_client: Any) -> Any:
    return agent_client(agent_with_profile)


def test_page_redirects_to_digilocker(
    client: Any, agent_with_profile: Agent, settings: Any
) -> None:
    """With consent the page redirects to DigiLocker and records the consent with its version."""
    assert b"about 2 minutes" in client.get(DOCUMENTS).content
    sent = client.post(START, {"agreed": "on"})
    assert sent.url.startswith(f"{settings.DIGILOCKER_URL}/public/oauth2/1/authorize?")
    consent = Consent.objects.get(user=agent_with_profile.user, purpose="digilocker")
    assert (consent.version, consent.where) == ("2026-11", "PAGE")
    session = KycSession.objects.get()
    assert session.consent_version == consent.version
    assert session.expires_at - session.started_at == timedelta(minutes=30)
    assert AuditEvent.objects.filter(action="digilocker.started").exists()


def test_api_returns_the_consent_url(client: Any, agent_with_profile: Agent) -> None:
    """The API returns the consent URL once."""
    begun = client.post(API, {"agreed": True}, content_type="application/json")
    assert begun.status_code == 201
    assert "/authorize?" in begun.json()["authorize_url"]
    standing = client.get(API).json()
    assert (standing["is_here"], standing["visit"]["state"]) == (True, "CREATED")
    assert "authorize" not in str(standing)
    assert Consent.objects.get(user=agent_with_profile.user, purpose="digilocker").where == "API"


def test_state_is_random_and_hashed(agent_with_profile: Agent) -> None:
    """The state is long, random and without personal data; only its hash is stored (K14)."""
    urls = [
        begin(agent_with_profile).authorize_url,
        begin(agent_with_profile, at=LATER).authorize_url,
    ]
    asked = [parse_qs(urlsplit(url).query) for url in urls]
    one, other = (each["state"][0] for each in asked)
    assert one != other
    assert len(one) >= 43
    assert str(agent_with_profile.pk) not in urls[0]
    assert agent_with_profile.pk.hex not in urls[0]
    rows = str(list(KycSession.objects.values("state_hash", "log_in_hash", "back")))
    assert one not in rows
    assert other not in rows
    assert asked[0]["code_challenge_method"] == ["S256"]


def test_verifier_is_encrypted(agent_with_profile: Agent) -> None:
    """The verifier is encrypted in the database."""
    session = begin(agent_with_profile).session
    with connection.cursor() as cursor:
        cursor.execute("SELECT verifier FROM onboarding_kycsession")
        lying = bytes(cursor.fetchone()[0])
    assert len(session.verifier) >= 43
    assert session.verifier.encode() not in lying


@pytest.mark.parametrize("interface", ["page", "api"])
def test_consent_is_required(client: Any, interface: str) -> None:
    """Without consent there is neither a session nor a recorded consent (K17)."""
    if interface == "page":
        assert digilocker.DigiLockerConsentRequired.message in texts_of(
            client.post(START, follow=True)
        )
    else:
        sent = client.post(API, {"agreed": False}, content_type="application/json")
        assert problem(sent) == (422, "consent_needed")
    assert not KycSession.objects.exists()
    assert not Consent.objects.filter(purpose="digilocker").exists()


@pytest.mark.parametrize("missing", ["CLIENT_ID", "CLIENT_SECRET", "SIGNERS"])
def test_unconfigured_digilocker_is_disabled(client: Any, settings: Any, missing: str) -> None:
    """Page and API refuse with a message, also if only half is configured."""
    setattr(settings, f"DIGILOCKER_{missing}", "")
    assert "DigiLocker" not in client.get(reverse("onboarding:home")).content.decode()
    page = client.get(DOCUMENTS).content.decode()
    assert "DigiLocker is not available right now" in page
    assert START not in page
    assert digilocker.DigiLockerDisabled.message in texts_of(
        client.post(START, {"agreed": 1}, follow=True)
    )
    sent = client.post(API, {"agreed": True}, content_type="application/json")
    assert problem(sent) == (409, "digilocker_off")
    assert client.get(API).json() == {"is_here": False, "visit": None}


def test_next_step_mentions_digilocker(client: Any) -> None:
    """Home page and API mention DigiLocker beside photos where it is configured."""
    ways = "with DigiLocker or photos"
    assert ways in client.get(reverse("onboarding:home")).content.decode()
    (step,) = [s for s in client.get("/api/v1/onboarding/").json()["steps"] if s["state"] == "open"]
    assert ways in step["hint"]


def test_new_session_ends_the_older(agent_with_profile: Agent) -> None:
    """An agent has one live session; the callback of an older one is useless."""
    first, second = begin(agent_with_profile), begin(agent_with_profile, at=LATER)
    first.session.refresh_from_db()
    assert (first.session.state, first.session.reason) == (State.FAILED, "REPLACED")
    assert first.session.verifier == ""
    with pytest.raises(digilocker.CallbackAlreadyHandled):
        come_back(agent_with_profile, answer(first.authorize_url, agent_with_profile), at=LATER)
    assert KycSession.objects.live().get() == second.session


def test_five_starts_a_day(agent_with_profile: Agent, client: Any) -> None:
    """Page and API refuse a sixth start within 24 hours (K3)."""
    for minute in range(5):
        begin(agent_with_profile, at=NOON + timedelta(minutes=minute))
    with pytest.raises(digilocker.TooManyStarts):
        begin(agent_with_profile, at=LATER)
    sent = client.post(API, {"agreed": True}, content_type="application/json")
    assert problem(sent) == (409, "too_many_starts")
    said = texts_of(client.post(START, {"agreed": 1}, follow=True))
    assert digilocker.TooManyStarts.message in said
    assert begin(agent_with_profile, at=NOON + timedelta(days=1)).session.state == State.CREATED


@pytest.mark.parametrize("approved", [False, True])
def test_submitted_documents_block_a_session(
    agent_with_profile: Agent, bring: Any, client: Any, approved: bool
) -> None:
    """Page and API refuse to start while documents are under review or approved (K3)."""
    fetched(agent_with_profile)
    if approved:
        bring(agent_with_profile, "kyc")
    was = KycCase.objects.get(agent=agent_with_profile).state
    sent = client.post(API, {"agreed": True}, content_type="application/json")
    assert problem(sent) == (409, "documents_locked")
    assert kyc.DocumentsLocked.message in texts_of(client.post(START, {"agreed": 1}, follow=True))
    assert KycCase.objects.get(agent=agent_with_profile).state == was
    assert not KycSession.objects.live().exists()


def test_cancelling_ends_the_session(agent_with_profile: Agent, client: Any) -> None:
    """Page and API cancel the live session, and do nothing without one."""
    session = begin(agent_with_profile).session
    assert client.post(f"{PAGE}stop/").url == DOCUMENTS
    session.refresh_from_db()
    assert (session.state, session.reason) == (State.FAILED, "STOPPED")
    assert client.delete(API).status_code == 204


def test_start_needs_an_agent_on_the_step(
    client: Any, agent_with_profile: Agent, agent_client: Any
) -> None:
    """Anonymous users, staff and agents on an earlier step are refused."""
    staff, early = make_staff("Kiran"), make_agent("Early")
    client.logout()
    assert client.post(API, {"agreed": True}, content_type="application/json").status_code == 401
    assert client.post(START).url.startswith(reverse("account_login"))
    client.force_login(staff)
    assert client.post(START).status_code == 403
    sent = agent_client(early).post(API, {"agreed": True}, content_type="application/json")
    assert problem(sent) == (409, "step_not_open")
    assert not KycSession.objects.exists()


def test_sessions_are_private(agent_with_profile: Agent, bring: Any, agent_client: Any) -> None:
    """Page and API do not show another agent's session."""
    begin(agent_with_profile)
    other = agent_client(bring(make_agent("Ravi"), "profile"))
    assert other.get(API).json()["visit"] is None
    assert other.get(PAGE).url == DOCUMENTS
    assert other.delete(API).status_code == 204
    assert KycSession.objects.live().filter(agent=agent_with_profile).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"state": "RETURNED"}, {"state": "EXPIRED"}, {"ended_at": None}, {"reason": "DOWN"},
        {"tries": 3}, {"token": b"x"},
    ],
    ids=str,
)  # fmt: skip
def test_ended_sessions_never_change(agent_with_profile: Agent, change: dict[str, Any]) -> None:
    """The database refuses every change of an ended session (K1)."""
    session = begin(agent_with_profile).session
    digilocker.cancel_session(agent=agent_with_profile, by=agent_with_profile.user, at=LATER)
    column, value = next(iter(change.items()))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE onboarding_kycsession SET {column} = %s WHERE id = %s",  # noqa: S608
            [value, session.pk],
        )


def test_ended_sessions_have_no_secrets(agent_with_profile: Agent) -> None:
    """The database refuses an ended session that still has a verifier."""
    session = begin(agent_with_profile).session
    with pytest.raises(DatabaseError), transaction.atomic():
        KycSession.objects.filter(pk=session.pk).update(state=State.EXPIRED, ended_at=LATER)
