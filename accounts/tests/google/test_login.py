"""Log-in with Google, against a fake Google server over real HTTP."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client, override_settings

from accounts import signals
from accounts.google import services as google_services
from accounts.mfa import services as mfa
from accounts.models import Agent, AuditEvent, LogInEvent, User
from accounts.staff import services as staff
from accounts.tests.conftest import last_message
from accounts.tests.support import urls_with_google
from conftest import NOON, make_user
from hitouch.core.models import OutboxMessage
from tests.fakes.google import NONSENSE, Google, Person
from tests.support.waiting import DEADLINE_SECONDS

pytestmark = pytest.mark.django_db
START = "/log-in/google/"


@pytest.fixture(scope="module", autouse=True)
def google_urlconf() -> Iterator[None]:
    """Once per file, since building the URL configuration takes longer than a test."""
    with override_settings(ROOT_URLCONF=urls_with_google.__name__):
        yield


@pytest.fixture(scope="module")
def server() -> Iterator[Google]:
    """One fake Google server for this file."""
    running = Google()
    yield running
    running.close()


@pytest.fixture
def google(server: Google, settings: Any) -> Google:
    """The server without faults, and configured in the settings."""
    server.failure_mode, server.person = "well", Person()
    settings.HITOUCH_GOOGLE = True
    settings.SOCIALACCOUNT_PROVIDERS = {"google": server.settings()}
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = DEADLINE_SECONDS
    return server


def authorize(client: Client, google: Google, *, consent: bool = True, start: str = START) -> str:
    """Follow the redirect to Google; returns the URL that Google redirects back to."""
    sent = client.post(start)
    assert sent.url.startswith(google.url)
    back = urlsplit(google.answer_to(sent.url, consent=consent))
    return f"{back.path}?{back.query}"


def log_in(client: Client, google: Google) -> Any:
    """Log in with Google as far as the callback."""
    return client.get(authorize(client, google))


def is_logged_in(client: Client) -> bool:
    """Whether somebody is logged in in this browser."""
    return "_auth_user_id" in client.session


def text_of(response: Any) -> str:
    """The text of the page."""
    return response.content.decode()


def test_new_user_gets_an_account(client: Client, google: Google) -> None:
    """User, agent, audit event and log-in event, no password; consents are requested first."""
    heard: list[Agent] = []

    def listen(agent: Agent, **kwargs: object) -> None:
        heard.append(agent)

    signals.agent_joined.connect(listen)
    assert log_in(client, google).status_code == 302
    signals.agent_joined.disconnect(listen)
    user = User.objects.get(email="nina@example.com")
    assert is_logged_in(client)
    assert heard == [user.agent]
    assert user.email_verified_at
    assert not user.has_usable_password()
    assert AuditEvent.objects.filter(action="account.opened", by=user).exists()
    assert LogInEvent.objects.latest("at").way == LogInEvent.Way.GOOGLE
    assert not OutboxMessage.objects.exists()
    assert client.get("/next/").url == "/account/agree/"


def test_claims_are_not_stored(client: Client, google: Google) -> None:
    """Only the `sub` and a masked address; no token and no claims."""
    log_in(client, google)
    log_in(Client(), google)
    link = SocialAccount.objects.get()
    assert link.uid == "1001"
    assert link.extra_data == {"email": "n•••@example.com"}
    assert not link.socialtoken_set.exists()


def test_account_is_found_by_sub(client: Client, google: Google) -> None:
    """Also when the address at Google has changed."""
    log_in(client, google)
    google.person.email = "nina.new@example.com"
    other = Client()
    log_in(other, google)
    assert other.session["_auth_user_id"] == client.session["_auth_user_id"]
    assert User.objects.count() == 1


def test_verified_address_links_and_notifies(client: Client, google: Google) -> None:
    """An account with the same verified address is linked, and its owner notified."""
    nina = make_user("Nina")
    log_in(client, google)
    assert client.session["_auth_user_id"] == str(nina.pk)
    assert "Google account was linked" in last_message(nina.email).body
    assert AuditEvent.objects.filter(action="account.google_linked", by=nina).exists()


def test_letter_case_of_the_address_is_ignored(client: Client, google: Google) -> None:
    """Google may send it in capitals."""
    nina = make_user("Nina")
    google.person.email = "Nina@Example.COM"
    log_in(client, google)
    assert client.session["_auth_user_id"] == str(nina.pk)


def test_unverified_address_is_not_linked(client: Client, google: Google) -> None:
    """Entering Nina's address without verifying it gives no access to her Google account."""
    make_user("Nina", email_verified_at=None)
    response = log_in(client, google)
    assert "already exists" in text_of(response)
    assert not is_logged_in(client)
    assert not SocialAccount.objects.exists()


def test_other_sub_with_the_same_address_is_refused(client: Client, google: Google) -> None:
    """The same address with another `sub`, as after a change of its owner."""
    log_in(client, google)
    google.person = Person(sub="2002")
    visitor = Client()
    assert "a different Google account" in text_of(log_in(visitor, google))
    assert not is_logged_in(visitor)
    assert SocialAccount.objects.get().uid == "1001"


