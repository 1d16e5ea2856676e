"""Who asks for a code, on the pages and through the API, and what strangers are told."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import OneTimeCode, User
from accounts.one_time_codes.challenges import Challenge, solve
from accounts.tests.conftest import last_message, log_in_recently, sent_code
from conftest import NOON, PASSWORD, make_user

pytestmark = pytest.mark.django_db
ANITA = "anita@example.com"
PAGES = {
    "auth/sign-up/code/": "/sign-up/",
    "auth/log-in/code/": "/log-in/by-code/",
    "auth/reset/code/": "/reset/",
}
EACH = pytest.mark.parametrize("path", PAGES)
AFAR = "198.51.100.9"


@pytest.fixture
def stopped_clock() -> Iterator[None]:
    """All requests of a test are made at the same moment."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def easy_challenges(settings: Any) -> None:
    """A solution takes no time."""
    settings.HITOUCH_CODE_CHALLENGE_BITS = 1


def ask(path: str, contact: str, ip: str = "203.0.113.7", token: str = "", **data: str) -> Any:
    """Request a code through the API from an address."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"contact": contact, **data}
    return Client(REMOTE_ADDR=ip).post(
        f"/api/v1/{path}", body, content_type="application/json", headers=headers
    )


def ask_on_page(path: str, contact: str, ip: str = "203.0.113.7", client: Any = None) -> Any:
    """Request a code on the page from an address."""
    return (client or Client()).post(PAGES[path], {"contact": contact}, REMOTE_ADDR=ip)


def exhaust(path: str, contact: str) -> None:
    """Strangers in many networks have requested codes to the contact."""
    for number in range(5):
        assert ask(path, contact, ip=f"100.{number}.0.1").status_code == 202


def solved(problem: dict[str, Any]) -> dict[str, str]:
    """The two fields that solve the challenge of a problem document."""
    given = problem["challenge"]
    challenge = Challenge(given["text"], given["bits"], timezone.now(), given["parts"])
    return {"challenge": given["text"], "solution": solve(challenge)}


def newest_kind() -> str:
    """The kind of the requester of the newest code."""
    return OneTimeCode.objects.latest("sent_at").requester_kind


def log_in_api(call: Callable[..., Any], user: User, **data: str) -> dict[str, Any]:
    answer = call("auth/tokens/", contact=user.email, password=PASSWORD, **data)
    assert answer.status_code == 201
    return answer.json()


@EACH
def test_challenge_is_asked_for_and_solved(lata: User, path: str) -> None:
    """The problem names the challenge and when none is needed; solved, the code is sent."""
    exhaust(path, ANITA)
    answer = ask(path, ANITA)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (429, "challenge_required")
    assert 3500 < int(answer["Retry-After"]) <= 3600
    wrong = ask(path, ANITA, challenge=problem["challenge"]["text"], solution="0")
    assert wrong.json()["code"] == "challenge_required"
    fields = solved(wrong.json())
    assert ask(path, ANITA, **fields).status_code == 202
    again = ask(path, ANITA, ip=AFAR, **fields)
    assert again.json()["code"] == "challenge_required"


@EACH
def test_page_solves_the_challenge(lata: User, path: str) -> None:
    """The page holds the challenge, and keeps the contact; its form sends the solution."""
    exhaust(path, ANITA)
    client = Client()
    page = ask_on_page(path, ANITA, client=client)
    assert page.status_code == 429
    html = page.content.decode()
    assert f'name="contact" value="{ANITA}"' in html
    assert "JavaScript turned off" in html
    assert "Check these details" not in html
    challenge = page.context["form"].refusal.challenge
    fields = {"challenge": challenge.text, "solution": solve(challenge), "contact": ANITA}
    assert client.post(PAGES[path], fields).status_code == 302


def test_page_solves_a_challenge_to_resend(lata: User) -> None:
    """Who resends too often gets the challenge on the page of the code, and stays on it."""
    client = Client()
    client.post("/log-in/by-code/", {"contact": lata.email, "next": "/money/"})
    for minute in (2, 4, 6):
        with time_machine.travel(timezone.now() + timezone.timedelta(minutes=minute)):
            page = client.post("/log-in/code/again/", follow=True)
            challenge = page.context["step"]["challenge"]
            if minute < 6:
                assert challenge is None
                continue
            opened = Challenge(challenge["text"], challenge["bits"], timezone.now())
            fields = {"challenge": opened.text, "solution": solve(opened)}
            page = client.post("/log-in/code/again/", fields, follow=True)
            assert page.context["step"]["challenge"] is None
            assert "sent a new code" in page.content.decode()
            answer = client.post("/log-in/code/", {"code": sent_code(lata.email)})
            assert answer.url == "/money/"


def test_page_does_not_solve_a_challenge_that_is_of_no_use(lata: User, settings: Any) -> None:
    """When nothing can be sent any more, the page says so and stops calculating."""
    client = Client()
    client.post("/log-in/by-code/", {"contact": lata.email})
    settings.HITOUCH_CODE_COOLDOWN_SECONDS = 0
    for _ in range(3):
        page = client.post("/log-in/code/again/", follow=True)
    assert page.context["step"]["challenge"]
    settings.HITOUCH_CODES_PER_CONTACT_AN_HOUR = 3
    page = client.post("/log-in/code/again/", follow=True)
    assert page.context["step"]["challenge"] is None
    assert "Too many codes were requested for this contact" in page.content.decode()


def test_challenge_cannot_be_redeemed_without_valkey(lata: User, settings: Any) -> None:
    """Then it is 503 and not a code for nothing; who needs no challenge is served."""
    exhaust("auth/log-in/code/", ANITA)
    fields = solved(ask("auth/log-in/code/", ANITA).json())
    down = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = settings.CACHES | {"default": down}
    assert ask("auth/log-in/code/", ANITA, **fields).status_code == 503
    assert ask("auth/log-in/code/", lata.email).status_code == 202


def test_known_browser_is_served_while_strangers_ask(lata: User) -> None:
    """The cookie of a log-in, on another network and after a log-out."""
    client = Client()
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    client.post("/log-out/")
    exhaust("auth/log-in/code/", lata.email)
    exhaust("auth/reset/code/", lata.email)
    for path in ("auth/log-in/code/", "auth/reset/code/"):
        assert ask_on_page(path, lata.email, ip=AFAR, client=client).status_code == 302
        assert newest_kind() == "BROWSER"
        assert ask_on_page(path, lata.email, ip=AFAR).status_code == 429


@pytest.mark.parametrize("ending", ["password", "log-out everywhere"])
def test_known_browsers_end_with_all_sessions(lata: User, ending: str) -> None:
    """Except the one whose session is kept, which gets a new cookie."""
    own, other = Client(REMOTE_ADDR=AFAR), Client(REMOTE_ADDR=AFAR)
    for client in (own, other):
        client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    if ending == "password":
        new = {"present_password": PASSWORD, "password": "another-horse-battery"}
        assert own.post("/account/password/", new).status_code == 302
    else:
        assert log_in_recently(own, lata).post("/account/sessions/end/").status_code == 302
    own.get("/account/")
    for client, kind in ((own, "BROWSER"), (other, "STRANGER")):
        client.post("/log-out/")
        with time_machine.travel(timezone.now() + timezone.timedelta(minutes=2)):
            ask_on_page("auth/log-in/code/", lata.email, ip="192.0.2.1", client=client)
        assert newest_kind() == kind


def test_known_app_is_served_while_strangers_ask(lata: User, call: Any) -> None:
    """The device token that came with its tokens, also after it has logged out."""
    tokens = log_in_api(call, lata)
    call("auth/tokens/revoke/", refresh_token=tokens["refresh_token"])
    exhaust("auth/log-in/code/", lata.email)
    known = {"device_token": tokens["device_token"]}
    assert ask("auth/log-in/code/", lata.email, ip=AFAR, **known).status_code == 202
    assert ask("auth/log-in/code/", lata.email, ip=AFAR).status_code == 429
    for forged in (tokens["device_token"] + "x", "x", "1:2:3"):
        answer = ask("auth/log-in/code/", lata.email, ip=AFAR, device_token=forged)
        assert answer.status_code == 429


def test_device_token_is_renewed_and_bound(lata: User, call: Any) -> None:
    """It is nobody's log-in, nobody else's, and ends with all sessions."""
    other = make_user("Ravi")
    tokens = log_in_api(call, lata)
    token = tokens["device_token"]
    assert call("me/", method="get", token=token).status_code == 401
    ask("auth/log-in/code/", other.email, ip=AFAR, device_token=token)
    assert newest_kind() == "STRANGER"
    own = tokens["access_token"]
    new = {"present_password": PASSWORD, "password": "another-horse-battery"}
    assert call("me/password/", token=own, **new).status_code == 204
    ask("auth/log-in/code/", lata.email, ip="192.0.2.1", device_token=token)
    assert newest_kind() == "STRANGER"
    fresh = call("auth/tokens/refresh/", refresh_token=tokens["refresh_token"]).json()
    ask("auth/reset/code/", lata.email, ip="192.0.2.1", device_token=fresh["device_token"])
    assert newest_kind() == "BROWSER"


def test_known_network_is_served_while_strangers_ask(lata: User, call: Any) -> None:
    """A new browser in a network from which the owner has logged in."""
    log_in_api(call, lata)  # from 127.0.0.1
    exhaust("auth/log-in/code/", lata.email)
    for act in (ask, ask_on_page):
        assert act("auth/log-in/code/", lata.email, ip="127.0.0.1").status_code in (202, 302)
        assert newest_kind() == "NETWORK"
        OneTimeCode.objects.filter(requester_kind="NETWORK").delete()


def test_owner_who_is_logged_in_is_served_while_strangers_ask(lata: User, call: Any) -> None:
    """By session and by token, also for the codes that anybody can request."""
    exhaust("auth/reset/code/", lata.email)
    token = log_in_api(call, lata)["access_token"]
    assert call("me/proof/code/", token=token).status_code == 202
    assert ask("auth/reset/code/", lata.email, ip=AFAR, token=token).status_code == 202
    assert newest_kind() == "OWNER"
    for bad in ("hcx_at_made-up", "made-up"):
        assert ask("auth/reset/code/", lata.email, ip=AFAR, token=bad).status_code == 429
    inside = log_in_recently(Client(), lata)
    assert inside.post("/account/is-it-you/code/send/").status_code == 302


@pytest.mark.usefixtures("stopped_clock")
def test_refusals_tell_the_reason(lata: User, settings: Any) -> None:
    """What is used up, in words and for programs, with the time; alike on pages and in the API."""
    path = "auth/log-in/code/"
    assert ask(path, ANITA).status_code == 202
    answer = ask(path, ANITA)
    assert answer.json()["reason"] == "cooldown"
    assert "already sent a code" in answer.json()["detail"]
    exhaust(path, lata.email)
    answer = ask(path, lata.email, ip=AFAR)
    assert answer.json()["reason"] == "contact"
    assert "requested for this contact, so a calculation is needed" in answer.json()["detail"]
    for number in range(5):
        fields = solved(ask(path, lata.email, ip=f"101.{number}.0.1").json())
        assert ask(path, lata.email, ip=f"101.{number}.0.1", **fields).status_code == 202
    answer = ask(path, lata.email, ip=AFAR)
    assert (answer.status_code, answer.json()["reason"]) == (429, "contact")
    assert "for this contact" in answer.json()["detail"]
    assert "a browser you've logged in with before" in answer.json()["detail"]
    page = ask_on_page(path, lata.email, ip=AFAR)
    assert (page.status_code, page["Retry-After"]) == (429, answer["Retry-After"])
    assert "for this contact" in page.content.decode()
    settings.HITOUCH_CODES_PER_ADDRESS_AN_HOUR = 0
    answer = ask(path, "new@example.com", ip=AFAR)
    assert answer.json()["reason"] == "network"
    assert "from your network, which you may share" in answer.json()["detail"]


@EACH
@pytest.mark.usefixtures("stopped_clock")
def test_unknown_contact_gets_the_same_pages_and_answers(lata: User, path: str) -> None:
    """Status, headers and text of each refusal, for a contact with an account and one without."""

    def answers(contact: str) -> list[tuple[Any, ...]]:
        found = []
        for ip in [f"100.{n}.0.1" for n in range(6)] + [AFAR] * 3:
            answer = ask(path, contact, ip=ip)
            page = ask_on_page(path, contact, ip="192.0.2.1")
            for one in (answer, page):
                names = sorted(one.headers)
                found.append((one.status_code, one.headers.get("Retry-After"), names))
            problem = answer.json()
            found.append((problem.get("code"), problem.get("detail"), sorted(problem)))
        return found

    assert answers(lata.email) == answers("nobody@example.com")


def test_message_goes_to_the_one_who_asked_last(lata: User) -> None:
    """A stranger's later code does not work for the owner's ticket, nor the other way round."""
    own = ask("auth/log-in/code/", lata.email).json()["ticket"]
    code = sent_code(lata.email)
    strange = ask("auth/log-in/code/", lata.email, ip=AFAR).json()["ticket"]
    other = sent_code(lata.email)
    log_in = Client().post
    facts = {"content_type": "application/json"}
    if code != other:
        body = {"ticket": strange, "code": code}
        assert log_in("/api/v1/auth/tokens/", body, **facts).status_code == 422
    assert log_in("/api/v1/auth/tokens/", {"ticket": own, "code": code}, **facts).status_code == 201
    assert last_message(lata.email)
