"""DigiLocker callback: valid once, for the agent and login that started the session."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent
from accounts.sessions import tokens
from conftest import NOON, make_agent, make_staff, sign_in
from onboarding.kyc.digilocker import fetching
from onboarding.kyc.digilocker import services as digilocker
from onboarding.models import KycSession
from onboarding.tests.conftest import problem, texts_of
from onboarding.tests.support import digilocker as support_digilocker
from onboarding.tests.support.digilocker import (
    API,
    CALLBACK,
    PAGE,
    RETURN,
    answer,
    begin,
    come_back,
    secrets_of,
)

locker = support_digilocker.locker
pytestmark = pytest.mark.usefixtures("locker")
START = f"{PAGE}start/"
State = KycSession.State
OVER = NOON + timedelta(minutes=30)


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


@pytest.fixture
def client(agent_with_profile: Agent, agent_client: Any) -> Client:
    return agent_client(agent_with_profile)


def start_on_page(client: Client, agent: Agent, **pressed: str) -> dict[str, str]:
    """Start on the page; returns the query that the browser would bring back."""
    return answer(client.post(START, {"agreed": "on"}).url, agent, **pressed)


def state_of(agent: Agent) -> tuple[str, str]:
    session = KycSession.objects.filter(agent=agent).newest_first()[0]
    return session.state, session.reason


def test_callback_stores_the_code_and_redirects(client: Client, agent_with_profile: Agent) -> None:
    """The code is stored, and the browser is redirected at once to a URL without it."""
    back = start_on_page(client, agent_with_profile)
    landed = client.get(CALLBACK, back)
    assert landed.url == PAGE
    assert landed["Referrer-Policy"] == "no-referrer"
    assert "no-store" in landed["Cache-Control"]
    assert state_of(agent_with_profile) == ("RETURNED", "")
    assert back["code"] in secrets_of(KycSession.objects.get())
    page = client.get(PAGE).content.decode()
    assert "Getting your documents" in page
    assert "Refresh" in page
    assert back["code"] not in page


def test_api_client_returns_the_parameters(agent_with_profile: Agent) -> None:
    """An API client can complete a session with the tokens of the login that started it."""
    held = tokens.issue(user=agent_with_profile.user, at=NOON)
    with_token = {"HTTP_AUTHORIZATION": f"Bearer {held.access_token}"}
    begun = Client().post(
        API, {"agreed": True}, content_type="application/json", **with_token
    ).json()  # fmt: skip
    back = answer(begun["authorize_url"], agent_with_profile)
    taken = Client().post(RETURN, back, content_type="application/json", **with_token)
    assert taken.json()["visit"]["state"] == "RETURNED"
    again = Client().post(RETURN, back, content_type="application/json", **with_token)
    assert problem(again) == (409, "answer_used")


def test_other_logins_of_the_agent_are_refused(agent_with_profile: Agent, client: Client) -> None:
    """Another token family and the agent's own browser are other logins."""
    one, other = (tokens.issue(user=agent_with_profile.user, at=NOON) for _ in range(2))
    sent = {"content_type": "application/json"}
    begun = Client().post(
        API, {"agreed": True}, HTTP_AUTHORIZATION=f"Bearer {one.access_token}", **sent
    )
    back = answer(begun.json()["authorize_url"], agent_with_profile)
    tried = Client().post(RETURN, back, HTTP_AUTHORIZATION=f"Bearer {other.access_token}", **sent)
    assert problem(tried) == (409, "not_begun_here")
    assert digilocker.UnknownSession.message in texts_of(client.get(CALLBACK, back, follow=True))
    assert state_of(agent_with_profile) == ("CREATED", "")


def test_cancelling_on_digilocker_ends_the_session(
    client: Client, agent_with_profile: Agent
) -> None:
    """Cancelling on DigiLocker ends the session, and the page offers photos instead (K15)."""
    client.get(CALLBACK, start_on_page(client, agent_with_profile, press="cancel"))
    assert state_of(agent_with_profile) == ("DENIED", "")
    page = client.get(PAGE).content.decode()
    assert "Cancelled on DigiLocker" in page
    assert "upload photos" in page
    assert secrets_of(KycSession.objects.get()) == ""


@pytest.mark.parametrize(
    "spoiled",
    [
        {"code": "", "error": "server_error"}, {"code": ""}, {"code": "x" * 3000},
        {"error": "<script>alert(1)</script>"},
    ],
    ids=["their error", "no code", "long code", "markup"],
)  # fmt: skip
def test_invalid_callback_fails_the_session(
    client: Client, agent_with_profile: Agent, spoiled: dict[str, str]
) -> None:
    """An error or invalid code fails the session, and none of it is shown on the page (K15)."""
    client.get(CALLBACK, start_on_page(client, agent_with_profile) | spoiled)
    assert state_of(agent_with_profile) == ("FAILED", "REFUSED")
    page = client.get(PAGE).content.decode()
    assert "alert(1)" not in page
    assert "DigiLocker did not give us the documents." in page


def test_nul_in_the_callback_is_malformed(client: Client, agent_with_profile: Agent) -> None:
    """A NUL character answers 400, and the session keeps waiting."""
    begin(agent_with_profile)
    assert client.get(CALLBACK, {"state": "a\x00b", "code": "c"}).status_code == 400
    assert state_of(agent_with_profile) == ("CREATED", "")


