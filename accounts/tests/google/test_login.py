"""Google as a way in, against a Google of our own over real HTTP."""

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
def with_google_in_the_addresses() -> Iterator[None]:
    """Once for this file: the table of all addresses takes longer to make than a test."""
    with override_settings(ROOT_URLCONF=urls_with_google.__name__):
        yield


@pytest.fixture(scope="module")
def server() -> Iterator[Google]:
    """One Google for this file."""
    running = Google()
    yield running
    running.close()


@pytest.fixture
def google(server: Google, settings: Any) -> Google:
    """In a good mood, and configured here."""
    server.mood, server.person = "well", Person()
    settings.HITOUCH_GOOGLE = True
    settings.SOCIALACCOUNT_PROVIDERS = {"google": server.settings()}
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = DEADLINE_SECONDS
    return server


def go(client: Client, google: Google, *, consent: bool = True, start: str = START) -> str:
    """To Google and back: the address to come back to, on our site."""
    sent = client.post(start)
    assert sent.url.startswith(google.url)
    back = urlsplit(google.answer_to(sent.url, consent=consent))
    return f"{back.path}?{back.query}"


def enter(client: Client, google: Google) -> Any:
    return client.get(go(client, google))


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def words(answer: Any) -> str:
    return answer.content.decode()


def test_somebody_new_gets_an_account(client: Client, google: Google) -> None:
    """User, agent, record and log-in, no password; what an account agrees to is asked first."""
    heard: list[Agent] = []

    def listen(agent: Agent, **kwargs: object) -> None:
        heard.append(agent)

    signals.agent_joined.connect(listen)
    assert enter(client, google).status_code == 302
    signals.agent_joined.disconnect(listen)
    user = User.objects.get(email="nina@example.com")
    assert is_in(client)
    assert heard == [user.agent]
    assert user.email_verified_at
    assert not user.has_usable_password()
    assert AuditEvent.objects.filter(action="account.opened", by=user).exists()
    assert LogInEvent.objects.latest("at").way == LogInEvent.Way.GOOGLE
    assert not OutboxMessage.objects.exists()
    assert client.get("/next/").url == "/account/agree/"


def test_what_google_said_is_not_kept(client: Client, google: Google) -> None:
    """Beside the key only a masked address; no token and no claims."""
    enter(client, google)
    enter(Client(), google)
    link = SocialAccount.objects.get()
    assert link.uid == "1001"
    assert link.extra_data == {"email": "n•••@example.com"}
    assert not link.socialtoken_set.exists()


def test_the_second_time_it_is_the_same_account(client: Client, google: Google) -> None:
    """By Google's own key, also when the address there has become another one."""
    enter(client, google)
    google.person.email = "nina.new@example.com"
    other = Client()
    enter(other, google)
    assert other.session["_auth_user_id"] == client.session["_auth_user_id"]
    assert User.objects.count() == 1


def test_a_confirmed_address_links_and_its_owner_is_told(client: Client, google: Google) -> None:
    """An account with the same, confirmed address is opened, and hears of it."""
    nina = make_user("Nina")
    enter(client, google)
    assert client.session["_auth_user_id"] == str(nina.pk)
    assert "Google account was linked" in last_message(nina.email).body
    assert AuditEvent.objects.filter(action="account.google_linked", by=nina).exists()


def test_letter_case_is_no_other_address(client: Client, google: Google) -> None:
    """Google may write it in capitals."""
    nina = make_user("Nina")
    google.person.email = "Nina@Example.COM"
    enter(client, google)
    assert client.session["_auth_user_id"] == str(nina.pk)


def test_an_unconfirmed_address_links_nothing(client: Client, google: Google) -> None:
    """Whoever typed Nina's address into an account gets nothing of hers, nor she of theirs."""
    make_user("Nina", email_verified_at=None)
    answer = enter(client, google)
    assert "already exists" in words(answer)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_another_google_account_takes_nothing_over(client: Client, google: Google) -> None:
    """The same address with another key, as after a change of hands: refused, and told why."""
    enter(client, google)
    google.person = Person(sub="2002")
    stranger = Client()
    assert "a different Google account" in words(enter(stranger, google))
    assert not is_in(stranger)
    assert SocialAccount.objects.get().uid == "1001"


