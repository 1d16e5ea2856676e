"""Consents: at sign-up, again for a new version, and withdrawing one."""

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
    """A version of the terms to which nobody has agreed."""
    now = dict(consents_registry.purposes())
    now["terms"] = consents_registry.ConsentPurpose(**{**vars(now["terms"]), "version": "2027-01"})
    monkeypatch.setattr(consents_registry, "purposes", lambda: now)


def live_consents(user: User) -> set[tuple[str, str, str]]:
    """The valid consents of a user."""
    return set(user.consents.live().values_list("purpose", "version", "where"))


def test_sign_up_page_records_consents(client: Client) -> None:
    """The last step links both texts; account and consents are created together."""
    client.post("/sign-up/", {"contact": NEW})
    client.post("/sign-up/code/", {"code": sent_code(NEW)})
    page = client.get("/sign-up/password/").content.decode()
    assert 'href="/terms/"' in page
    assert 'href="/privacy/"' in page
    client.post("/sign-up/password/", {"password": PASSWORD}, REMOTE_ADDR="103.21.58.66")
    user = User.objects.get(email=NEW)
    terms, privacy = consents_registry.version_of("terms"), consents_registry.version_of("privacy")
    assert live_consents(user) == {("terms", terms, "PAGE"), ("privacy", privacy, "PAGE")}
    assert set(user.consents.values_list("network", flat=True)) == {"103.21.x.x"}


def test_sign_up_api_records_consents(call: Callable) -> None:
    """A sign-up of an app gives the same consents, marked as API."""
    ticket = call("auth/sign-up/code/", contact=NEW).json()
    token = call("auth/sign-up/confirm/", **ticket, code=sent_code(NEW)).json()
    call("auth/sign-up/password/", **token, password=PASSWORD)
    assert {row[2] for row in live_consents(User.objects.get(email=NEW))} == {"API"}


def test_no_account_without_its_consents(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the consent cannot be saved, no account is created."""
    ticket = signup.begin_sign_up(contact=NEW, at=NOON)
    grant = signup.confirm_sign_up(ticket=ticket, code=sent_code(NEW), at=NOON)

    def broken(**ignored: object) -> None:
        raise IntegrityError

    monkeypatch.setattr("accounts.consents.services.give_required", broken)
    with pytest.raises(signup.AccountExists):
        signup.finish_sign_up(grant=grant, password=PASSWORD, at=NOON)
    assert not User.objects.filter(email=NEW).exists()


@pytest.mark.parametrize("page", ["/terms/", "/privacy/"])
def test_texts_are_public(page: str) -> None:
    """Both texts can be read without an account and contain no internal notes."""
    response = Client().get(page)
    assert response.status_code == 200
    assert b"lawyer" not in response.content
    assert consents_registry.version_of(page.strip("/")) in response.content.decode()


def test_new_version_is_requested_once(new_terms: None, signed_in: Callable, lata: User) -> None:
    """A page asks after log-in; agreeing replaces the older consent."""
    client = signed_in(lata)
    assert client.get("/next/").url == "/account/agree/"
    assert b"2027-01" in client.get("/account/agree/").content
    assert client.post("/account/agree/").url == "/next/"
    assert client.get("/next/").url != "/account/agree/"
    assert client.get("/account/agree/").url == "/next/"
    terms = lata.consents.filter(purpose="terms").order_by("given_at")
    assert [bool(row.replaced_at) for row in terms] == [True, False]


def test_api_lists_missing_consents(new_terms: None, signed_in: Callable, lata: User) -> None:
    """An app reads what is missing and agrees on behalf of its user."""
    client = signed_in(lata)
    assert client.get("/api/v1/me/").json()["consents_due"] == ["terms"]
    body = client.post("/api/v1/me/consents/", {"purpose": "terms"}, "application/json").json()
    assert body[0]["given_version"] == "2027-01"
    assert client.get("/api/v1/me/").json()["consents_due"] == []


def test_missing_consent_blocks_neither_export_nor_closing(
    new_terms: None, signed_in: Callable, lata: User
) -> None:
    """A user who does not agree can still export the data and close the account."""
    client = signed_in(lata)
    assert client.get("/account/close/").status_code == 200
    assert client.get("/account/consents/").status_code == 200


def test_staff_give_no_consents(new_terms: None, meera: User) -> None:
    """Staff have a contract instead."""
    assert consents_registry.missing_consents(meera) == []


def test_page_gives_and_withdraws_an_optional_consent(signed_in: Callable, lata: User) -> None:
    """At any time; each change is kept as a row."""
    client = signed_in(lata)
    assert client.post("/account/consents/give/", {"purpose": "news"}).status_code == 302
    assert client.post("/account/consents/withdraw/", {"purpose": "news"}).status_code == 302
    row = lata.consents.get(purpose="news")
    assert row.withdrawn_at
    acts = (
        AuditEvent.objects.filter(on_id=str(lata.pk))
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert list(acts) == ["consent.given", "consent.withdrawn"]


def test_api_gives_and_withdraws_an_optional_consent(signed_in: Callable, lata: User) -> None:
    """The same over the API, with a code for each refusal."""
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
        response = client.post(withdraw, {"purpose": purpose}, json)
        assert (response.status_code, response.json()["code"]) == (status, code)


def test_required_consent_cannot_be_withdrawn(signed_in: Callable, lata: User) -> None:
    """The page says that only closing the account withdraws it."""
    client = signed_in(lata)
    response = client.post("/account/consents/withdraw/", {"purpose": "terms"}, follow=True)
    assert b"close your account" in response.content
    assert lata.consents.live().filter(purpose="terms").exists()


def test_giving_twice_changes_nothing(lata: User) -> None:
    """Agreeing again to the same version writes nothing, and a constraint enforces it."""
    for _ in range(2):
        consents.give_consent(user=lata, purpose="news", at=NOON, where="PAGE")
    assert lata.consents.filter(purpose="news").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            user=lata, purpose="news", version="other", given_at=NOON, where="PAGE"
        )


def test_consents_are_per_user(signed_in: Callable, lata: User, nila: User) -> None:
    """Changes affect the caller only; visitors are redirected to log in."""
    consents.give_consent(user=lata, purpose="news", at=NOON, where="PAGE")
    visitor = signed_in(nila.user)
    visitor.post("/account/consents/withdraw/", {"purpose": "news"})
    assert lata.consents.live().filter(purpose="news").exists()
    for page in ("/account/consents/", "/account/agree/"):
        assert Client().get(page).url.startswith("/log-in/")
    assert Client().get("/api/v1/me/consents/").status_code == 401
