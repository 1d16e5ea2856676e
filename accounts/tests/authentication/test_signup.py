"""Sign-up, on the page and over the API."""

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
from accounts.tests.conftest import last_message, sent_code, wrong_code
from conftest import NOON, PASSWORD

pytestmark = pytest.mark.django_db
NEW = "anita@example.com"


def sign_up_until_password(client: Client, contact: str, kept: str) -> None:
    """Sign up on the page as far as the password."""
    assert client.post("/sign-up/", {"contact": contact}).url == "/sign-up/code/"
    assert client.post("/sign-up/code/", {"code": sent_code(kept)}).url == "/sign-up/password/"


@pytest.mark.parametrize(
    ("typed", "kept", "field"),
    [
        (" Anita@Example.COM ", NEW, "email"),
        ("98765 43210", "+919876543210", "phone"),
    ],
)
def test_page_creates_an_account(client: Client, typed: str, kept: str, field: str) -> None:
    """Contact, code and password create an active account with its agent, logged in."""
    sign_up_until_password(client, typed, kept)
    response = client.post("/sign-up/password/", {"password": PASSWORD})
    user = User.objects.get(**{field: kept})
    assert response.url == "/next/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.status == User.Status.ACTIVE
    assert getattr(user, f"{field}_verified_at")
    assert user.agent
    assert user.check_password(PASSWORD)


def sign_up_grant(call) -> dict[str, str]:
    """The token for a new contact that was verified over the API."""
    ticket = call("auth/sign-up/code/", contact=NEW).json()
    return call("auth/sign-up/confirm/", **ticket, code=sent_code(NEW)).json()


def test_api_creates_an_account(call) -> None:
    """The same over the API returns tokens and the next step."""
    body = sign_up_grant(call)
    response = call(
        "auth/sign-up/password/", sign_up_token=body["sign_up_token"], password=PASSWORD
    )
    assert response.status_code == 201
    assert response.json()["token_type"] == "Bearer"
    assert response.json()["next_step"]
    me = call("me/", method="get", token=response.json()["access_token"]).json()
    assert me["email"] == "a•••@example.com"
    assert me["roles"] == []


def test_existing_contact_gets_the_same_answer(call, lata: User) -> None:
    """The response does not tell whether a contact has an account."""
    known = call("auth/sign-up/code/", contact=lata.email)
    unknown = call("auth/sign-up/code/", contact=NEW)
    assert (known.status_code, *known.json()) == (unknown.status_code, *unknown.json())
    assert last_message(lata.email).template == "accounts/account_exists"
    refused = [
        call("auth/sign-up/confirm/", **known.json(), code="123456"),
        call("auth/sign-up/confirm/", **unknown.json(), code=wrong_code(sent_code(NEW))),
    ]
    for response in refused:
        assert response.status_code == 422
    bodies = [response.json() | {"request_id": ""} for response in refused]
    assert bodies[0] == bodies[1]


def test_existing_contact_sees_the_same_pages(lata: User) -> None:
    """The pages do not tell either."""
    bodies = []
    for contact in (lata.email, "l@example.com"):
        client = Client()
        assert client.post("/sign-up/", {"contact": contact}).url == "/sign-up/code/"
        bodies.append(client.get("/sign-up/code/").status_code)
    assert bodies == [200, 200]


def test_weak_password_is_refused_and_the_grant_kept(client: Client) -> None:
    """A short, common or obvious password is refused, and the grant still works."""
    sign_up_until_password(client, NEW, NEW)
    for weak in ("short", "password123", "Hitouchcx12", "8675309123", "anita@example"):
        response = client.post("/sign-up/password/", {"password": weak})
        assert response.status_code == 200
        assert response.context["form"].errors["password"]
    assert client.post("/sign-up/password/", {"password": PASSWORD}).url == "/next/"


def test_api_points_to_the_weak_password(call) -> None:
    """The problem points to the password."""
    body = sign_up_grant(call)
    response = call("auth/sign-up/password/", **body, password="short")
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "#/password"


def test_password_page_needs_the_code(client: Client) -> None:
    """No password page without the code, and no code page without the contact."""
    assert client.get("/sign-up/code/").url == "/sign-up/"
    assert client.get("/sign-up/password/").url == "/sign-up/"
    client.post("/sign-up/", {"contact": NEW})
    assert client.post("/sign-up/password/", {"password": PASSWORD}).url == "/sign-up/"


def test_sign_up_token_expires_and_is_signed(call) -> None:
    """A sign-up token works for 15 minutes, and only if we signed it."""
    token = sign_up_grant(call)
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=16)):
        late = call("auth/sign-up/password/", **token, password=PASSWORD)
    forged = call("auth/sign-up/password/", sign_up_token="abc:def", password=PASSWORD)
    for response in (late, forged):
        assert response.status_code == 409
        assert response.json()["code"] == "start_again"


def test_second_tab_overwrites_nothing(call) -> None:
    """The same token, or an older one, never changes the account that was created."""
    token = sign_up_grant(call)
    assert call("auth/sign-up/password/", **token, password=PASSWORD).status_code == 201
    again = call("auth/sign-up/password/", **token, password="another-long-secret")
    assert again.status_code == 409
    assert User.objects.get(email=NEW).check_password(PASSWORD)


def test_agent_joined_is_sent(db: None) -> None:
    """Apps above receive the signal inside the transaction."""
    heard: list[Agent] = []

    def hear(agent: Agent, **ignored: object) -> None:
        heard.append(agent)

    signals.agent_joined.connect(hear)
    try:
        ticket = signup.begin_sign_up(contact=NEW, at=NOON)
        grant = signup.confirm_sign_up(ticket=ticket, code=sent_code(NEW), at=NOON)
        user = signup.finish_sign_up(grant=grant, password=PASSWORD, at=NOON)
    finally:
        signals.agent_joined.disconnect(hear)
    assert [agent.user for agent in heard] == [user]


@pytest.mark.parametrize("typed", ["", "anita", "a@b", "12345", "x" * 250 + "@example.com"])
def test_invalid_contact_is_refused(call, client: Client, typed: str) -> None:
    """Page and API show an example of a contact."""
    assert client.post("/sign-up/", {"contact": typed}).context["form"].errors["contact"]
    response = call("auth/sign-up/code/", contact=typed)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "#/contact"


@pytest.mark.django_db(transaction=True)
def test_concurrent_sign_ups_create_one_account() -> None:
    """However many finish at the same time, one account is created."""
    ticket = signup.begin_sign_up(contact=NEW, at=NOON)
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
