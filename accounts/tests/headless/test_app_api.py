"""allauth's headless API for apps: log-in steps, tokens, second factors, and problem details."""

from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.headless.urls import ENDPOINTS, PREFIX
from accounts.mfa import services as mfa
from accounts.mfa import totp
from accounts.models import LogInEvent, TokenFamily, User
from accounts.sessions import services as sessions
from conftest import NOON, PASSWORD
from tests.fakes.passkey import PRESENT, Phone

pytestmark = pytest.mark.django_db
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class App:
    """An app on a phone: keeps the session token and reads the responses."""

    def __init__(self) -> None:
        self.session, self.tokens = "", {}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"X-Session-Token": self.session} if self.session else {}
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        response = getattr(Client(), method)(PREFIX + path, headers=headers, **sent)
        meta = response.json().get("meta", {})
        self.session = meta.get("session_token", self.session)
        self.tokens = meta if "access_token" in meta else self.tokens
        assert "Set-Cookie" not in response.headers
        return response

    def get(self, path: str) -> Any:
        return self.ask("get", path)

    def post(self, path: str, **body: Any) -> Any:
        return self.ask("post", path, body)

    def log_in(self, user: User) -> Any:
        return self.post("auth/login", contact=user.email, password=PASSWORD)

    def me(self) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        return Client().get("/api/v1/me/", headers=headers)

    def add_passkey(self, phone: Phone, name: str = "Phone") -> Any:
        options = self.get("account/authenticators/webauthn").json()["data"]["creation_options"]
        made = phone.make(options)
        return self.post("account/authenticators/webauthn", name=name, credential=made)

    def give(self, phone: Phone, path: str) -> Any:
        options = self.get(path).json()["data"]["request_options"]
        return self.post(path, credential=phone.give(options))


@pytest.fixture
def app(lata: User) -> App:
    """An app in which Lata has logged in with her password."""
    app = App()
    assert app.log_in(lata).status_code == 200
    return app


def status_and_code(response: Any) -> tuple[int, str]:
    """The status and the problem code of a response."""
    return response.status_code, response.json()["code"]


def test_password_login_without_second_factor(app: App, lata: User) -> None:
    """The response has one pair of tokens that works for the rest of the API."""
    assert app.tokens["expires_in"] == 900
    assert app.tokens["next_step"]
    assert app.me().json()["id"] == str(lata.pk)
    assert TokenFamily.objects.get().second_factor_at is None
    assert LogInEvent.objects.get().way == LogInEvent.Way.PASSWORD


def test_second_factor_is_a_second_step(lata: User) -> None:
    """401 names what is missing with allauth's flows; the code gets the tokens."""
    mfa.enrol_totp(user=lata, setup_key=KEY)
    app = App()
    futures = app.log_in(lata)
    assert status_and_code(futures) == (401, "second_factor_required")
    flow = next(flow for flow in futures.json()["flows"] if flow.get("is_pending"))
    assert set(flow["types"]) == {"totp", "recovery_codes"}
    assert not TokenFamily.objects.exists()
    assert status_and_code(app.post("auth/2fa/authenticate", code="000000")) == (
        401,
        "wrong_second_factor",
    )
    with time_machine.travel(NOON, tick=False):
        code = totp.code(KEY, NOON)
        assert app.post("auth/2fa/authenticate", code=code).status_code == 200
    assert TokenFamily.objects.get().second_factor_at
    with time_machine.travel(NOON, tick=False):
        other = App()
        other.log_in(lata)
        assert other.post("auth/2fa/authenticate", code=code).status_code == 401


def test_sixth_code_is_limited(lata: User) -> None:
    """The limit is shared with the pages; 429 has Retry-After."""
    mfa.enrol_totp(user=lata, setup_key=KEY)
    app = App()
    app.log_in(lata)
    for _ in range(5):
        assert app.post("auth/2fa/authenticate", code="000000").status_code == 401
    response = app.post("auth/2fa/authenticate", code="000000")
    assert status_and_code(response) == (429, "too_many_tries")
    assert int(response["Retry-After"]) > 0


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"contact": "nobody@example.com"}])
def test_wrong_logins_answer_alike(lata: User, wrong: dict[str, str]) -> None:
    """A wrong password and an unknown contact give the same response."""
    body = {"contact": lata.email, "password": PASSWORD} | wrong
    response = App().post("auth/login", **body)
    assert status_and_code(response) == (401, "wrong_log_in")


