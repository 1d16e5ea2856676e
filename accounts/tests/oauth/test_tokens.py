"""OAuth2 client credentials: a secret for a token of an hour, in the words of RFC 6749."""

import base64
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from allauth.idp.oidc.models import Client as Theirs
from allauth.idp.oidc.models import Token
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from oauthlib.oauth2 import BackendApplicationClient

from accounts import tasks
from accounts.models import AuditEvent, OAuthClient, User
from accounts.partners import services as partners
from accounts.security.hashers import Argon2id
from accounts.tests.conftest import last_message
from conftest import NOON, make_staff, make_user
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox.services import index_of

pytestmark = pytest.mark.django_db
YEAR, HOUR = timedelta(days=365), timedelta(hours=1)
URL, REVOKE = "/api/v1/oauth/token", "/api/v1/oauth/revoke"
FORM = "application/x-www-form-urlencoded"
GRANT = {"grant_type": "client_credentials"}
Made = partners.NewCredential[OAuthClient]


def make_client(owner: User, **changes: Any) -> Made:
    facts = {"name": "Orchid desk", "scopes": ["me:read", "work:read"], "expires_at": NOON + YEAR}
    by = User.objects.filter(is_staff=True).first() or make_staff("Omar", "operations")
    return partners.create_oauth_client(owner=owner, by=by, at=NOON, **(facts | changes))


@pytest.fixture
def made(lata: User) -> Made:
    """A client that acts for Lata."""
    return make_client(lata)


def basic(client_id: str, secret: str) -> dict[str, str]:
    both = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {both}"}


def body_of(made: Made) -> dict[str, str]:
    return {"client_id": made.credential.client_id, "client_secret": made.secret}


def ask(url: str = URL, *, headers: Any = None, ip: str = "203.0.113.7", **form: Any) -> Any:
    body = urlencode(form, doseq=True)
    return Client(REMOTE_ADDR=ip).post(url, body, content_type=FORM, headers=headers)


def token_for(made: Made, **form: Any) -> str:
    answer = ask(**GRANT, **body_of(made), **form)
    assert answer.status_code == 200, answer.content
    return answer.json()["access_token"]


def refused(answer: HttpResponse, status: int, error: str) -> dict[str, Any]:
    """An error in OAuth's own shape, which its libraries read."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    said = answer.json()  # type: ignore[attr-defined]
    assert said["error"] == error
    assert set(said) == {"error", "error_description"}
    assert '"' not in said["error_description"]
    return said


def test_a_library_gets_a_token(call: Callable[..., Any], made: Made, lata: User) -> None:
    """What oauthlib's client sends is understood, and it understands the answer."""
    library = BackendApplicationClient(made.credential.client_id)
    body = library.prepare_request_body(client_secret=made.secret, include_client_id=True)
    answer = Client().post(URL, body, content_type=FORM)
    assert answer["Cache-Control"] == "no-store"
    given = library.parse_request_body_response(answer.content.decode())
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 3600)
    assert given["scope"] == ["me:read", "work:read"]
    assert "refresh_token" not in given
    answer = call("me/", method="get", token=given["access_token"])
    assert answer.json()["id"] == str(lata.pk)


def test_id_and_secret_may_stand_in_the_header(made: Made) -> None:
    """HTTP Basic is the way that every server must know."""
    headers = basic(made.credential.client_id, made.secret)
    assert ask(**GRANT, headers=headers).status_code == 200


def test_nothing_can_be_read_again(made: Made, lata: User) -> None:
    """Neither the secret nor a token is in the database, in the record or in a mail."""
    token = token_for(made)
    rows = [*Theirs.objects.values(), *Token.objects.values(), *OAuthClient.objects.values()]
    rows += AuditEvent.objects.values()
    kept = str(rows) + last_message(lata.email).body
    assert made.secret.removeprefix("hcx_secret_") not in kept
    assert token.removeprefix("hcx_oat_") not in kept
    assert Theirs.objects.get().secret.startswith("argon2")


def test_fewer_scopes_can_be_asked_for(call: Callable[..., Any], made: Made) -> None:
    """A token has what was asked for and no more; never more than was granted."""
    token = token_for(made, scope="work:read")
    assert call("me/", method="get", token=token).status_code == 403
    refused(ask(**GRANT, **body_of(made), scope="me:read payments:read"), 400, "invalid_scope")
    refused(ask(**GRANT, **body_of(made), scope="openid"), 400, "invalid_scope")


@pytest.mark.parametrize(
    "grant",
    ["", "password", "authorization_code", "refresh_token", "implicit",
     "urn:ietf:params:oauth:grant-type:device_code", "client_credentials\0"],
)  # fmt: skip
def test_there_is_one_grant(made: Made, grant: str) -> None:
    """Everything else is refused, and nothing is issued."""
    error = "unsupported_grant_type" if grant else "invalid_request"
    refused(ask(grant_type=grant, **body_of(made)), 400, error)
    assert not Token.objects.exists()