@pytest.mark.parametrize("value", [False, None, "true", "false", 1, []])
def test_email_verified_has_to_be_true(client: Client, google: Google, value: object) -> None:
    """Any value but true is refused, and no account is created."""
    make_user("Nina")
    google.person.email_verified = value
    response = log_in(client, google)
    assert response.status_code == 403
    assert "has not verified" in text_of(response)
    assert not is_logged_in(client)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["", None, "no address", "x" * 300 + "@example.com", 7, "a\0@b"]
)
def test_missing_or_invalid_address_is_refused(
    client: Client, google: Google, address: object
) -> None:
    """The page shows the reason."""
    google.person.email = address
    response = log_in(client, google)
    assert response.status_code in (400, 403, 422)
    assert "log you in with Google" in text_of(response)
    assert not User.objects.exists()


def test_suspended_user_cannot_log_in(client: Client, google: Google) -> None:
    """Linked or not, with the same message as any other log-in."""
    nina = make_user("Nina", status=User.Status.SUSPENDED)
    assert "not active" in text_of(log_in(client, google))
    assert LogInEvent.objects.latest("id").outcome == LogInEvent.Outcome.NOT_ACTIVE
    User.objects.update(status=User.Status.ACTIVE)
    log_in(Client(), google)
    staff.suspend(user=nina, by=make_user("Omar"), at=NOON, why="Asked for")
    assert "not active" in text_of(log_in(client, google))
    assert not is_logged_in(client)


def test_second_factor_is_still_required(client: Client, google: Google) -> None:
    """Google replaces the password only."""
    nina = make_user("Nina")
    mfa.enrol_totp(user=nina)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    assert log_in(client, google).url == "/log-in/second-factor/"
    assert not is_logged_in(client)
    assert client.post("/log-in/second-factor/", {"code": code}).status_code == 302
    assert is_logged_in(client)


def test_cancelling_shows_a_message(client: Client, google: Google) -> None:
    """The page offers other ways to log in."""
    response = client.get(authorize(client, google, consent=False))
    assert "so nothing has changed" in text_of(response)
    assert 'href="/log-in/"' in text_of(response)
    assert not is_logged_in(client)


@pytest.mark.parametrize("failure_mode", ["slow", *NONSENSE])
def test_faulty_google_shows_a_message(
    client: Client, google: Google, settings: Any, failure_mode: str
) -> None:
    """Timeouts, errors, HTML, broken JSON and missing tokens cause no error of ours."""
    back = authorize(client, google)
    google.failure_mode = failure_mode
    if failure_mode == "slow":
        settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.5
    response = client.get(back)
    assert response.status_code == 400
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = DEADLINE_SECONDS
    assert "reach Google" in text_of(response)
    assert not is_logged_in(client)
    google.failure_mode = "well"
    log_in(client, google)
    assert is_logged_in(client)


def test_unreachable_google_shows_a_message(client: Client, google: Google, settings: Any) -> None:
    """Nothing listens at the token URL."""
    back = authorize(client, google)
    dead = settings.SOCIALACCOUNT_PROVIDERS["google"] | {"ACCESS_TOKEN_URL": "http://127.0.0.1:9/"}
    settings.SOCIALACCOUNT_PROVIDERS = {"google": dead}
    assert "reach Google" in text_of(client.get(back))