def test_passkey_alone_is_both_factors(app: App, lata: User) -> None:
    """A passkey added by the app logs in another one; the family records the second factor."""
    phone, other = Phone(), App()
    made = app.add_passkey(phone)
    assert made.json()["data"]["name"] == "Phone"
    assert made.json()["meta"]["recovery_codes_generated"]
    assert other.give(phone, "auth/webauthn/login").status_code == 200
    assert other.me().json()["id"] == str(lata.pk)
    assert TokenFamily.objects.order_by("-created_at")[0].second_factor_at
    assert LogInEvent.objects.latest("id").way == LogInEvent.Way.PASSKEY


def test_passkey_after_the_password(app: App, lata: User) -> None:
    """As second step of a log-in, and for re-authentication."""
    phone, other = Phone(), App()
    app.add_passkey(phone)
    assert status_and_code(other.log_in(lata)) == (401, "second_factor_required")
    assert other.give(phone, "auth/webauthn/authenticate").status_code == 200
    assert TokenFamily.objects.order_by("-created_at")[0].second_factor_at
    with time_machine.travel(NOON.replace(minute=50)):
        assert status_and_code(other.get("account/authenticators/webauthn")) == (
            401,
            "proof_required",
        )
        assert other.give(phone, "auth/webauthn/reauthenticate").status_code == 200
        assert other.get("account/authenticators/webauthn").status_code == 200


@pytest.mark.parametrize("flaw", ["finger", "origin", "owner"])
def test_invalid_passkey_is_refused(app: App, flaw: str) -> None:
    """Without user verification, from another site, or unknown: 422, recorded, and no tokens."""
    phone = Phone()
    app.add_passkey(phone)
    if flaw == "finger":
        phone.flags = PRESENT
    elif flaw == "origin":
        phone.origin = "https://evil.example"
    else:
        phone.owner = "bm9ib2R5"
    other = App()
    response = other.give(phone, "auth/webauthn/login")
    assert status_and_code(response) == (422, "validation_failed")
    assert response.json()["errors"][0]["pointer"] == "#/credential"
    assert not other.tokens
    assert LogInEvent.objects.filter(outcome=LogInEvent.Outcome.WRONG).exists()


def test_suspended_user_cannot_log_in(app: App, lata: User) -> None:
    """By password and by passkey; the session has ended."""
    phone = Phone()
    app.add_passkey(phone)
    User.objects.update(status=User.Status.SUSPENDED)
    assert status_and_code(App().log_in(lata)) == (403, "account_not_active")
    assert status_and_code(App().give(phone, "auth/webauthn/login")) == (403, "account_not_active")
    assert app.get("account/authenticators").status_code == 401


def test_session_ends_after_an_hour(app: App) -> None:
    """The tokens stay valid; the session token manages second factors for an hour at most."""
    assert app.get("account/authenticators").status_code == 200
    with time_machine.travel(NOON.replace(hour=7, minute=45)):
        assert status_and_code(app.get("account/authenticators")) == (410, "session_over")


def test_logging_out_ends_the_session(app: App, lata: User) -> None:
    """The session token does not work any more."""
    assert app.ask("delete", "auth/session").status_code == 401
    assert app.get("account/authenticators").status_code in (401, 410)
    assert UserSession.objects.purge_and_list(lata) == []


def test_staff_cannot_remove_the_last_factor(app: App, lata: User) -> None:
    """With the same message as on the page."""
    app.add_passkey(Phone())
    User.objects.update(is_staff=True)
    key = Authenticator.objects.get(type="webauthn")
    response = app.ask("delete", "account/authenticators/webauthn", {"authenticators": [key.pk]})
    assert status_and_code(response) == (409, "last_factor")
    User.objects.update(is_staff=False)
    app.ask("put", "account/authenticators/webauthn", {"id": key.pk, "name": "Desk"})
    factors = app.get("account/authenticators").json()["data"]  # recovery codes are one, too
    assert [each["name"] for each in factors if each["type"] == "webauthn"] == ["Desk"]
    response = app.ask("delete", "account/authenticators/webauthn", {"authenticators": [key.pk]})
    assert response.status_code == 200
    assert not Authenticator.objects.exists()


def test_authenticator_app_is_set_up_and_removed(app: App, lata: User) -> None:
    """404 has the key, its first code activates it and cannot be used again; then it is removed."""
    with time_machine.travel(NOON, tick=False):
        setup_response = app.get("account/authenticators/totp")
        assert setup_response.status_code == 404
        code = totp.code(setup_response.json()["meta"]["secret"], NOON)
        assert app.post("account/authenticators/totp", code=code).status_code == 200
    codes = app.get("account/authenticators/recovery-codes").json()["data"]
    assert len(codes["unused_codes"]) == 10
    assert "unused_codes" not in app.get("account/authenticators/recovery-codes").json()["data"]
    assert app.ask("delete", "account/authenticators/totp").status_code == 200
    assert not Authenticator.objects.filter(user=lata).exists()