@pytest.mark.parametrize("said", [False, None, "true", "false", 1, []])
def test_only_a_plain_yes_verifies(client: Client, google: Google, said: object) -> None:
    """Unverified, or said in a way that is not Google's: a sentence, no account."""
    make_user("Nina")
    google.person.email_verified = said
    answer = enter(client, google)
    assert answer.status_code == 403
    assert "has not verified" in words(answer)
    assert not is_in(client)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["", None, "no address", "x" * 300 + "@example.com", 7, "a\0@b"]
)
def test_without_an_address_there_is_no_account(
    client: Client, google: Google, address: object
) -> None:
    """Missing or misshapen: a sentence."""
    google.person.email = address
    answer = enter(client, google)
    assert answer.status_code in (400, 403, 422)
    assert "log you in with Google" in words(answer)
    assert not User.objects.exists()


def test_suspended_stays_out(client: Client, google: Google) -> None:
    """Linked or not yet: the sentence of every other way in."""
    nina = make_user("Nina", status=User.Status.SUSPENDED)
    assert "not active" in words(enter(client, google))
    assert LogInEvent.objects.latest("id").outcome == LogInEvent.Outcome.NOT_ACTIVE
    User.objects.update(status=User.Status.ACTIVE)
    enter(Client(), google)
    staff.suspend(user=nina, by=make_user("Omar"), at=NOON, why="Asked for")
    assert "not active" in words(enter(client, google))
    assert not is_in(client)


def test_the_second_factor_is_asked_for_still(client: Client, google: Google) -> None:
    """Google replaces the password, nothing else."""
    nina = make_user("Nina")
    mfa.enrol_totp(user=nina)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    assert enter(client, google).url == "/log-in/second-factor/"
    assert not is_in(client)
    assert client.post("/log-in/second-factor/", {"code": code}).status_code == 302
    assert is_in(client)


def test_cancelling_is_no_fault(client: Client, google: Google) -> None:
    """No at Google: a sentence, and the ways on."""
    answer = client.get(go(client, google, consent=False))
    assert "so nothing has changed" in words(answer)
    assert 'href="/log-in/"' in words(answer)
    assert not is_in(client)


@pytest.mark.parametrize("mood", ["slow", *NONSENSE])
def test_google_in_a_bad_mood_is_a_sentence(
    client: Client, google: Google, settings: Any, mood: str
) -> None:
    """Slow, down, somebody else's page, broken JSON, no token: never a fault of ours."""
    back = go(client, google)
    google.mood = mood
    if mood == "slow":
        settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.5
    answer = client.get(back)
    assert answer.status_code == 400
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = DEADLINE_SECONDS
    assert "reach Google" in words(answer)
    assert not is_in(client)
    google.mood = "well"
    enter(client, google)
    assert is_in(client)


def test_nobody_there_is_a_sentence(client: Client, google: Google, settings: Any) -> None:
    """Nothing listens where the tokens are."""
    back = go(client, google)
    dead = settings.SOCIALACCOUNT_PROVIDERS["google"] | {"ACCESS_TOKEN_URL": "http://127.0.0.1:9/"}
    settings.SOCIALACCOUNT_PROVIDERS = {"google": dead}
    assert "reach Google" in words(client.get(back))


