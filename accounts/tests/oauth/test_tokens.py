"""OAuth2 client credentials for partner apps (RFC 6749) and revocation (RFC 7009)."""

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
    """Create an OAuth2 client for an owner."""
    facts = {"name": "Orchid desk", "scopes": ["me:read", "work:read"], "expires_at": NOON + YEAR}
    by = User.objects.filter(is_staff=True).first() or make_staff("Omar", "operations")
    return partners.create_oauth_client(owner=owner, by=by, at=NOON, **(facts | changes))


@pytest.fixture
def new_client(lata: User) -> Made:
    """A client that acts for Lata, with its secret."""
    return make_client(lata)


def basic_header(client_id: str, secret: str) -> dict[str, str]:
    """The HTTP Basic header of id and secret."""
    both = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {both}"}


def form_of(new_client: Made) -> dict[str, str]:
    """Id and secret as form fields."""
    return {"client_id": new_client.credential.client_id, "client_secret": new_client.secret}


def post_form(url: str = URL, *, headers: Any = None, ip: str = "203.0.113.7", **form: Any) -> Any:
    """Post a form to an OAuth endpoint."""
    body = urlencode(form, doseq=True)
    return Client(REMOTE_ADDR=ip).post(url, body, content_type=FORM, headers=headers)


def token_for(new_client: Made, **form: Any) -> str:
    """A token of the client."""
    response = post_form(**GRANT, **form_of(new_client), **form)
    assert response.status_code == 200, response.content
    return response.json()["access_token"]


def assert_error(response: HttpResponse, status: int, error: str) -> dict[str, Any]:
    """Check that the answer is an error in OAuth's format; returns its body."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    problem = response.json()  # type: ignore[attr-defined]
    assert problem["error"] == error
    assert set(problem) == {"error", "error_description"}
    assert '"' not in problem["error_description"]
    return problem


def test_a_library_gets_a_token(call: Callable[..., Any], new_client: Made, lata: User) -> None:
    """oauthlib's client gets a token that works."""
    library = BackendApplicationClient(new_client.credential.client_id)
    body = library.prepare_request_body(client_secret=new_client.secret, include_client_id=True)
    response = Client().post(URL, body, content_type=FORM)
    assert response["Cache-Control"] == "no-store"
    given = library.parse_request_body_response(response.content.decode())
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 3600)
    assert given["scope"] == ["me:read", "work:read"]
    assert "refresh_token" not in given
    response = call("me/", method="get", token=given["access_token"])
    assert response.json()["id"] == str(lata.pk)


def test_http_basic_is_accepted(new_client: Made) -> None:
    """Every server has to support HTTP Basic."""
    headers = basic_header(new_client.credential.client_id, new_client.secret)
    assert post_form(**GRANT, headers=headers).status_code == 200


@pytest.mark.parametrize("url", [URL, REVOKE])
def test_two_methods_of_authentication_are_refused(new_client: Made, url: str) -> None:
    """RFC 6749, section 2.3: a secret in the header and in the body, also when both are right."""
    right, other = form_of(new_client), "hcx_client_0123456789abcdef"
    basic = basic_header(right["client_id"], right["client_secret"])
    form = GRANT | {"token": "hcx_oat_x"}
    doubled = [
        (basic, right),
        (basic, {"client_secret": right["client_secret"]}),
        (basic, {"client_secret": "x"}),
        (basic, {"client_id": other}),
        (basic_header(right["client_id"], "x"), right),
        ({"Authorization": "Bearer hcx_oat_x"}, right),
        ({"Authorization": "Basic %%%"}, right),
    ]
    for headers, body in doubled:
        assert_error(post_form(url, headers=headers, **form, **body), 400, "invalid_request")
    assert not Token.objects.exists()
    for body in ({"client_id": right["client_id"]}, {"client_id": "", "client_secret": ""}):
        assert post_form(url, headers=basic, **form, **body).status_code == 200


def test_secrets_are_not_stored(new_client: Made, lata: User) -> None:
    """Neither secret nor token is in the database, the audit log or a mail."""
    token = token_for(new_client)
    rows = [*Theirs.objects.values(), *Token.objects.values(), *OAuthClient.objects.values()]
    rows += AuditEvent.objects.values()
    kept = str(rows) + last_message(lata.email).body
    assert new_client.secret.removeprefix("hcx_secret_") not in kept
    assert token.removeprefix("hcx_oat_") not in kept
    assert Theirs.objects.get().secret.startswith("argon2")


def test_requested_scopes_narrow_the_token(call: Callable[..., Any], new_client: Made) -> None:
    """A token has the requested scopes, and never more than were granted."""
    token = token_for(new_client, scope="work:read")
    assert call("me/", method="get", token=token).status_code == 403
    assert_error(
        post_form(**GRANT, **form_of(new_client), scope="me:read payments:read"),
        400,
        "invalid_scope",
    )
    assert_error(post_form(**GRANT, **form_of(new_client), scope="openid"), 400, "invalid_scope")