def test_reauthentication_is_required(app: App, lata: User) -> None:
    """Removing a factor needs a fresh code of one; the password is not enough."""
    key, _ = mfa.enrol_totp(user=lata)
    now = NOON.replace(minute=50)
    with time_machine.travel(now):
        gone = app.ask("delete", "account/authenticators/totp")
        assert status_and_code(gone) == (401, "proof_required")
        assert status_and_code(app.post("auth/reauthenticate", password="wrong"))[0] in (401, 422)
        assert app.ask("delete", "account/authenticators/totp").status_code == 401
        assert app.post("auth/reauthenticate", password=PASSWORD).status_code == 200
        assert app.ask("delete", "account/authenticators/totp").status_code == 401
        code = totp.code(key, now)
        assert app.post("auth/2fa/reauthenticate", code=code).status_code == 200
        assert app.ask("delete", "account/authenticators/totp").status_code == 200


def test_password_neither_adds_nor_shows_factors(app: App, lata: User) -> None:
    """Somebody with the password and a session could otherwise make a factor of their own."""
    mfa.enrol_totp(user=lata)
    assert app.post("auth/reauthenticate", password=PASSWORD).status_code == 200
    for path in ("recovery-codes", "webauthn"):
        assert app.get(f"account/authenticators/{path}").status_code == 401
    assert app.post("account/authenticators/recovery-codes").status_code == 401
    assert app.post("account/authenticators/totp", code="000000").status_code in (401, 422)


@pytest.mark.parametrize("way", ["log out", "list", "page"])
def test_log_out_ends_the_tokens(app: App, lata: User, way: str) -> None:
    """Tokens end with the session of the app in which they were issued."""
    assert app.me().status_code == 200
    session = UserSession.objects.get()
    if way == "log out":
        app.ask("delete", "auth/session")
    elif way == "list":
        app.ask("delete", "auth/sessions", {"sessions": [session.pk]})
    else:
        sessions.end_session(user=lata, sign_in=str(session.pk), at=NOON)
    assert app.me().status_code == 401
    assert not TokenFamily.objects.filter(revoked_at=None).exists()


def test_end_of_the_tokens_ends_the_session(app: App, lata: User) -> None:
    """Otherwise the session of the app would issue new ones for an hour."""
    body = {"refresh_token": app.tokens["refresh_token"]}
    Client().post("/api/v1/auth/tokens/revoke/", body, content_type="application/json")
    assert app.get("auth/session").status_code in (401, 410)
    assert not UserSession.objects.exists()


def test_visitors_get_401_with_flows() -> None:
    """Every endpoint that is not public answers with a problem and allauth's flows."""
    for endpoint in ENDPOINTS:
        for method in endpoint.operations:
            if not endpoint.is_public:
                response = App().ask(method, endpoint.path, None if method == "get" else {})
                assert status_and_code(response) == (401, "not_authenticated"), endpoint.path
                assert response["Content-Type"].startswith("application/problem+json")
                assert response.json()["flows"]
    response = Client().get(f"{PREFIX}auth/session", headers={"X-Session-Token": "made-up"})
    assert status_and_code(response) == (410, "session_over")


@pytest.mark.parametrize("path", ["auth/signup", "auth/password/request", "auth/email/verify"])
def test_other_allauth_endpoints_are_absent(path: str) -> None:
    """Sign-up, password reset and contacts have our own endpoints only."""
    assert Client().post(f"{PREFIX}{path}", {}, content_type="application/json").status_code == 404


BODIES = [b"[]", b"{", b"\xff", b'{"code": 1, "code": 2}', b"[" * 5000, b'{"contact": "\\u0000"}']


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("path", ["auth/login", "auth/webauthn/login", "auth/2fa/authenticate"])
def test_bad_json_is_a_problem(lata: User, path: str, body: bytes) -> None:
    """No list, no incomplete JSON, no duplicate names, no NUL, no deep nesting."""
    response = Client().post(PREFIX + path, body, content_type="application/json")
    assert 400 <= response.status_code < 500
    assert response.json()["request_id"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
WRITING = [
    (endpoint, method)
    for endpoint in ENDPOINTS
    for method in endpoint.operations
    if method != "get"
]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_body_is_answered(app: App, data: st.DataObject) -> None:
    """No input in any field of any endpoint causes a server error."""
    endpoint, method = data.draw(st.sampled_from(WRITING))
    if endpoint.path in ("auth/session", "auth/sessions"):
        return
    body = {name: data.draw(ANYTHING) for name in endpoint.operations[method].body or {}}
    assert app.ask(method, endpoint.path, body).status_code < 500
