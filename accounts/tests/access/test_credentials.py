"""A program that may spend a client's money gets its secret by two people."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.access import services
from accounts.models import AccessChange, ApiKey, OAuthClient, User
from accounts.partners import access
from accounts.partners import services as partners
from accounts.security.second_person import NotASecondPerson, SecondPersonRequired
from accounts.tests.access.conftest import Page, state
from conftest import NOON, make_staff

pytestmark = pytest.mark.django_db
State = AccessChange.State
END = NOON + timedelta(days=30)
WHY = "Orchid's HR suite"
WRITE = ["work:read", "work:write"]


@pytest.fixture
def owner(settings: Any, lata: User) -> User:
    """A user who may spend a client's money."""
    settings.HITOUCH_MFA_REQUIRED_HOOK = "accounts.tests.access.test_credentials.is_lata"
    return lata


def is_lata(user: User) -> bool:
    return user.email == "lata@example.com"


@pytest.fixture
def olga(staff_groups: None) -> User:
    """Another one of operations."""
    return make_staff("Olga", "operations")


def form(owner: User, *scopes: str, **changes: Any) -> dict[str, Any]:
    return {
        "owner": owner.email, "name": "HR suite", "scopes": scopes or WRITE,
        "expires_at": "2026-12-31", "why": WHY, **changes,
    }  # fmt: skip


def secret_on(page: Any) -> str:
    match = re.search(r'id="secret"[^>]* value="([^"]+)"', page.content.decode())
    return match[1] if match else ""


@pytest.mark.parametrize(("kind", "model"), [("apikey", ApiKey), ("oauthclient", OAuthClient)])
def test_two_people_make_a_credential(
    kind: str, model: Any, owner: User, omar: User, olga: User, carl: User
) -> None:
    """One requests it, another approves, and the first one is shown the secret, once."""
    requester, approver = Page(omar), Page(olga)
    page = requester.client.post(f"/admin/accounts/{kind}/add/", form(owner), follow=True)
    assert not secret_on(page)
    assert not model.objects.exists()
    change = AccessChange.objects.get()
    assert "work:read, work:write" in approver.see(change).content.decode()
    requester.post(change, "carry_out")
    requester.post(change, "approve")
    assert state(change) == State.REQUESTED
    approver.post(change, "approve")
    assert state(change) == State.APPROVED
    assert not model.objects.exists()
    assert not secret_on(approver.post(change, "carry_out"))
    page = requester.post(change, "carry_out")
    assert secret_on(page).startswith("hcx_")
    assert "no-store" in page["Cache-Control"]
    credential = model.objects.get()
    assert (credential.created_by, credential.approved_by) == (omar, olga)
    assert not secret_on(requester.post(change, "carry_out"))
    assert model.objects.count() == 1


def test_an_approved_request_expires(owner: User, omar: User, olga: User) -> None:
    """Also between the approval and the secret."""
    change = requested(owner, omar)
    services.approve_change(change=change, by=olga, at=NOON)
    with pytest.raises(services.ChangeExpired):
        services.carry_out_change(change=change, by=omar, at=change.expires_at)


def test_the_approvers_rights_are_checked_again(owner: User, omar: User, olga: User) -> None:
    """When the secret is handed out."""
    change = requested(owner, omar)
    services.approve_change(change=change, by=olga, at=NOON)
    olga.groups.clear()
    with pytest.raises(services.CannotApproveAccess):
        services.carry_out_change(change=change, by=omar, at=NOON)


def requested(owner: User, by: User) -> AccessChange:
    return access.request_credential(
        kind=AccessChange.Kind.API_KEY, owner=owner, name="HR suite", scopes=WRITE,
        expires_at=END, why=WHY, by=by, at=NOON,
    )  # fmt: skip


def test_a_request_needs_a_reason(owner: User, omar: User) -> None:
    """At the field, with the form kept."""
    page = Page(omar).client.post("/admin/accounts/apikey/add/", form(owner, why=""))
    assert "Enter a reason, so that your colleague can decide." in page.content.decode()
    assert "HR suite" in page.content.decode()
    assert not AccessChange.objects.exists()


def test_reading_needs_one_person(owner: User, omar: User, lata: User) -> None:
    """A key that changes nothing spends nothing; nor does the key of who may spend nothing."""
    other = User.objects.create(email="ravi@example.com", status="ACTIVE")
    for number, (person, scopes) in enumerate([(owner, ["work:read"]), (other, WRITE)]):
        page = Page(omar).client.post(
            "/admin/accounts/apikey/add/", form(person, *scopes, name=f"Desk {number}")
        )
        assert secret_on(page)


def test_the_services_refuse_one_person(owner: User, omar: User, olga: User) -> None:
    """Whatever page or command calls them."""
    facts: Any = {"owner": owner, "name": "HR", "scopes": WRITE, "expires_at": END, "at": NOON}
    for create in (partners.create_api_key, partners.create_oauth_client):
        with pytest.raises(SecondPersonRequired):
            create(**facts, by=omar)
        for approver in (omar, owner):
            with pytest.raises(NotASecondPerson):
                create(**facts, by=omar, approved_by=approver)
    client = partners.create_oauth_client(**facts, by=omar, approved_by=olga).credential
    with pytest.raises(SecondPersonRequired):
        partners.renew_oauth_secret(client=client, expires_at=END, by=olga, at=NOON)


def test_two_people_replace_a_secret(owner: User, omar: User, olga: User) -> None:
    """Also when who approved the client asks for it now."""
    client = partners.create_oauth_client(
        owner=owner, name="HR", scopes=WRITE, expires_at=END, by=omar, approved_by=olga, at=NOON
    ).credential
    page = Page(olga)
    body = {"action": "renew", "_selected_action": [str(client.pk)], "why": "Leaked"}
    page.client.post("/admin/accounts/oauthclient/", body | {"expires_at": "2027-01-31"})
    change = AccessChange.objects.get(kind=AccessChange.Kind.OAUTH_SECRET)
    Page(omar).post(change, "approve")
    assert secret_on(page.post(change, "carry_out")).startswith("hcx_secret_")
    client.refresh_from_db()
    assert client.expires_at > END


def test_an_owner_who_may_spend_later_gives_the_key_nothing(
    call: Any, settings: Any, lata: User, omar: User
) -> None:
    """Its scopes that change something are off until two people made a new one."""
    secret = partners.create_api_key(
        owner=lata, name="HR", scopes=["me:read", *WRITE], expires_at=END, by=omar, at=NOON
    ).secret
    settings.HITOUCH_MFA_REQUIRED_HOOK = "accounts.tests.access.test_credentials.is_lata"
    assert call("me/", method="get", token=secret).status_code == 200
    headers = {"Authorization": f"Bearer {secret}"}
    url = "/api/v1/works/00000000-0000-4000-8000-000000000000/rework/"
    refused = Client().post(url, {}, content_type="application/json", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