@pytest.mark.parametrize(
    "grant",
    ["", "password", "authorization_code", "refresh_token", "implicit",
     "urn:ietf:params:oauth:grant-type:device_code", "client_credentials\0"],
)  # fmt: skip
def test_other_grants_are_refused(new_client: Made, grant: str) -> None:
    """Only client credentials are supported."""
    error = "unsupported_grant_type" if grant else "invalid_request"
    assert_error(post_form(grant_type=grant, **form_of(new_client)), 400, error)
    assert not Token.objects.exists()


def test_invalid_clients_answer_alike(new_client: Made) -> None:
    """Unknown id, wrong secret, no secret, revoked and expired clients get the same error."""
    right, answers = form_of(new_client), []
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
    answers = [post_form(**GRANT, **form, ip=f"203.0.113.{n}") for n, form in enumerate(wrong)]
    headers = {"Authorization": "Basic %%%"}
    answers.append(post_form(**GRANT, headers=headers))
    with time_machine.travel(NOON + YEAR):
        answers.append(post_form(**GRANT, **right))
    by = new_client.credential.created_by
    partners.revoke_oauth_client(client=new_client.credential, by=by, at=NOON, why="Leaked")
    answers.append(post_form(**GRANT, **right))
    for response in answers:
        assert_error(response, 401, "invalid_client")
        assert response["WWW-Authenticate"] == 'Basic realm="HitouchCX"'
        assert response.content == answers[0].content


@pytest.mark.parametrize("length", [54, 9000])
def test_an_unknown_client_takes_as_long(new_client: Made, monkeypatch: Any, length: int) -> None:
    """Every wrong secret costs one Argon2 hash. The time does not tell whether a client exists."""
    hashed: list[str] = []
    for name in ("encode", "verify"):
        plain = getattr(Argon2id, name)

        def counted(self: Argon2id, *given: Any, plain: Any = plain) -> Any:
            hashed.append(plain.__name__)
            return plain(self, *given)

        monkeypatch.setattr(Argon2id, name, counted)
    for client_id in (new_client.credential.client_id, "hcx_client_0123456789abcdef"):
        hashed.clear()
        post_form(**GRANT, client_id=client_id, client_secret="x" * length)
        assert len(hashed) == 1


@pytest.mark.parametrize(
    "form",
    [{"scope": ["me:read", "work:read"]}, {"grant_type": ["client_credentials"] * 2}],
)
def test_duplicate_parameters_are_refused(new_client: Made, form: dict[str, Any]) -> None:
    """RFC 6749, section 3.2."""
    assert_error(post_form(**(GRANT | form_of(new_client) | form)), 400, "invalid_request")


@pytest.mark.parametrize("name", ["user", "client", "scopes", "resource", "access_token", "state"])
def test_other_parameters_are_ignored(new_client: Made, name: str) -> None:
    """Unknown parameters do not affect the token."""
    response = post_form(**GRANT, **form_of(new_client), **{name: "x"})
    assert set(response.json()) == {"access_token", "expires_in", "token_type", "scope"}
    assert Token.objects.get().user is None


def test_other_requests_are_refused(new_client: Made) -> None:
    """Another method, JSON, or a secret in the URL gets an error in OAuth's format."""
    client = Client()
    assert_error(client.get(URL), 405, "invalid_request")
    json = client.post(URL, GRANT | form_of(new_client), content_type="application/json")
    assert_error(json, 415, "invalid_request")
    assert_error(post_form(f"{URL}?client_secret=%FF&a=;", **GRANT), 400, "invalid_request")
    assert_error(client.post(URL, GRANT | form_of(new_client)), 415, "invalid_request")


def test_token_expires_after_an_hour(call: Callable[..., Any], new_client: Made) -> None:
    """It is deleted by the sweep afterwards."""
    token = token_for(new_client)
    with time_machine.travel(NOON + HOUR - timedelta(minutes=1)):
        assert call("me/", method="get", token=token).status_code == 200
    with time_machine.travel(NOON + HOUR + timedelta(minutes=1)):
        assert call("me/", method="get", token=token).status_code == 401
        tasks.sweep()
    assert not Token.objects.exists()


def test_renewing_ends_the_old_secret_and_its_tokens(
    call: Callable[..., Any], new_client: Made, lata: User
) -> None:
    """The client keeps its id; the old secret and tokens stop working."""
    token, by = token_for(new_client), new_client.credential.created_by
    fresh = partners.renew_oauth_secret(
        client=new_client.credential, expires_at=NOON + YEAR, by=by, at=NOON
    )
    assert fresh.credential.client_id == new_client.credential.client_id
    assert call("me/", method="get", token=token).status_code == 401
    assert_error(post_form(**GRANT, **form_of(new_client)), 401, "invalid_client")
    assert call("me/", method="get", token=token_for(fresh)).status_code == 200
    messages = OutboxMessage.objects.to_contact(index_of(lata.email or ""))
    assert any("A new secret was created" in message.body for message in messages)
    assert AuditEvent.objects.filter(action="oauthclient.renewed").count() == 1


