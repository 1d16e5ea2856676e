"""What people agree to: at sign-up, once again for a new version, and taking it back."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.authentication.services import signup
from accounts.consents import registry as consents_registry
from accounts.consents import services as consents
from accounts.models import AuditEvent, Consent, User
from accounts.tests.conftest import sent_code
from conftest import NOON, PASSWORD

pytestmark = pytest.mark.django_db
NEW = "anita@example.com"


@pytest.fixture
def new_terms(monkeypatch: pytest.MonkeyPatch, lata: User, meera: User) -> None:
    """The terms have a newer version than anybody agreed to."""
    now = dict(consents_registry.purposes())
    now["terms"] = consents_registry.ConsentPurpose(**{**vars(now["terms"]), "version": "2027-01"})
    monkeypatch.setattr(consents_registry, "purposes", lambda: now)


def given(user: User) -> set[tuple[str, str, str]]:
    return set(user.consents.live().values_list("purpose", "version", "where"))


def test_signing_up_on_the_page_says_what_is_agreed_and_keeps_it(client: Client) -> None:
    """The last step links both texts; the account begins together with both consents."""
    client.post("/sign-up/", {"contact": NEW})
    client.post("/sign-up/code/", {"code": sent_code(NEW)})
    page = client.get("/sign-up/password/").content.decode()
    assert 'href="/terms/"' in page
    assert 'href="/privacy/"' in page
    client.post("/sign-up/password/", {"password": PASSWORD}, REMOTE_ADDR="103.21.58.66")
    user = User.objects.get(email=NEW)
    terms, privacy = consents_registry.version_of("terms"), consents_registry.version_of("privacy")
    assert given(user) == {("terms", terms, "PAGE"), ("privacy", privacy, "PAGE")}
    assert set(user.consents.values_list("network", flat=True)) == {"103.21.x.x"}


def test_signing_up_over_the_api_keeps_the_same(call: Callable) -> None:
    """A program's sign-up agrees as well, and says where."""
    ticket = call("auth/sign-up/code/", contact=NEW).json()
    token = call("auth/sign-up/confirm/", **ticket, code=sent_code(NEW)).json()
    call("auth/sign-up/password/", **token, password=PASSWORD)
    assert {row[2] for row in given(User.objects.get(email=NEW))} == {"API"}


def test_no_account_without_its_consents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both or neither: when the consent cannot be written there is no account."""
    ticket = signup.begin_sign_up(contact=NEW, at=NOON, ip="")
    grant = signup.confirm_sign_up(ticket=ticket, code=sent_code(NEW), at=NOON)

    def broken(**ignored: object) -> None:
        raise IntegrityError

    monkeypatch.setattr("accounts.consents.services.give_required", broken)
    with pytest.raises(signup.AccountExists):
        signup.finish_sign_up(grant=grant, password=PASSWORD, at=NOON)
    assert not User.objects.filter(email=NEW).exists()


@pytest.mark.parametrize("page", ["/terms/", "/privacy/"])
def test_texts_are_for_everybody(page: str) -> None:
    """Both can be read before there is an account, without our notes to ourselves."""
    answer = Client().get(page)
    assert answer.status_code == 200
    assert b"lawyer" not in answer.content
    assert consents_registry.version_of(page.strip("/")) in answer.content.decode()


def test_new_version_is_asked_once(new_terms: None, signed_in: Callable, lata: User) -> None:
    """After signing in a page asks before the landing; saying yes replaces the older yes."""
    client = signed_in(lata)
    assert client.get("/next/").url == "/account/agree/"
    assert b"2027-01" in client.get("/account/agree/").content
    assert client.post("/account/agree/").url == "/next/"
    assert client.get("/next/").url != "/account/agree/"
    assert client.get("/account/agree/").url == "/next/"
    terms = lata.consents.filter(purpose="terms").order_by("given_at")
    assert [bool(row.replaced_at) for row in terms] == [True, False]


def test_api_says_what_is_due(new_terms: None, signed_in: Callable, lata: User) -> None:
    """A program reads what to ask for, and agrees in its person's name."""
    client = signed_in(lata)
    assert client.get("/api/v1/me/").json()["consents_due"] == ["terms"]
    told = client.post("/api/v1/me/consents/", {"purpose": "terms"}, "application/json").json()
    assert told[0]["given_version"] == "2027-01"
    assert client.get("/api/v1/me/").json()["consents_due"] == []


def test_what_is_due_blocks_neither_leaving_nor_the_copy(
    new_terms: None, signed_in: Callable, lata: User
) -> None:
    """Who does not agree to a new text can still take their data and go."""
    client = signed_in(lata)
    assert client.get("/account/close/").status_code == 200
    assert client.get("/account/consents/").status_code == 200


def test_staff_are_not_asked(new_terms: None, meera: User) -> None:
    """They have a contract."""
    assert consents_registry.missing_consents(meera) == []


def test_optional_one_is_given_and_withdrawn_on_the_page(signed_in: Callable, lata: User) -> None:
    """At any time, as easily in one direction as in the other; each leaves its row."""
    client = signed_in(lata)
    assert client.post("/account/consents/give/", {"purpose": "news"}).status_code == 302
    assert client.post("/account/consents/withdraw/", {"purpose": "news"}).status_code == 302
    row = lata.consents.get(purpose="news")
    assert row.withdrawn_at
    acts = AuditEvent.objects.filter(on_id=str(lata.pk)).values_list("action", flat=True)
    assert list(acts) == ["consent.given", "consent.withdrawn"]


def test_optional_one_over_the_api(signed_in: Callable, lata: User) -> None:
    """The same for programs, with a word for each no."""
    client, json = signed_in(lata), "application/json"
    withdraw = "/api/v1/me/consents/withdraw/"
    none = client.post(withdraw, {"purpose": "news"}, json)
    assert (none.status_code, none.json()["code"]) == (409, "no_consent")
    assert client.post("/api/v1/me/consents/", {"purpose": "news"}, json).status_code == 200
    assert client.post(withdraw, {"purpose": "news"}, json).status_code == 200
    for purpose, status, code in [
        ("terms", 409, "consent_required"),
        ("soul", 422, "unknown_purpose"),
    ]:
        answer = client.post(withdraw, {"purpose": purpose}, json)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_required_one_is_refused_on_the_page(signed_in: Callable, lata: User) -> None:
    """The page says that only closing the account takes it back."""
    client = signed_in(lata)
    answer = client.post("/account/consents/withdraw/", {"purpose": "terms"}, follow=True)
    assert b"close your account" in answer.content
    assert lata.consents.live().filter(purpose="terms").exists()


def test_twice_the_same_is_once(lata: User) -> None:
    """Agreeing again to the same version writes nothing, and the database holds to it."""
    for _ in range(2):
        consents.give_consent(user=lata, purpose="news", at=NOON, where="PAGE")
    assert lata.consents.filter(purpose="news").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            user=lata, purpose="news", version="other", given_at=NOON, where="PAGE"
        )


def test_one_persons_consents_are_not_anothers(signed_in: Callable, lata: User, nila: User) -> None:
    """Agreeing and withdrawing touch only who asks; nobody is sent to log in."""
    consents.give_consent(user=lata, purpose="news", at=NOON, where="PAGE")
    stranger = signed_in(nila.user)
    stranger.post("/account/consents/withdraw/", {"purpose": "news"})
    assert lata.consents.live().filter(purpose="news").exists()
    for page in ("/account/consents/", "/account/agree/"):
        assert Client().get(page).url.startswith("/log-in/")
    assert Client().get("/api/v1/me/consents/").status_code == 401