@pytest.mark.parametrize(
    "query",
    [
        {}, {"state": "nonsense", "code": "c"}, {"code": "c"}, {"state": "x" * 5000, "code": "c"},
        {"state": "नमस्ते", "error": "access_denied"},
    ],
    ids=["nothing", "unknown", "no state", "long", "Hindi"],
)  # fmt: skip
def test_unknown_state_shows_a_message(
    client: Client, agent_with_profile: Agent, query: dict[str, str]
) -> None:
    """Invalid parameters show a message, and the session keeps waiting."""
    begin(agent_with_profile)
    assert digilocker.UnknownSession.message in texts_of(client.get(CALLBACK, query, follow=True))
    assert state_of(agent_with_profile) == ("CREATED", "")
    sent = client.post(RETURN, query, content_type="application/json")
    assert sent.status_code in (400, 409, 422)


def test_callback_of_another_agent_looks_unknown(
    client: Client, agent_with_profile: Agent, bring: Any
) -> None:
    """Another agent gets the same response as for an unknown state, and the session stays valid."""
    back = start_on_page(client, agent_with_profile)
    other = sign_in(Client(), bring(make_agent("Ravi"), "profile").user)
    theirs, nonsense = (
        other.get(CALLBACK, query, follow=True) for query in (back, {"state": "no", "code": "c"})
    )
    assert texts_of(theirs) == texts_of(nonsense) == [digilocker.UnknownSession.message]
    bodies = [
        other.post(RETURN, query, content_type="application/json").json()
        for query in (back, {"state": "no", "code": "c"})
    ]
    assert [(body["code"], body["detail"]) for body in bodies] == [
        ("not_begun_here", digilocker.UnknownSession.message)
    ] * 2
    assert state_of(agent_with_profile) == ("CREATED", "")
    client.get(CALLBACK, back)
    assert state_of(agent_with_profile) == ("RETURNED", "")


def test_another_browser_is_refused(client: Client, agent_with_profile: Agent) -> None:
    """Only the login that started a session can complete it."""
    back = start_on_page(client, agent_with_profile)
    elsewhere = sign_in(Client(), agent_with_profile.user).get(CALLBACK, back, follow=True)
    assert digilocker.UnknownSession.message in texts_of(elsewhere)
    assert state_of(agent_with_profile) == ("CREATED", "")


def test_logged_out_users_and_staff(client: Client, agent_with_profile: Agent) -> None:
    """Logged-out users go to the login page without the code in `next`; staff have no session."""
    back = start_on_page(client, agent_with_profile)
    lost = Client().get(CALLBACK, back)
    assert lost.url == "/log-in/?next=/onboarding/documents/"
    staff = Client()
    staff.force_login(make_staff("Kiran"))
    assert staff.get(CALLBACK, back).status_code == 302
    assert Client().post(RETURN, back, content_type="application/json").status_code == 401
    assert state_of(agent_with_profile) == ("CREATED", "")


def test_late_callback_expires_the_session(agent_with_profile: Agent) -> None:
    """After half an hour a callback expires the session, also a cancelled one."""
    for press in ("allow", "cancel"):
        back = answer(begin(agent_with_profile).authorize_url, agent_with_profile, press=press)
        assert come_back(agent_with_profile, back, at=OVER).state == State.EXPIRED
    assert state_of(agent_with_profile) == ("EXPIRED", "")


def test_sweep_expires_sessions(agent_with_profile: Agent) -> None:
    """The sweep expires sessions after half an hour, and not before."""
    session = begin(agent_with_profile).session
    assert digilocker.expire_sessions(at=OVER - timedelta(seconds=1)) == 0
    assert digilocker.expire_sessions(at=OVER) == 1
    session.refresh_from_db()
    assert (session.state, session.ended_at) == (State.EXPIRED, OVER)


@pytest.mark.parametrize("press", ["allow", "cancel"])
def test_repeated_callback_changes_nothing(
    client: Client, agent_with_profile: Agent, press: str
) -> None:
    """A repeated callback shows a message and changes nothing (K1, K2)."""
    back = start_on_page(client, agent_with_profile, press=press)
    client.get(CALLBACK, back)
    session = KycSession.objects.get()
    was = session.state, session.reason, session.updated_at, secrets_of(session)
    for query in (back, back | {"error": "access_denied"}, back | {"code": "another"}):
        again = client.get(CALLBACK, query, follow=True)
        assert digilocker.CallbackAlreadyHandled.message in texts_of(again)
    session.refresh_from_db()
    assert (session.state, session.reason, session.updated_at, secrets_of(session)) == was


def test_secrets_are_not_logged(
    client: Client, agent_with_profile: Agent, caplog: Any, capfd: Any
) -> None:
    """Neither code nor state nor a name is logged (K13)."""
    caplog.set_level(logging.DEBUG)
    back = start_on_page(client, agent_with_profile)
    client.get(CALLBACK, back)
    client.get(CALLBACK, back)
    fetching.advance_session(session_id=KycSession.objects.get().pk, at=NOON + timedelta(minutes=1))
    said = "".join(capfd.readouterr()) + "".join(str(vars(record)) for record in caplog.records)
    for secret in (*back.values(), agent_with_profile.given_name, "4321"):
        assert secret not in said


def test_status_needs_a_fixed_number_of_queries(
    client: Client, agent_with_profile: Agent, django_assert_max_num_queries: Any
) -> None:
    """Page and API need the same number of queries after several sessions."""
    for minute in range(4):
        begin(agent_with_profile, at=NOON + timedelta(minutes=minute))
    client.get(PAGE)
    with django_assert_max_num_queries(14):
        client.get(PAGE)
    with django_assert_max_num_queries(14):
        client.get(API)
