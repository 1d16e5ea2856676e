"""Coming back from DigiLocker: an answer counts once, for whom and where it was asked."""

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


@pytest.fixture
def client(told: Agent, agent_client: Any) -> Client:
    return agent_client(told)


def set_out(client: Client, agent: Agent, **pressed: str) -> dict[str, str]:
    """By the page; what the browser would bring back."""
    return answer(client.post(START, {"agreed": "on"}).url, agent, **pressed)


def state_of(agent: Agent) -> tuple[str, str]:
    session = KycSession.objects.filter(agent=agent).newest_first()[0]
    return session.state, session.reason


def test_the_browser_comes_back(client: Client, told: Agent) -> None:
    """The code is taken, and the address that carries it is left at once for one that does not."""
    back = set_out(client, told)
    landed = client.get(CALLBACK, back)
    assert landed.url == PAGE
    assert landed["Referrer-Policy"] == "no-referrer"
    assert "no-store" in landed["Cache-Control"]
    assert state_of(told) == ("RETURNED", "")
    assert back["code"] in secrets_of(KycSession.objects.get())
    page = client.get(PAGE).content.decode()
    assert "Getting your documents" in page
    assert "Refresh" in page
    assert back["code"] not in page


def test_a_program_brings_the_answer(told: Agent) -> None:
    """With the tokens of the log-in that began it."""
    held = tokens.issue(user=told.user, at=NOON)
    with_token = {"HTTP_AUTHORIZATION": f"Bearer {held.access_token}"}
    begun = Client().post(
        API, {"agreed": True}, content_type="application/json", **with_token
    ).json()  # fmt: skip
    back = answer(begun["authorize_url"], told)
    taken = Client().post(RETURN, back, content_type="application/json", **with_token)
    assert taken.json()["visit"]["state"] == "RETURNED"
    again = Client().post(RETURN, back, content_type="application/json", **with_token)
    assert problem(again) == (409, "answer_used")


def test_another_program_of_the_same_person_cannot(told: Agent, client: Client) -> None:
    """Another family of tokens, and the person's own browser, are other log-ins."""
    one, other = (tokens.issue(user=told.user, at=NOON) for _ in range(2))
    sent = {"content_type": "application/json"}
    begun = Client().post(
        API, {"agreed": True}, HTTP_AUTHORIZATION=f"Bearer {one.access_token}", **sent
    )
    back = answer(begun.json()["authorize_url"], told)
    tried = Client().post(RETURN, back, HTTP_AUTHORIZATION=f"Bearer {other.access_token}", **sent)
    assert problem(tried) == (409, "not_begun_here")
    assert digilocker.UnknownSession.message in texts_of(client.get(CALLBACK, back, follow=True))
    assert state_of(told) == ("CREATED", "")


def test_cancelling_is_an_answer(client: Client, told: Agent) -> None:
    """Cancel pressed there ends it here, in plain words, with the way on (K15)."""
    client.get(CALLBACK, set_out(client, told, press="cancel"))
    assert state_of(told) == ("DENIED", "")
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
def test_no_answer_is_a_failure(client: Client, told: Agent, spoiled: dict[str, str]) -> None:
    """Another error, or no code, ends it; nothing they said is repeated on the page (K15)."""
    client.get(CALLBACK, set_out(client, told) | spoiled)
    assert state_of(told) == ("FAILED", "REFUSED")
    page = client.get(PAGE).content.decode()
    assert "alert(1)" not in page
    assert "DigiLocker did not give us the documents." in page


@pytest.mark.parametrize(
    "query",
    [
        {}, {"state": "nonsense", "code": "c"}, {"code": "c"}, {"state": "x" * 5000, "code": "c"},
        {"state": "a\x00b", "code": "c"}, {"state": "नमस्ते", "error": "access_denied"},
    ],
    ids=["nothing", "unknown", "no state", "long", "null", "Hindi"],
)  # fmt: skip
def test_an_unknown_state_is_a_sentence(client: Client, told: Agent, query: dict[str, str]) -> None:
    """Whatever stands in the address: a sentence, no fault, and the session waits on."""
    begin(told)
    assert digilocker.UnknownSession.message in texts_of(client.get(CALLBACK, query, follow=True))
    assert state_of(told) == ("CREATED", "")
    sent = client.post(RETURN, query, content_type="application/json")
    assert sent.status_code in (400, 409, 422)


