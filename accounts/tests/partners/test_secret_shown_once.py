"""Admin of partner apps: who may create credentials, and that a secret is shown once."""

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
from accounts.tests.conftest import log_in_recently
from conftest import NOON, make_staff, sign_in

pytestmark = pytest.mark.django_db
END = "2026-12-31"
KINDS = ("apikey", "oauthclient")


@pytest.fixture(autouse=True)
def staff_groups(db: None) -> None:
    """The groups of the roles file."""
    staff_services.apply_roles()


def staff_browser(*roles: str, proved: bool = True) -> Client:
    """Staff, recently authenticated unless told otherwise."""
    user = make_staff("Omar", *roles)
    return sign_in(log_in_recently(Client(), user) if proved else Client(), user)


def create(client: Client, kind: str, acts_for: User, **changes: Any) -> Any:
    """Submit the form of a new credential."""
    form = {"owner": acts_for.email, "name": "Orchid desk", "scopes": ["me:read"]}
    url = reverse(f"admin:accounts_{kind}_add")
    return client.post(url, form | {"expires_at": END} | changes)


def secret_on(page: Any) -> str:
    match = re.search(r'id="secret"[^>]* value="([^"]+)"', page.content.decode())
    assert match, page.content.decode()
    return match[1]


def run_action(client: Client, kind: str, action: str, *rows: Any, **form: Any) -> Any:
    """Run an admin action on a credential."""
    body = {"action": action, "_selected_action": [str(row.pk) for row in rows], **form}
    return client.post(reverse(f"admin:accounts_{kind}_changelist"), body, follow=True)


@pytest.mark.parametrize("role", ["operations", "admin"])
def test_key_is_shown_once(role: str, lata: User, call: Any) -> None:
    """On an uncached page; the key works, and no other page shows it."""
    staff = staff_browser(role)
    page = create(staff, "apikey", lata)
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


def test_secret_is_stored_nowhere(lata: User) -> None:
    """Neither in a cookie, nor in a session, nor in the cache."""
    staff = staff_browser("operations")
    secret = secret_on(create(staff, "oauthclient", lata))
    assert secret.startswith("hcx_secret_")
    kept = str(staff.cookies) + str(dict(staff.session)) + str(Session.objects.values())
    assert secret not in kept
    connection = cache._cache.get_client()  # type: ignore[attr-defined]
    assert not [key for key in connection.keys("*") if secret.encode() in (connection.dump(key))]


def test_reload_creates_no_second_key(lata: User) -> None:
    """The name is taken by the first."""
    staff = staff_browser("operations")
    create(staff, "apikey", lata)
    assert "Choose another name" in create(staff, "apikey", lata).content.decode()
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
def test_form_shows_errors(lata: User, changes: Any, sentence: str) -> None:
    """At the field, with the other values kept."""
    page = create(staff_browser("operations"), "apikey", lata, **changes).content.decode()
    assert sentence in page
    assert not ApiKey.objects.exists()


def test_the_form_explains_each_scope(lata: User) -> None:
    """Each scope has its description."""
    page = staff_browser("operations").get(reverse("admin:accounts_apikey_add")).content.decode()
    assert "Approval creates a payment." in page
    assert page.count('type="checkbox"') == 12


def test_no_key_for_staff(meera: User) -> None:
    """Refused with an error."""
    page = create(staff_browser("operations"), "oauthclient", meera).content.decode()
    assert "not for staff" in page
    assert not Theirs.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("roles", [(), ("support",), ("finance",), ("reviewer",)])
def test_other_roles_have_no_access(kind: str, roles: tuple[str, ...], lata: User) -> None:
    """They can neither create, revoke nor view credentials."""
    staff = staff_browser(*roles)
    assert create(staff, kind, lata).status_code == 403
    assert staff.get(reverse(f"admin:accounts_{kind}_changelist")).status_code == 403


def test_users_and_visitors_have_no_access(lata: User) -> None:
    """The admin is closed to them."""
    for client in (Client(), sign_in(Client(), lata)):
        assert create(client, "apikey", lata).status_code == 302
    assert not ApiKey.objects.exists()


def test_creation_needs_reauthentication(lata: User) -> None:
    """Within the last five minutes."""
    staff = staff_browser("operations", proved=False)
    where = reverse("account_reauthenticate")
    assert create(staff, "apikey", lata)["Location"].startswith(where)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_revoking_needs_a_reason(kind: str, lata: User) -> None:
    """The list shows it afterwards."""
    staff = staff_browser("operations")
    create(staff, kind, lata)
    row = {"apikey": ApiKey, "oauthclient": OAuthClient}[kind].objects.get()
    assert "Enter a reason" in run_action(staff, kind, "revoke", row).content.decode()
    assert (
        "Revoked: Leaked" in run_action(staff, kind, "revoke", row, why="Leaked").content.decode()
    )
    row.refresh_from_db()
    assert row.revoked_why == "Leaked"
    assert (
        "already been revoked"
        in run_action(staff, kind, "revoke", row, why="Again").content.decode()
    )


def test_renewed_secret_is_shown_once(lata: User) -> None:
    """The client keeps its id and gets a new expiry."""
    staff = staff_browser("operations")
    old = secret_on(create(staff, "oauthclient", lata))
    client = OAuthClient.objects.get()
    page = run_action(staff, "oauthclient", "renew", client, expires_at="2027-01-31")
    assert secret_on(page) != old
    assert "no-store" in page["Cache-Control"]
    client.refresh_from_db()
    assert client.expires_at > NOON + timedelta(days=68)
    assert "Select one client" in run_action(staff, "oauthclient", "renew", client).content.decode()
    run_action(staff, "oauthclient", "revoke", client, why="Leaked")
    page = run_action(staff, "oauthclient", "renew", client, expires_at="2027-01-31")
    assert "already been revoked" in page.content.decode()


def test_credentials_cannot_be_edited(lata: User) -> None:
    """Neither here nor on pages of allauth's admin."""
    staff = staff_browser("operations")
    create(staff, "oauthclient", lata)
    row = OAuthClient.objects.get()
    url = reverse("admin:accounts_oauthclient_change", args=[row.pk])
    assert staff.post(url, {"scopes": "work:write"}).status_code == 403
    assert Theirs not in admin.site._registry
    tokens = staff.get(reverse("admin:allauth_idp_oidc_token_changelist"))
    assert tokens.status_code == 200
    assert staff.get(reverse("admin:allauth_idp_oidc_token_add")).status_code == 403
    assert not Token.objects.exists()


@pytest.mark.parametrize("many", [1, 6])
def test_list_has_constant_queries(
    many: int, lata: User, django_assert_max_num_queries: Any
) -> None:
    """More rows cost no more queries."""
    staff = staff_browser("operations")
    for n in range(many):
        create(staff, "apikey", lata, name=f"Desk {n}")
    with django_assert_max_num_queries(14):
        staff.get(reverse("admin:accounts_apikey_changelist"))