@pytest.mark.parametrize("wrong", [{"iss": "https://evil.example"}, {"aud": "x"}, {"exp": 1}])
def test_foreign_or_expired_id_token_is_refused(
    client: Client, google: Google, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    """Another issuer, another client, or an expired token."""
    plain = google.id_token
    monkeypatch.setattr(google, "id_token", lambda: plain(**wrong))
    assert "reach Google" in text_of(log_in(client, google))
    assert not User.objects.exists()


def test_invalid_state_shows_a_message(client: Client, google: Google) -> None:
    """The callback opened twice, in another browser, a day late, or with a forged state."""
    back = authorize(client, google)
    assert "started in another browser" in text_of(Client().get(back))
    with time_machine.travel(NOON + timedelta(days=1)):
        assert "timed out" in text_of(client.get(back))
    back = authorize(client, google)
    assert client.get(back).status_code == 302
    assert "already completed" in text_of(Client().get(back))
    for query in ("", "?state=", "?state=made-up&code=x", "?error=server_error"):
        assert "Start again" in text_of(Client().get(f"/log-in/google/back/{query}"))


def test_state_of_another_browser_is_refused(client: Client, google: Google) -> None:
    """An attacker's callback URL does not log a victim into the attacker's account."""
    attacker = Client()
    back = authorize(attacker, google)
    assert client.get(back).status_code == 400
    assert not is_logged_in(client)


def test_error_from_google_shows_a_message(client: Client, google: Google) -> None:
    """With a valid state and an error other than cancelling."""
    state = authorize(client, google).partition("state=")[2]
    response = client.get(f"/log-in/google/back/?error=server_error&state={state}")
    assert "reach Google" in text_of(response)


def test_redirect_to_google_needs_a_post(client: Client, google: Google) -> None:
    """A link or an image on another site starts nothing."""
    assert client.get(START).status_code == 405
    assert Client(enforce_csrf_checks=True).post(START).status_code == 403


def test_pages_have_the_google_button(client: Client, google: Google, lata: User) -> None:
    """On log-in, sign-up and the account page."""
    for page in ("/log-in/", "/sign-up/"):
        assert "Continue with Google" in text_of(client.get(page))
    client.force_login(lata)
    assert "/account/google/link/" in text_of(client.get("/account/"))


def test_linking_and_unlinking(client: Client, google: Google, lata: User) -> None:
    """From the account page after re-authentication; the owner is notified both times."""
    client.post("/log-in/", {"contact": lata.email, "password": "correct-horse-battery"})
    google.person.email = "other@example.com"
    response = client.get(authorize(client, google, start="/account/google/link/"))
    assert response.url == "/account/"
    assert "was linked" in last_message(lata.email).body
    log_in(other := Client(), google)
    assert other.session["_auth_user_id"] == str(lata.pk)
    client.post("/account/google/unlink/")
    assert "was unlinked" in last_message(lata.email).body
    assert not SocialAccount.objects.exists()


def test_linking_needs_reauthentication(client: Client, google: Google, lata: User) -> None:
    """Before the redirect and at the callback."""
    client.force_login(lata)
    for page_url in ("link", "unlink"):
        response = client.post(f"/account/google/{page_url}/")
        assert response.url.startswith("/account/is-it-you/")
    client.post("/log-out/")
    client.post("/log-in/", {"contact": lata.email, "password": "correct-horse-battery"})
    back = authorize(client, google, start="/account/google/link/")
    with time_machine.travel(NOON + timedelta(minutes=6)):
        assert "timed out" in text_of(client.get(back))
    assert not SocialAccount.objects.exists()


def test_google_account_is_linked_once(client: Client, google: Google, lata: User) -> None:
    """A Google account can be linked to one account only."""
    log_in(Client(), google)
    client.post("/log-in/", {"contact": lata.email, "password": "correct-horse-battery"})
    response = client.get(authorize(client, google, start="/account/google/link/"))
    assert "linked to another HitouchCX account" in text_of(response)
    assert SocialAccount.objects.get().user.email == "nina@example.com"


def test_last_login_method_cannot_be_unlinked(lata: User) -> None:
    """Without a password, a passkey or a verified contact Google stays linked."""
    account = google_services.GoogleAccount(sub="1", email=lata.email, email_verified=True)
    google_services.link_google(user=lata, account=account, at=NOON)
    lata.set_unusable_password()
    lata.email_verified_at = lata.phone_verified_at = None
    lata.save()
    with pytest.raises(google_services.LastLoginMethod):
        google_services.unlink_google(user=lata, at=NOON)
    lata.email_verified_at = NOON
    lata.save()
    google_services.unlink_google(user=lata, at=NOON)
    with pytest.raises(google_services.NotLinked):
        google_services.unlink_google(user=lata, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_concurrent_first_logins_create_one_account() -> None:
    """Eight concurrent callbacks of a new user: one account, all log in."""
    nina = google_services.GoogleAccount(sub="1", email="nina@example.com", email_verified=True)

    def arrive(_: int) -> str:
        try:
            return str(google_services.log_in_with_google(account=nina, at=NOON).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(arrive, range(8)))) == 1
    assert User.objects.count() == Agent.objects.count() == SocialAccount.objects.count() == 1


TOKEN = "/api/v1/auth/app/auth/provider/token"


def post_id_token(token: str, **changes: Any) -> Any:
    """An app sends the ID token that Google issued to it."""
    sent = {"client_id": "hitouch.apps.example", "id_token": token} | changes
    body = {"provider": "google", "process": "login", "token": sent}
    return Client().post(TOKEN, body, content_type="application/json")


def test_app_logs_in_with_an_id_token(google: Google) -> None:
    """The signature is verified; the response has our tokens."""
    response = post_id_token(google.id_token())
    assert response.status_code == 200
    assert response.json()["meta"]["access_token"].startswith("hcx_at_")
    assert User.objects.get(email="nina@example.com").agent


def test_forged_id_token_of_an_app_is_refused(google: Google) -> None:
    """Wrong signer, issuer or client, expired, unverified or missing: a problem response."""
    google.failure_mode = "forged"
    tokens = [google.id_token(), "a.b.c", ""]
    google.failure_mode = "well"
    flaws = ({"iss": "https://evil.example"}, {"aud": "x"}, {"exp": 1})
    tokens += [google.id_token(**flaw) for flaw in flaws]
    for token in tokens:
        assert post_id_token(token).status_code == 422
    google.person.email_verified = False
    refused = post_id_token(google.id_token())
    assert (refused.status_code, refused.json()["code"]) == (403, "google_address_unverified")
    assert post_id_token(google.id_token(), client_id="x").status_code == 422
    assert not User.objects.exists()
