"""allauth's client for apps within our API: steps, tokens, factors, and one shape for every no."""

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
from conftest import NOON, PASSWORD
from tests.fakes.passkey import PRESENT, Phone

pytestmark = pytest.mark.django_db
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class App:
    """An app on somebody's phone: keeps the session's token, and reads what comes back."""

    def __init__(self) -> None:
        self.session, self.tokens = "", {}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"X-Session-Token": self.session} if self.session else {}
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(Client(), method)(PREFIX + path, headers=headers, **sent)
        meta = answer.json().get("meta", {})
        self.session = meta.get("session_token", self.session)
        self.tokens = meta if "access_token" in meta else self.tokens
        assert "Set-Cookie" not in answer.headers
        return answer

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
    """Lata has logged in with her password."""
    app = App()
    assert app.log_in(lata).status_code == 200
    return app


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_password_alone_where_there_is_no_factor(app: App, lata: User) -> None:
    """The answer carries one pair of tokens, good for the rest of the API, without a factor."""
    assert app.tokens["expires_in"] == 900
    assert app.tokens["next_step"]
    assert app.me().json()["id"] == str(lata.pk)
    assert TokenFamily.objects.get().second_factor_at is None
    assert LogInEvent.objects.get().way == LogInEvent.Way.PASSWORD


def test_factor_comes_in_a_second_step(lata: User) -> None:
    """401 says what is missing, keeps allauth's flows, and the code brings the tokens."""
    mfa.enrol_totp(user=lata, setup_key=KEY)
    app = App()
    asked = app.log_in(lata)
    assert said(asked) == (401, "second_factor_required")
    flow = next(flow for flow in asked.json()["flows"] if flow.get("is_pending"))
    assert set(flow["types"]) == {"totp", "recovery_codes"}
    assert not TokenFamily.objects.exists()
    assert said(app.post("auth/2fa/authenticate", code="000000")) == (401, "wrong_second_factor")
    with time_machine.travel(NOON, tick=False):
        code = totp.code(KEY, NOON)
        assert app.post("auth/2fa/authenticate", code=code).status_code == 200
    assert TokenFamily.objects.get().second_factor_at
    with time_machine.travel(NOON, tick=False):
        other = App()
        other.log_in(lata)
        assert other.post("auth/2fa/authenticate", code=code).status_code == 401


def test_sixth_guess_waits(lata: User) -> None:
    """The limit is that of the pages, and 429 says how long."""
    mfa.enrol_totp(user=lata, setup_key=KEY)
    app = App()
    app.log_in(lata)
    for _ in range(5):
        assert app.post("auth/2fa/authenticate", code="000000").status_code == 401
    answer = app.post("auth/2fa/authenticate", code="000000")
    assert said(answer) == (429, "too_many_tries")
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"contact": "nobody@example.com"}])
def test_wrong_log_in_is_one_answer(lata: User, wrong: dict[str, str]) -> None:
    """A wrong password and an unknown contact: the same code, the same sentence."""
    body = {"contact": lata.email, "password": PASSWORD} | wrong
    answer = App().post("auth/login", **body)
    assert said(answer) == (401, "wrong_log_in")


def test_passkey_alone_is_both_factors(app: App, lata: User) -> None:
    """Added by the app, it logs in another one; the family has the factor."""
    phone, other = Phone(), App()
    made = app.add_passkey(phone)
    assert made.json()["data"]["name"] == "Phone"
    assert made.json()["meta"]["recovery_codes_generated"]
    assert other.give(phone, "auth/webauthn/login").status_code == 200
    assert other.me().json()["id"] == str(lata.pk)
    assert TokenFamily.objects.order_by("-created_at")[0].second_factor_at
    assert LogInEvent.objects.latest("id").way == LogInEvent.Way.PASSKEY


def test_passkey_after_the_password(app: App, lata: User) -> None:
    """The same passkey as a second step, and as a proof."""
    phone, other = Phone(), App()
    app.add_passkey(phone)
    assert said(other.log_in(lata)) == (401, "second_factor_required")
    assert other.give(phone, "auth/webauthn/authenticate").status_code == 200
    assert TokenFamily.objects.order_by("-created_at")[0].second_factor_at
    with time_machine.travel(NOON.replace(minute=50)):
        assert said(other.get("account/authenticators/webauthn")) == (401, "proof_required")
        assert other.give(phone, "auth/webauthn/reauthenticate").status_code == 200
        assert other.get("account/authenticators/webauthn").status_code == 200


@pytest.mark.parametrize("flaw", ["finger", "origin", "owner"])
def test_a_passkey_that_is_none_opens_nothing(app: App, flaw: str) -> None:
    """Without the finger, from another site, of nobody: 422, noted, and no tokens."""
    phone = Phone()
    app.add_passkey(phone)
    if flaw == "finger":
        phone.flags = PRESENT
    elif flaw == "origin":
        phone.origin = "https://evil.example"
    else:
        phone.owner = "bm9ib2R5"
    other = App()
    answer = other.give(phone, "auth/webauthn/login")
    assert said(answer) == (422, "validation_failed")
    assert answer.json()["errors"][0]["pointer"] == "#/credential"
    assert not other.tokens
    assert LogInEvent.objects.filter(outcome=LogInEvent.Outcome.WRONG).exists()