def test_somebody_elses_answer_tells_nothing(client: Client, told: Agent, bring: Any) -> None:
    """Taken by another agent it is as unknown as nonsense, and is still good where it began."""
    back = set_out(client, told)
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
    assert state_of(told) == ("CREATED", "")
    client.get(CALLBACK, back)
    assert state_of(told) == ("RETURNED", "")


def test_another_browser_of_the_same_person(client: Client, told: Agent) -> None:
    """The log-in that began it has to end it."""
    back = set_out(client, told)
    elsewhere = sign_in(Client(), told.user).get(CALLBACK, back, follow=True)
    assert digilocker.UnknownSession.message in texts_of(elsewhere)
    assert state_of(told) == ("CREATED", "")


def test_nobody_and_staff(client: Client, told: Agent) -> None:
    """Logged out meanwhile: to the log-in, without the code in its way back; staff have no case."""
    back = set_out(client, told)
    lost = Client().get(CALLBACK, back)
    assert lost.url == "/log-in/?next=/onboarding/documents/"
    staff = Client()
    staff.force_login(make_staff("Kiran"))
    assert staff.get(CALLBACK, back).status_code == 302
    assert Client().post(RETURN, back, content_type="application/json").status_code == 401
    assert state_of(told) == ("CREATED", "")


def test_too_late(told: Agent) -> None:
    """After half an hour an answer ends the session as out of time, also a cancelled one."""
    for press in ("allow", "cancel"):
        back = answer(begin(told).authorize_url, told, press=press)
        assert come_back(told, back, at=OVER).state == State.EXPIRED
    assert state_of(told) == ("EXPIRED", "")


def test_out_of_time_by_itself(told: Agent) -> None:
    """Nobody came back: the sweep ends it, and only what is over."""
    session = begin(told).session
    assert digilocker.expire_sessions(at=OVER - timedelta(seconds=1)) == 0
    assert digilocker.expire_sessions(at=OVER) == 1
    session.refresh_from_db()
    assert (session.state, session.ended_at) == (State.EXPIRED, OVER)


@pytest.mark.parametrize("press", ["allow", "cancel"])
def test_a_replay_changes_nothing(client: Client, told: Agent, press: str) -> None:
    """The same answer again, whatever became of the first: a sentence and the same end (K1, K2)."""
    back = set_out(client, told, press=press)
    client.get(CALLBACK, back)
    session = KycSession.objects.get()
    was = session.state, session.reason, session.updated_at, secrets_of(session)
    for query in (back, back | {"error": "access_denied"}, back | {"code": "another"}):
        again = client.get(CALLBACK, query, follow=True)
        assert digilocker.CallbackAlreadyHandled.message in texts_of(again)
    session.refresh_from_db()
    assert (session.state, session.reason, session.updated_at, secrets_of(session)) == was


def test_nothing_of_it_is_logged(client: Client, told: Agent, caplog: Any, capfd: Any) -> None:
    """Neither code nor state nor a name reaches a log line (K13)."""
    caplog.set_level(logging.DEBUG)
    back = set_out(client, told)
    client.get(CALLBACK, back)
    client.get(CALLBACK, back)
    fetching.advance_session(session_id=KycSession.objects.get().pk, at=NOON + timedelta(minutes=1))
    said = "".join(capfd.readouterr()) + "".join(str(vars(record)) for record in caplog.records)
    for secret in (*back.values(), told.given_name, "4321"):
        assert secret not in said


def test_a_fixed_number_of_queries(
    client: Client, told: Agent, django_assert_max_num_queries: Any
) -> None:
    """Looking costs the same however often one began."""
    for minute in range(4):
        begin(told, at=NOON + timedelta(minutes=minute))
    client.get(PAGE)
    with django_assert_max_num_queries(14):
        client.get(PAGE)
    with django_assert_max_num_queries(14):
        client.get(API)