@pytest.mark.parametrize("wrong", [{"iss": "https://evil.example"}, {"aud": "x"}, {"exp": 1}])
def test_a_token_for_somebody_else_is_refused(
    client: Client, google: Google, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    """Another issuer, another client, a token that is over."""
    plain = google.id_token
    monkeypatch.setattr(google, "id_token", lambda: plain(**wrong))
    assert "reach Google" in words(enter(client, google))
    assert not User.objects.exists()


def test_coming_back_twice_is_a_sentence(client: Client, google: Google) -> None:
    """The link opened a second time, in another browser, a day late, or with a made-up state."""
    back = go(client, google)
    assert "started in another browser" in words(Client().get(back))
    with time_machine.travel(NOON + timedelta(days=1)):
        assert "timed out" in words(client.get(back))
    back = go(client, google)
    assert client.get(back).status_code == 302
    assert "already completed" in words(Client().get(back))
    for query in ("", "?state=", "?state=made-up&code=x", "?error=server_error"):
        assert "Start again" in words(Client().get(f"/log-in/google/back/{query}"))


def test_a_strangers_state_logs_nobody_in(client: Client, google: Google) -> None:
    """Who lures Lata to their own way back does not put her into their account."""
    attacker = Client()
    back = go(attacker, google)
    assert client.get(back).status_code == 400
    assert not is_in(client)


def test_an_error_of_googles_is_a_sentence(client: Client, google: Google) -> None:
    """With our own state, and a word that is not the cancelling."""
    state = go(client, google).partition("state=")[2]
    answer = client.get(f"/log-in/google/back/?error=server_error&state={state}")
    assert "reach Google" in words(answer)


def test_going_there_takes_a_button(client: Client, google: Google) -> None:
    """A link or a picture on another site starts nothing."""
    assert client.get(START).status_code == 405
    assert Client(enforce_csrf_checks=True).post(START).status_code == 403


def test_buttons_are_there(client: Client, google: Google, lata: User) -> None:
    """On the pages to log in and to sign up, and on the account."""
    for page in ("/log-in/", "/sign-up/"):
        assert "Continue with Google" in words(client.get(page))
    client.force_login(lata)
    assert "/account/google/link/" in words(client.get("/account/"))


def test_linking_and_unlinking(client: Client, google: Google, lata: User) -> None:
    """From the account, after a proof; the owner is told both times; then it opens it, or not."""
    client.post("/log-in/", {"contact": lata.email, "password": "correct-horse-battery"})
    google.person.email = "other@example.com"
    answer = client.get(go(client, google, start="/account/google/link/"))
    assert answer.url == "/account/"
    assert "was linked" in last_message(lata.email).body
    enter(other := Client(), google)
    assert other.session["_auth_user_id"] == str(lata.pk)
    client.post("/account/google/unlink/")
    assert "was unlinked" in last_message(lata.email).body
    assert not SocialAccount.objects.exists()


def test_linking_needs_a_proof(client: Client, google: Google, lata: User) -> None:
    """An old session is asked who is there, before going and when coming back."""
    client.force_login(lata)
    for door in ("link", "unlink"):
        answer = client.post(f"/account/google/{door}/")
        assert answer.url.startswith("/account/is-it-you/")
    client.post("/log-out/")
    client.post("/log-in/", {"contact": lata.email, "password": "correct-horse-battery"})
    back = go(client, google, start="/account/google/link/")
    with time_machine.travel(NOON + timedelta(minutes=6)):
        assert "timed out" in words(client.get(back))
    assert not SocialAccount.objects.exists()


def test_a_linked_one_cannot_be_linked_again(client: Client, google: Google, lata: User) -> None:
    """One Google account opens one account here."""
    enter(Client(), google)
    client.post("/log-in/", {"contact": lata.email, "password": "correct-horse-battery"})
    answer = client.get(go(client, google, start="/account/google/link/"))
    assert "linked to another HitouchCX account" in words(answer)
    assert SocialAccount.objects.get().user.email == "nina@example.com"


def test_the_last_way_in_stays(lata: User) -> None:
    """Without a password, a passkey and a confirmed contact Google is not unlinked."""
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
def test_many_first_times_at_once_make_one_account() -> None:
    """Eight tabs of a new person come back at the same moment: one account, all get in."""
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


def bring(token: str, **changes: Any) -> Any:
    """An app on a phone brings the ID token that Google gave it."""
    sent = {"client_id": "hitouch.apps.example", "id_token": token} | changes
    body = {"provider": "google", "process": "login", "token": sent}
    return Client().post(TOKEN, body, content_type="application/json")


def test_an_app_brings_a_token(google: Google) -> None:
    """With Google's signature it logs in, like a browser; the answer carries our tokens."""
    answer = bring(google.id_token())
    assert answer.status_code == 200
    assert answer.json()["meta"]["access_token"].startswith("hcx_at_")
    assert User.objects.get(email="nina@example.com").agent


def test_an_apps_forged_token_is_refused(google: Google) -> None:
    """Another signer, issuer or client, over, unverified, no token: a problem, nobody in."""
    google.mood = "forged"
    tokens = [google.id_token(), "a.b.c", ""]
    google.mood = "well"
    flaws = ({"iss": "https://evil.example"}, {"aud": "x"}, {"exp": 1})
    tokens += [google.id_token(**flaw) for flaw in flaws]
    for token in tokens:
        assert bring(token).status_code == 422
    google.person.email_verified = False
    refused = bring(google.id_token())
    assert (refused.status_code, refused.json()["code"]) == (403, "google_address_unverified")
    assert bring(google.id_token(), client_id="x").status_code == 422
    assert not User.objects.exists()
