"""From a contact to an account, on the page and over the API."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import signals
from accounts.authentication.services import signup
from accounts.models import Agent, OneTimeCode, User
from accounts.one_time_codes import grants
from accounts.tests.conftest import last_message, sent_code, wrong
from conftest import NOON, PASSWORD

pytestmark = pytest.mark.django_db
NEW = "anita@example.com"


def page_until_password(client: Client, contact: str, kept: str) -> None:
    assert client.post("/sign-up/", {"contact": contact}).url == "/sign-up/code/"
    assert client.post("/sign-up/code/", {"code": sent_code(kept)}).url == "/sign-up/password/"


@pytest.mark.parametrize(
    ("typed", "kept", "field"),
    [
        (" Anita@Example.COM ", NEW, "email"),
        ("98765 43210", "+919876543210", "phone"),
    ],
)
def test_page_opens_an_account(client: Client, typed: str, kept: str, field: str) -> None:
    """A contact, its code and a password make an active account and its agent, signed in."""
    page_until_password(client, typed, kept)
    answer = client.post("/sign-up/password/", {"password": PASSWORD})
    user = User.objects.get(**{field: kept})
    assert answer.url == "/next/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.status == User.Status.ACTIVE
    assert getattr(user, f"{field}_verified_at")
    assert user.agent
    assert user.check_password(PASSWORD)


def confirmed(call) -> dict[str, str]:
    """A new contact that was proved over the API: the token to choose a password with."""
    ticket = call("auth/sign-up/code/", contact=NEW).json()
    return call("auth/sign-up/confirm/", **ticket, code=sent_code(NEW)).json()


def test_api_opens_an_account(call) -> None:
    """The same over the API gives tokens and the next step."""
    told = confirmed(call)
    answer = call("auth/sign-up/password/", sign_up_token=told["sign_up_token"], password=PASSWORD)
    assert answer.status_code == 201
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["next_step"]
    me = call("me/", method="get", token=answer.json()["access_token"]).json()
    assert me["email"] == "a•••@example.com"
    assert me["roles"] == []


def test_existing_contact_gets_the_same_answer(call, lata: User) -> None:
    """Nobody can tell from the answer whether a contact has an account."""
    known = call("auth/sign-up/code/", contact=lata.email)
    unknown = call("auth/sign-up/code/", contact=NEW)
    assert (known.status_code, *known.json()) == (unknown.status_code, *unknown.json())
    assert last_message(lata.email).template == "accounts/account_exists"
    refused = [
        call("auth/sign-up/confirm/", **known.json(), code="123456"),
        call("auth/sign-up/confirm/", **unknown.json(), code=wrong(sent_code(NEW))),
    ]
    for answer in refused:
        assert answer.status_code == 422
    bodies = [answer.json() | {"request_id": ""} for answer in refused]
    assert bodies[0] == bodies[1]


def test_existing_contact_sees_the_same_pages(lata: User) -> None:
    """The pages do not tell either."""
    bodies = []
    for contact in (lata.email, "l@example.com"):
        client = Client()
        assert client.post("/sign-up/", {"contact": contact}).url == "/sign-up/code/"
        bodies.append(client.get("/sign-up/code/").status_code)
    assert bodies == [200, 200]


def test_weak_password_is_refused_with_everything_kept(client: Client) -> None:
    """A password that is short, common or our name is refused, and the grant still works."""
    page_until_password(client, NEW, NEW)
    for weak in ("short", "password123", "Hitouchcx12", "8675309123", "anita@example"):
        answer = client.post("/sign-up/password/", {"password": weak})
        assert answer.status_code == 200
        assert answer.context["form"].errors["password"]
    assert client.post("/sign-up/password/", {"password": PASSWORD}).url == "/next/"


def test_api_names_the_weak_field(call) -> None:
    """Over the API the refusal points at the password."""
    told = confirmed(call)
    answer = call("auth/sign-up/password/", **told, password="short")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/password"


def test_password_page_needs_the_code(client: Client) -> None:
    """Nobody reaches the password without the code, nor the code without the contact."""
    assert client.get("/sign-up/code/").url == "/sign-up/"
    assert client.get("/sign-up/password/").url == "/sign-up/"
    client.post("/sign-up/", {"contact": NEW})
    assert client.post("/sign-up/password/", {"password": PASSWORD}).url == "/sign-up/"


def test_grant_ends_and_cannot_be_made_up(call) -> None:
    """A sign-up token works for 15 minutes, and only one that we signed."""
    token = confirmed(call)
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=16)):
        late = call("auth/sign-up/password/", **token, password=PASSWORD)
    forged = call("auth/sign-up/password/", sign_up_token="abc:def", password=PASSWORD)
    for answer in (late, forged):
        assert answer.status_code == 409
        assert answer.json()["code"] == "start_again"


def test_second_tab_overwrites_nothing(call) -> None:
    """The same token, or an older one, never changes the account that was opened."""
    token = confirmed(call)
    assert call("auth/sign-up/password/", **token, password=PASSWORD).status_code == 201
    again = call("auth/sign-up/password/", **token, password="another-long-secret")
    assert again.status_code == 409
    assert User.objects.get(email=NEW).check_password(PASSWORD)


def test_joining_is_announced(db: None) -> None:
    """Apps above hear of the new agent inside the transaction."""
    heard: list[Agent] = []

    def hear(agent: Agent, **ignored: object) -> None:
        heard.append(agent)

    signals.agent_joined.connect(hear)
    try:
        ticket = signup.begin_sign_up(contact=NEW, at=NOON, ip="")
        grant = signup.confirm_sign_up(ticket=ticket, code=sent_code(NEW), at=NOON)
        user = signup.finish_sign_up(grant=grant, password=PASSWORD, at=NOON)
    finally:
        signals.agent_joined.disconnect(hear)
    assert [agent.user for agent in heard] == [user]


@pytest.mark.parametrize("typed", ["", "anita", "a@b", "12345", "x" * 250 + "@example.com"])
def test_what_is_no_contact_is_said_so(call, client: Client, typed: str) -> None:
    """Both doors say what a contact looks like."""
    assert client.post("/sign-up/", {"contact": typed}).context["form"].errors["contact"]
    answer = call("auth/sign-up/code/", contact=typed)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/contact"


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_end_in_one_account() -> None:
    """However many finish at the same moment, one account comes of it."""
    ticket = signup.begin_sign_up(contact=NEW, at=NOON, ip="")
    grant = signup.confirm_sign_up(ticket=ticket, code=sent_code(NEW), at=NOON)

    def finish(number: int) -> bool:
        try:
            signup.finish_sign_up(grant=grant, password=f"{PASSWORD}-{number}", at=NOON)
        except (grants.GrantExpired, signup.AccountExists):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(finish, range(10))) == 1
    assert User.objects.filter(email=NEW).count() == 1
    assert Agent.objects.count() == 1
    assert OneTimeCode.objects.filter(spent_at__isnull=False).count() == 1