def test_revoking_ends_client_and_tokens(call: Callable[..., Any], new_client: Made) -> None:
    """From the next request on."""
    token, by = token_for(new_client), new_client.credential.created_by
    partners.revoke_oauth_client(client=new_client.credential, by=by, at=NOON, why="Leaked")
    assert call("me/", method="get", token=token).status_code == 401
    assert not Token.objects.exists()
    with pytest.raises(partners.RevokedAlready):
        partners.renew_oauth_secret(
            client=new_client.credential, expires_at=NOON + YEAR, by=by, at=NOON
        )


def test_suspending_the_owner_stops_the_client(call: Callable[..., Any], new_client: Made) -> None:
    """Its token stops working at once, and no new one is issued."""
    token = token_for(new_client)
    User.objects.filter(pk=new_client.credential.owner_id).update(status=User.Status.SUSPENDED)
    assert call("me/", method="get", token=token).status_code == 401
    assert_error(post_form(**GRANT, **form_of(new_client)), 401, "invalid_client")


def test_client_revokes_its_own_tokens_only(
    call: Callable[..., Any], new_client: Made, db: None
) -> None:
    """RFC 7009: unknown and other clients' tokens get the same answer and stay valid."""
    own, other = token_for(new_client), make_client(make_user("Ravi"))
    other_token = token_for(other)
    for token in (own, other_token, "hcx_oat_made-up", "\0"):
        response = post_form(REVOKE, token=token, **form_of(new_client))
        assert (response.status_code, response.content) == (200, b"")
    assert call("me/", method="get", token=own).status_code == 401
    assert call("me/", method="get", token=other_token).status_code == 200
    assert_error(post_form(REVOKE, token=other_token), 401, "invalid_client")
    assert_error(post_form(REVOKE, **form_of(new_client)), 400, "invalid_request")


def test_tokens_of_other_clients_are_refused(call: Callable[..., Any], lata: User) -> None:
    """Only tokens of our clients count, whatever else is in allauth's tables."""
    stray = Theirs.objects.create(id="stray", secret="x", owner=lata)
    row = Token(type=Token.Type.ACCESS_TOKEN, client=stray, user=lata, expires_at=NOON + HOUR)
    row.set_value("hcx_oat_stray")
    row.set_scopes(["me:read"])
    row.save()
    assert call("me/", method="get", token="hcx_oat_stray").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_concurrent_requests_all_get_tokens() -> None:
    """Workers of a partner that start together are not limited."""
    new_client = make_client(make_user("Lata"))

    def one(_: int) -> str:
        try:
            return token_for(new_client)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(one, range(10)))) == Token.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_renewing_during_a_request_leaves_no_token() -> None:
    """In any order, no token of the old secret is left."""
    new_client = make_client(make_user("Lata"))
    by = new_client.credential.created_by

    def get(_: int) -> int:
        try:
            return post_form(**GRANT, **form_of(new_client)).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(9) as pool:
        asked = [pool.submit(get, n) for n in range(8)]
        end = NOON + YEAR
        partners.renew_oauth_secret(client=new_client.credential, expires_at=end, by=by, at=NOON)
    # 429: with the old secret five attempts a minute are compared.
    assert {post_form.result() for post_form in asked} <= {200, 401, 429}
    assert not Token.objects.exists()


def in_parallel(asks: list[Callable[[], Any]]) -> Counter[int]:
    """How often each status occurred when all requests run concurrently."""

    def one(post_form: Callable[[], Any]) -> int:
        try:
            return post_form().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(asks)) as pool:
        return Counter(pool.map(one, asks))


@pytest.mark.django_db(transaction=True)
def test_twenty_token_requests_from_an_address() -> None:
    """Per minute and network; another network is not affected."""
    forms = [GRANT | {"client_id": f"hcx_client_{n:016x}", "client_secret": "x"} for n in range(24)]
    assert in_parallel([partial(post_form, **form) for form in forms]) == {401: 20, 429: 4}
    held = post_form(**GRANT)
    assert 0 < int(held["Retry-After"]) <= 60
    assert_error(held, 429, "temporarily_unavailable")
    assert post_form(**GRANT, ip="203.0.113.8").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_five_wrong_secrets_of_a_client() -> None:
    """After five the right one is refused there for a minute, but not from another network."""
    new_client = make_client(make_user("Lata"))
    wrong = GRANT | form_of(new_client) | {"client_secret": "x"}
    assert in_parallel([partial(post_form, **wrong)] * 9) == {401: 5, 429: 4}
    assert_error(post_form(**GRANT, **form_of(new_client)), 429, "temporarily_unavailable")
    assert post_form(**GRANT, **form_of(new_client), ip="203.0.113.8").status_code == 200
    with time_machine.travel(NOON + timedelta(minutes=2)):
        assert post_form(**GRANT, **form_of(new_client)).status_code == 200
