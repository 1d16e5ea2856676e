"""Partner API clients in the admin: made by those whose job it is, their secret shown once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as Theirs
from allauth.idp.oidc.models import Token
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiKey, OAuthClient, User
from accounts.staff import services as staff_services
from accounts.tests.conftest import come_in
from conftest import NOON, make_staff, sign_in

pytestmark = pytest.mark.django_db
END = "2026-12-31"
KINDS = ("apikey", "oauthclient")


@pytest.fixture(autouse=True)
def jobs(db: None) -> None:
    """The groups of the roles file."""
    staff_services.apply_roles()


def at_work(*roles: str, proved: bool = True) -> Client:
    """Staff who have just proved who they are, unless told otherwise."""
    user = make_staff("Omar", *roles)
    return sign_in(come_in(Client(), user) if proved else Client(), user)


def make(client: Client, kind: str, acts_for: User, **changes: Any) -> Any:
    form = {"owner": acts_for.email, "name": "Orchid desk", "scopes": ["me:read"]}
    url = reverse(f"admin:accounts_{kind}_add")
    return client.post(url, form | {"expires_at": END} | changes)


def secret_on(page: Any) -> str:
    found = re.search(r'id="secret"[^>]* value="([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return found[1]


def act(client: Client, kind: str, action: str, *rows: Any, **form: Any) -> Any:
    body = {"action": action, "_selected_action": [str(row.pk) for row in rows], **form}
    return client.post(reverse(f"admin:accounts_{kind}_changelist"), body, follow=True)


@pytest.mark.parametrize("role", ["operations", "admin"])
def test_a_key_is_made_and_shown_once(role: str, lata: User, call: Any) -> None:
    """On the page that answers, uncached; it opens the API, and nothing shows it again."""
    staff = at_work(role)
    page = make(staff, "apikey", lata)
    secret = secret_on(page)
    assert "no-store" in page["Cache-Control"]
    assert call("me/", method="get", token=secret).json()["id"] == str(lata.pk)
    key = ApiKey.objects.get()
    assert key.expires_at.astimezone(timezone.get_default_timezone()).isoformat()[:16] == (
        f"{END}T23:59"
    )
    for name, ids in (("changelist", []), ("change", [key.pk])):
        again = staff.get(reverse(f"admin:accounts_apikey_{name}", args=ids)).content.decode()
        assert key.prefix in again
        assert secret[12:] not in again
        assert key.key_hash not in again


def test_a_secret_is_nowhere_else(lata: User) -> None:
    """Neither in a cookie, nor in a session, nor in the cache."""
    staff = at_work("operations")
    secret = secret_on(make(staff, "oauthclient", lata))
    assert secret.startswith("hcx_secret_")
    kept = str(staff.cookies) + str(dict(staff.session)) + str(Session.objects.values())
    assert secret not in kept
    connection = cache._cache.get_client()  # type: ignore[attr-defined]
    assert not [key for key in connection.keys("*") if secret.encode() in (connection.dump(key))]


def test_a_reload_makes_no_second_one(lata: User) -> None:
    """The name is taken by the first."""
    staff = at_work("operations")
    make(staff, "apikey", lata)
    assert "Choose another name" in make(staff, "apikey", lata).content.decode()
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scopes": []}, "Please fill this in"),
        ({"scopes": ["staff:write"]}, "Select an option"),
        ({"expires_at": "2026-11-22"}, "at most a year from now"),
        ({"expires_at": "2027-11-25"}, "at most a year from now"),
        ({"expires_at": "soon"}, "Enter a date"),
        ({"name": ""}, "Please fill this in"),
        ({"owner": ""}, "Please fill this in"),
        ({"owner": "nobody@example.com"}, "No account has this contact"),
    ],
)
def test_the_form_says_what_is_wrong(lata: User, changes: Any, sentence: str) -> None:
    """Beside the field, with the rest still typed."""
    page = make(at_work("operations"), "apikey", lata, **changes).content.decode()
    assert sentence in page
    assert not ApiKey.objects.exists()


def test_the_form_explains_each_scope(lata: User) -> None:
    """Whoever ticks reads what it means."""
    page = at_work("operations").get(reverse("admin:accounts_apikey_add")).content.decode()
    assert "Approving makes a payment." in page
    assert page.count('type="checkbox"') == 12


def test_no_key_for_staff(meera: User) -> None:
    """Refused with a sentence."""
    page = make(at_work("operations"), "oauthclient", meera).content.decode()
    assert "not for staff" in page
    assert not Theirs.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("roles", [(), ("support",), ("finance",), ("reviewer",)])
def test_other_jobs_may_not(kind: str, roles: tuple[str, ...], lata: User) -> None:
    """Neither make nor revoke, nor look."""
    staff = at_work(*roles)
    assert make(staff, kind, lata).status_code == 403
    assert staff.get(reverse(f"admin:accounts_{kind}_changelist")).status_code == 403


def test_people_and_passers_by_may_not(lata: User) -> None:
    """The admin is closed to them."""
    for client in (Client(), sign_in(Client(), lata)):
        assert make(client, "apikey", lata).status_code == 302
    assert not ApiKey.objects.exists()


def test_a_secret_asks_who_is_there(lata: User) -> None:
    """Making one needs a proof of the last five minutes."""
    staff = at_work("operations", proved=False)
    where = reverse("account_reauthenticate")
    assert make(staff, "apikey", lata)["Location"].startswith(where)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_revoking_asks_for_a_reason(kind: str, lata: User) -> None:
    """And then the list says so."""
    staff = at_work("operations")
    make(staff, kind, lata)
    row = {"apikey": ApiKey, "oauthclient": OAuthClient}[kind].objects.get()
    assert "Enter a reason" in act(staff, kind, "revoke", row).content.decode()
    assert "Revoked: Leaked" in act(staff, kind, "revoke", row, why="Leaked").content.decode()
    row.refresh_from_db()
    assert row.revoked_why == "Leaked"
    assert "already been revoked" in act(staff, kind, "revoke", row, why="Again").content.decode()


def test_a_new_secret_is_shown_once_too(lata: User) -> None:
    """The client keeps its id and gets a new end."""
    staff = at_work("operations")
    old = secret_on(make(staff, "oauthclient", lata))
    client = OAuthClient.objects.get()
    page = act(staff, "oauthclient", "renew", client, expires_at="2027-01-31")
    assert secret_on(page) != old
    assert "no-store" in page["Cache-Control"]
    client.refresh_from_db()
    assert client.expires_at > NOON + timedelta(days=68)
    assert "Select one client" in act(staff, "oauthclient", "renew", client).content.decode()
    act(staff, "oauthclient", "revoke", client, why="Leaked")
    page = act(staff, "oauthclient", "renew", client, expires_at="2027-01-31")
    assert "already been revoked" in page.content.decode()


def test_nothing_is_edited_by_hand(lata: User) -> None:
    """Not here, and not on pages that allauth brings along."""
    staff = at_work("operations")
    make(staff, "oauthclient", lata)
    row = OAuthClient.objects.get()
    url = reverse("admin:accounts_oauthclient_change", args=[row.pk])
    assert staff.post(url, {"scopes": "work:write"}).status_code == 403
    assert Theirs not in admin.site._registry
    tokens = staff.get(reverse("admin:allauth_idp_oidc_token_changelist"))
    assert tokens.status_code == 200
    assert staff.get(reverse("admin:allauth_idp_oidc_token_add")).status_code == 403
    assert not Token.objects.exists()


@pytest.mark.parametrize("many", [1, 6])
def test_the_list_asks_as_often_for_six(
    many: int, lata: User, django_assert_max_num_queries: Any
) -> None:
    """Its number of queries does not grow."""
    staff = at_work("operations")
    for n in range(many):
        make(staff, "apikey", lata, name=f"Desk {n}")
    with django_assert_max_num_queries(14):
        staff.get(reverse("admin:accounts_apikey_changelist"))