def test_suspended_gets_nothing(app: App, lata: User) -> None:
    """By password and by passkey: the sentence of every way in; the session is over."""
    phone = Phone()
    app.add_passkey(phone)
    User.objects.update(status=User.Status.SUSPENDED)
    assert said(App().log_in(lata)) == (403, "account_not_active")
    assert said(App().give(phone, "auth/webauthn/login")) == (403, "account_not_active")
    assert app.get("account/authenticators").status_code == 401


def test_the_session_ends_within_the_hour(app: App) -> None:
    """The tokens live on; the token of the session looks after factors for an hour at most."""
    assert app.get("account/authenticators").status_code == 200
    with time_machine.travel(NOON.replace(hour=7, minute=45)):
        assert said(app.get("account/authenticators")) == (410, "session_over")


def test_logging_out_ends_the_session(app: App, lata: User) -> None:
    """Its token is of no use any more."""
    assert app.ask("delete", "auth/session").status_code == 401
    assert app.get("account/authenticators").status_code in (401, 410)
    assert UserSession.objects.purge_and_list(lata) == []


def test_staff_keep_their_factor_here_too(app: App, lata: User) -> None:
    """The last one is refused with the sentence of the page."""
    app.add_passkey(Phone())
    User.objects.update(is_staff=True)
    key = Authenticator.objects.get(type="webauthn")
    answer = app.ask("delete", "account/authenticators/webauthn", {"authenticators": [key.pk]})
    assert said(answer) == (409, "last_factor")
    User.objects.update(is_staff=False)
    app.ask("put", "account/authenticators/webauthn", {"id": key.pk, "name": "Desk"})
    factors = app.get("account/authenticators").json()["data"]  # recovery codes are one, too
    assert [each["name"] for each in factors if each["type"] == "webauthn"] == ["Desk"]
    answer = app.ask("delete", "account/authenticators/webauthn", {"authenticators": [key.pk]})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


def test_app_is_set_up_and_removed(app: App, lata: User) -> None:
    """404 brings the key, its first code turns it on and is not good again; then it goes."""
    with time_machine.travel(NOON, tick=False):
        none = app.get("account/authenticators/totp")
        assert none.status_code == 404
        code = totp.code(none.json()["meta"]["secret"], NOON)
        assert app.post("account/authenticators/totp", code=code).status_code == 200
    codes = app.get("account/authenticators/recovery-codes").json()["data"]
    assert len(codes["unused_codes"]) == 10
    assert "unused_codes" not in app.get("account/authenticators/recovery-codes").json()["data"]
    assert app.ask("delete", "account/authenticators/totp").status_code == 200
    assert not Authenticator.objects.filter(user=lata).exists()


def test_proof_is_asked_for_and_given(app: App, lata: User) -> None:
    """After five minutes removing needs the password once more; a wrong one proves nothing."""
    mfa.enrol_totp(user=lata)
    with time_machine.travel(NOON.replace(minute=50)):
        gone = app.ask("delete", "account/authenticators/totp")
        assert said(gone) == (401, "proof_required")
        assert said(app.post("auth/reauthenticate", password="wrong"))[0] in (401, 422)
        assert app.ask("delete", "account/authenticators/totp").status_code == 401
        assert app.post("auth/reauthenticate", password=PASSWORD).status_code == 200
        assert app.ask("delete", "account/authenticators/totp").status_code == 200


def test_nobody_is_asked_to_log_in() -> None:
    """Each door that is not open answers a stranger 401, as a problem, with the flows."""
    for door in ENDPOINTS:
        for method in door.operations:
            if not door.is_public:
                answer = App().ask(method, door.path, None if method == "get" else {})
                assert said(answer) == (401, "not_authenticated"), door.path
                assert answer["Content-Type"].startswith("application/problem+json")
                assert answer.json()["flows"]
    answer = Client().get(f"{PREFIX}auth/session", headers={"X-Session-Token": "made-up"})
    assert said(answer) == (410, "session_over")


@pytest.mark.parametrize("path", ["auth/signup", "auth/password/request", "auth/email/verify"])
def test_what_is_ours_is_not_allauths(path: str) -> None:
    """Signing up, resets and contacts go through our own endpoints alone."""
    assert Client().post(f"{PREFIX}{path}", {}, content_type="application/json").status_code == 404


BODIES = [b"[]", b"{", b"\xff", b'{"code": 1, "code": 2}', b"[" * 5000, b'{"contact": "\\u0000"}']


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("path", ["auth/login", "auth/webauthn/login", "auth/2fa/authenticate"])
def test_bad_json_is_a_problem(lata: User, path: str, body: bytes) -> None:
    """No list, no half, no name twice, no NUL, not too deep: a 4xx in our shape."""
    answer = Client().post(PREFIX + path, body, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert answer.json()["request_id"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
WRITING = [(door, method) for door in ENDPOINTS for method in door.operations if method != "get"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_body_is_answered(app: App, data: st.DataObject) -> None:
    """Each field of each door takes anything without a fault of ours."""
    door, method = data.draw(st.sampled_from(WRITING))
    if door.path in ("auth/session", "auth/sessions"):
        return
    body = {name: data.draw(ANYTHING) for name in door.operations[method].body or {}}
    assert app.ask(method, door.path, body).status_code < 500