def test_strangers_cannot_tell_what_is_wrong(made: Made) -> None:
    """An unknown id, a wrong secret, none at all, a revoked and an ended client answer the same."""
    right, answers = body_of(made), []
    wrong = [
        right | {"client_id": "hcx_client_0123456789abcdef"},
        right | {"client_id": "x" * 9000},
        right | {"client_id": "a\0b"},
        right | {"client_secret": "hcx_secret_" + "x" * 43},
        right | {"client_secret": "x" * 9000},
        right | {"client_secret": "\0"},
        {"client_id": right["client_id"]},
        {},
    ]
    answers = [ask(**GRANT, **form, ip=f"203.0.113.{n}") for n, form in enumerate(wrong)]
    headers = {"Authorization": "Basic %%%"}
    answers.append(ask(**GRANT, headers=headers))
    with time_machine.travel(NOON + YEAR):
        answers.append(ask(**GRANT, **right))
    by = made.credential.created_by
    partners.revoke_oauth_client(client=made.credential, by=by, at=NOON, why="Leaked")
    answers.append(ask(**GRANT, **right))
    for answer in answers:
        refused(answer, 401, "invalid_client")
        assert answer["WWW-Authenticate"] == 'Basic realm="HitouchCX"'
        assert answer.content == answers[0].content


@pytest.mark.parametrize("length", [54, 9000])
def test_an_unknown_client_takes_as_long(made: Made, monkeypatch: Any, length: int) -> None:
    """Every wrong secret costs one Argon2 hash: the time does not tell whether a client exists."""
    hashed: list[str] = []
    for name in ("encode", "verify"):
        plain = getattr(Argon2id, name)

        def counted(self: Argon2id, *given: Any, plain: Any = plain) -> Any:
            hashed.append(plain.__name__)
            return plain(self, *given)

        monkeypatch.setattr(Argon2id, name, counted)
    for client_id in (made.credential.client_id, "hcx_client_0123456789abcdef"):
        hashed.clear()
        ask(**GRANT, client_id=client_id, client_secret="x" * length)
        assert len(hashed) == 1


@pytest.mark.parametrize(
    "form",
    [{"scope": ["me:read", "work:read"]}, {"grant_type": ["client_credentials"] * 2}],
)
def test_a_parameter_stands_once(made: Made, form: dict[str, Any]) -> None:
    """RFC 6749, section 3.2."""
    refused(ask(**(GRANT | body_of(made) | form)), 400, "invalid_request")


@pytest.mark.parametrize("name", ["user", "client", "scopes", "resource", "access_token", "state"])
def test_other_parameters_are_ignored(made: Made, name: str) -> None:
    """None of them reaches the token."""
    answer = ask(**GRANT, **body_of(made), **{name: "x"})
    assert set(answer.json()) == {"access_token", "expires_in", "token_type", "scope"}
    assert Token.objects.get().user is None


def test_what_is_no_form_is_refused(made: Made) -> None:
    """In OAuth's shape too: another method, JSON, a secret in the address."""
    client = Client()
    refused(client.get(URL), 405, "invalid_request")
    json = client.post(URL, GRANT | body_of(made), content_type="application/json")
    refused(json, 415, "invalid_request")
    refused(ask(f"{URL}?client_secret=%FF&a=;", **GRANT), 400, "invalid_request")
    refused(client.post(URL, GRANT | body_of(made)), 415, "invalid_request")


def test_a_token_ends_after_an_hour(call: Callable[..., Any], made: Made) -> None:
    """And is swept; until then it is good."""
    token = token_for(made)
    with time_machine.travel(NOON + HOUR - timedelta(minutes=1)):
        assert call("me/", method="get", token=token).status_code == 200
    with time_machine.travel(NOON + HOUR + timedelta(minutes=1)):
        assert call("me/", method="get", token=token).status_code == 401
        tasks.sweep()
    assert not Token.objects.exists()


def test_renewing_ends_the_old_secret_and_its_tokens(
    call: Callable[..., Any], made: Made, lata: User
) -> None:
    """The client keeps its id; what was known before is nothing."""
    token, by = token_for(made), made.credential.created_by
    fresh = partners.renew_oauth_secret(
        client=made.credential, expires_at=NOON + YEAR, by=by, at=NOON
    )
    assert fresh.credential.client_id == made.credential.client_id
    assert call("me/", method="get", token=token).status_code == 401
    refused(ask(**GRANT, **body_of(made)), 401, "invalid_client")
    assert call("me/", method="get", token=token_for(fresh)).status_code == 200
    told = OutboxMessage.objects.to_contact(index_of(lata.email or ""))
    assert any("A new secret was created" in message.body for message in told)
    assert AuditEvent.objects.filter(action="oauthclient.renewed").count() == 1


def test_revoking_ends_everything(call: Callable[..., Any], made: Made) -> None:
    """The client and its tokens, at the next request."""
    token, by = token_for(made), made.credential.created_by
    partners.revoke_oauth_client(client=made.credential, by=by, at=NOON, why="Leaked")
    assert call("me/", method="get", token=token).status_code == 401
    assert not Token.objects.exists()
    with pytest.raises(partners.RevokedAlready):
        partners.renew_oauth_secret(client=made.credential, expires_at=NOON + YEAR, by=by, at=NOON)


def test_suspending_the_owner_stops_the_program(call: Callable[..., Any], made: Made) -> None:
    """Its token at once, and it gets no new one."""
    token = token_for(made)
    User.objects.filter(pk=made.credential.owner_id).update(status=User.Status.SUSPENDED)
    assert call("me/", method="get", token=token).status_code == 401
    refused(ask(**GRANT, **body_of(made)), 401, "invalid_client")


def test_a_program_ends_its_own_tokens_only(call: Callable[..., Any], made: Made, db: None) -> None:
    """RFC 7009: an unknown token and another client's answer the same, and live on."""
    own, other = token_for(made), make_client(make_user("Ravi"))
    theirs = token_for(other)
    for token in (own, theirs, "hcx_oat_made-up", "\0"):
        answer = ask(REVOKE, token=token, **body_of(made))
        assert (answer.status_code, answer.content) == (200, b"")
    assert call("me/", method="get", token=own).status_code == 401
    assert call("me/", method="get", token=theirs).status_code == 200
    refused(ask(REVOKE, token=theirs), 401, "invalid_client")
    refused(ask(REVOKE, **body_of(made)), 400, "invalid_request")


def test_a_token_of_allauth_alone_opens_nothing(call: Callable[..., Any], lata: User) -> None:
    """Only tokens of our clients count, whatever else is in allauth's tables."""
    stray = Theirs.objects.create(id="stray", secret="x", owner=lata)
    row = Token(type=Token.Type.ACCESS_TOKEN, client=stray, user=lata, expires_at=NOON + HOUR)
    row.set_value("hcx_oat_stray")
    row.set_scopes(["me:read"])
    row.save()
    assert call("me/", method="get", token="hcx_oat_stray").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_get_ten_tokens() -> None:
    """A partner's workers that start together do not hold each other up."""
    made = make_client(make_user("Lata"))

    def one(_: int) -> str:
        try:
            return token_for(made)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(one, range(10)))) == Token.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_a_secret_that_is_renewed_meanwhile_gives_no_token() -> None:
    """Whatever the order, no token of the old secret is left."""
    made = make_client(make_user("Lata"))
    by = made.credential.created_by

    def get(_: int) -> int:
        try:
            return ask(**GRANT, **body_of(made)).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(9) as pool:
        asked = [pool.submit(get, n) for n in range(8)]
        end = NOON + YEAR
        partners.renew_oauth_secret(client=made.credential, expires_at=end, by=by, at=NOON)
    # 429: with the old secret five attempts a minute are compared.
    assert {ask.result() for ask in asked} <= {200, 401, 429}
    assert not Token.objects.exists()


def in_parallel(asks: list[Callable[[], Any]]) -> Counter[int]:
    """How often each status came of it when all are asked at the same moment."""

    def one(ask: Callable[[], Any]) -> int:
        try:
            return ask().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(asks)) as pool:
        return Counter(pool.map(one, asks))


@pytest.mark.django_db(transaction=True)
def test_twenty_token_requests_from_an_address() -> None:
    """A minute long, whoever asks; another address is not held up."""
    forms = [GRANT | {"client_id": f"hcx_client_{n:016x}", "client_secret": "x"} for n in range(24)]
    assert in_parallel([partial(ask, **form) for form in forms]) == {401: 20, 429: 4}
    held = ask(**GRANT)
    assert 0 < int(held["Retry-After"]) <= 60
    refused(held, 429, "temporarily_unavailable")
    assert ask(**GRANT, ip="203.0.113.8").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_five_wrong_secrets_of_a_client() -> None:
    """Then the right one is refused there too, for a minute; elsewhere it is not."""
    made = make_client(make_user("Lata"))
    wrong = GRANT | body_of(made) | {"client_secret": "x"}
    assert in_parallel([partial(ask, **wrong)] * 9) == {401: 5, 429: 4}
    refused(ask(**GRANT, **body_of(made)), 429, "temporarily_unavailable")
    assert ask(**GRANT, **body_of(made), ip="203.0.113.8").status_code == 200
    with time_machine.travel(NOON + timedelta(minutes=2)):
        assert ask(**GRANT, **body_of(made)).status_code == 200
