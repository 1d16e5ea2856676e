"""Changing roles of staff takes two admins, on pages, over the API, and in the database."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.access import services
from accounts.models import AccessChange, AuditEvent, User
from accounts.staff import access
from accounts.staff import services as staff_services
from accounts.tests.access.conftest import ON_PAGE_AND_API, WHY, By, Page, role_names, state
from accounts.tests.conftest import last_message
from conftest import NOON, PASSWORD, make_staff

pytestmark = pytest.mark.django_db
State = AccessChange.State
ROLE = "test_site_role"


@pytest.fixture
def finn(staff_groups: None) -> User:
    """Staff of finance."""
    return make_staff("Finn", "finance")


@ON_PAGE_AND_API
def test_roles_change_when_another_admin_approves(
    finn: User, bela: User, carl: User, by: By
) -> None:
    """Exactly to what was requested; the person is told."""
    by(bela).roles(finn, "reviewer", "support")
    assert role_names(finn) == {"finance"}
    change = AccessChange.objects.get()
    page = by(carl).see(change).content.decode()
    assert "reviewer, support" in page
    assert "finance" in page
    assert {finn.email, bela.email} <= set(re.findall(r"[\w.]+@example\.com", page))
    by(carl).post(change, "approve")
    assert (role_names(finn), state(change)) == ({"reviewer", "support"}, State.APPLIED)
    event = AuditEvent.objects.get(action="staff.roles_changed")
    assert (event.old["roles"], event.new["roles"]) == (["finance"], ["reviewer", "support"])
    assert (event.by, event.new["approved_by"]) == (bela, str(carl.pk))
    assert "roles as staff were changed" in last_message(finn.email).body


@ON_PAGE_AND_API
@pytest.mark.parametrize("who", ["operations", "finance", "concerned", "agent", "nobody"])
def test_only_admins_request_roles(
    finn: User, bela: User, omar: User, lata: User, by: By, who: str
) -> None:
    """Nobody else, and no staff member their own."""
    other = make_staff("Fred", "finance")
    people = {"operations": omar, "finance": other, "concerned": finn, "agent": lata}
    by(people.get(who)).roles(finn, "admin")
    assert not AccessChange.objects.exists()
    assert role_names(finn) == {"finance"}


@ON_PAGE_AND_API
def test_an_admin_cannot_approve_roles_of_their_own(bela: User, carl: User, by: By) -> None:
    """Neither as who asked nor as who gets them."""
    by(bela).roles(carl, "admin", "finance")
    change = AccessChange.objects.get()
    for person in (bela, carl):
        by(person).post(change, "approve")
    assert state(change) == State.REQUESTED


@ON_PAGE_AND_API
def test_operations_do_not_approve_roles(
    finn: User, bela: User, carl: User, omar: User, by: By
) -> None:
    """They see the request."""
    by(bela).roles(finn, "reviewer")
    change = AccessChange.objects.get()
    assert by(omar).see(change).status_code == 200
    by(omar).post(change, "approve")
    assert state(change) == State.REQUESTED


@pytest.mark.parametrize(
    ("roles", "options", "refusal"),
    [
        (["finance"], {}, staff_services.RolesUnchanged),
        (["king"], {}, staff_services.UnknownRole),
        (["finance"], {"stays_staff": False}, staff_services.RolesWithoutStaff),
    ],
)
def test_what_cannot_be_requested(
    finn: User, bela: User, roles: Any, options: Any, refusal: Any
) -> None:
    """What changes nothing or is no role."""
    with pytest.raises(refusal):
        access.request_roles(user=finn, roles=roles, **options, by=bela, at=NOON, why=WHY)


def test_agents_get_no_roles(lata: User, bela: User) -> None:
    """Staff work from accounts of their own, with a second factor."""
    with pytest.raises(staff_services.NotAStaffAccount):
        access.request_roles(user=lata, roles=["admin"], by=bela, at=NOON, why=WHY)


def test_leaving_the_staff_ends_the_sessions(finn: User, bela: User, carl: User) -> None:
    """And the admin is closed to the person."""
    browser = Page(finn).client
    assert browser.get("/admin/").status_code == 200
    change = access.request_roles(user=finn, roles=[], stays_staff=False, by=bela, at=NOON, why=WHY)
    services.approve_change(change=change, by=carl, at=NOON)
    finn.refresh_from_db()
    assert not finn.is_staff
    assert browser.get("/admin/").status_code == 302


def test_the_last_admin_keeps_the_role(anna: User, bela: User, carl: User) -> None:
    """Counted when it is approved: two requests for the last two admins cannot both pass."""
    User.objects.filter(pk=carl.pk).update(status="SUSPENDED")
    one = access.request_roles(user=anna, roles=["support"], by=bela, at=NOON, why=WHY)
    User.objects.filter(pk=carl.pk).update(status="ACTIVE")
    services.approve_change(change=one, by=carl, at=NOON)
    User.objects.filter(pk=bela.pk).update(status="SUSPENDED")
    with pytest.raises(staff_services.LastAdmin):
        access.request_roles(user=carl, roles=["support"], by=carl, at=NOON, why=WHY)


@ON_PAGE_AND_API
def test_roles_that_changed_meanwhile_end_the_request(
    finn: User, bela: User, carl: User, by: By
) -> None:
    """The approver saw another "before" than there is now."""
    by(bela).roles(finn, "finance", "reviewer")
    finn.groups.add(Group.objects.get(name="support"))
    change = AccessChange.objects.get()
    answer = by(carl).post(change, "approve")
    assert "has changed since this was requested" in answer.content.decode()
    assert role_names(finn) == {"finance", "support"}


def test_the_page_of_roles_shows_who_has_which(finn: User, bela: User, omar: User) -> None:
    """With their contacts in full, since masked ones are alike; operations may look."""
    for person in (bela, omar):
        page = Page(person).client.get("/admin/accounts/user/roles/").content.decode()
        assert page.count(finn.email) == 1
        assert "Sends payouts and settles them" in page
    assert Page(finn).client.get("/admin/accounts/user/roles/").status_code == 403


def test_the_command_tells_all_admins(finn: User, bela: User) -> None:
    """For a site with one admin."""
    command = ("change_roles", finn.email, "--role", "admin", "--why", "Second admin")
    call_command(*command, stdout=StringIO())
    assert role_names(finn) == {"admin"}
    assert AuditEvent.objects.get(action="staff.roles_changed").by is None
    assert "changed by a command on the server" in last_message(bela.email).body
    with pytest.raises(CommandError, match="exactly these roles"):
        call_command(*command, stdout=StringIO())


def test_new_staff_by_command_tells_all_admins(bela: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody becomes an admin unseen."""
    monkeypatch.setenv("STAFF_PASSWORD", PASSWORD)
    call_command("create_staff", "dev@example.com", "--role", "admin", stdout=StringIO())
    assert "changed by a command on the server" in last_message(bela.email).body


def test_libraries_pages_change_no_access() -> None:
    """Groups, factors and addresses have no page in the admin, also not for a superuser."""
    labels = {model._meta.label for model in admin.site._registry}
    assert labels.isdisjoint(
        {"auth.Group", "mfa.Authenticator", "otp_static.StaticDevice", "account.EmailAddress",
         "socialaccount.SocialAccount", "socialaccount.SocialApp", "socialaccount.SocialToken"}
    )  # fmt: skip


# The database -------------------------------------------------------------------------------


@pytest.fixture
def as_site(finn: User, bela: User, carl: User, omar: User) -> Iterator[Any]:
    """A cursor of the site's database role."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"CREATE ROLE {ROLE}")
        call_command("grant_site_role", ROLE, stdout=StringIO())
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield cursor
        cursor.execute("RESET ROLE")


def test_the_sites_role_carries_out_what_was_approved(
    as_site: Any, finn: User, bela: User, carl: User
) -> None:
    """And nothing of it again, in the same way as the owner of the tables."""
    change = access.request_roles(user=finn, roles=["reviewer"], by=bela, at=NOON, why=WHY)
    services.approve_change(change=change, by=carl, at=NOON)
    assert role_names(finn) == {"reviewer"}
    leaves = access.request_roles(user=finn, roles=[], stays_staff=False, by=bela, at=NOON, why=WHY)
    services.approve_change(change=leaves, by=carl, at=NOON)
    assert not User.objects.get(pk=finn.pk).is_staff


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_user SET is_superuser = true WHERE id = '{finn}'",
        "UPDATE accounts_user SET is_staff = false WHERE id = '{finn}'",
        "INSERT INTO accounts_user_groups (user_id, group_id)"
        " SELECT '{finn}', id FROM auth_group WHERE name = 'admin'",
        "DELETE FROM accounts_user_groups WHERE user_id = '{bela}'",
        "UPDATE accounts_user_groups SET user_id = '{omar}' WHERE user_id = '{bela}'",
        "INSERT INTO auth_group_permissions (group_id, permission_id)"
        " SELECT g.id, p.id FROM auth_group g, auth_permission p LIMIT 1",
        "INSERT INTO accounts_user_user_permissions (user_id, permission_id)"
        " SELECT '{finn}', id FROM auth_permission LIMIT 1",
        "UPDATE auth_group SET name = 'admin2' WHERE name = 'admin'",
        "ALTER TABLE accounts_user_groups DISABLE TRIGGER USER",
    ],
)
def test_the_sites_role_changes_no_access_by_itself(
    as_site: Any, finn: User, bela: User, omar: User, statement: str
) -> None:
    """By no statement, whatever code sends it."""
    text = statement.format(finn=finn.pk, bela=bela.pk, omar=omar.pk)
    refused = r"approved request only|permission denied|must be owner"
    with pytest.raises(DatabaseError, match=refused), transaction.atomic():
        as_site.execute(text)


def test_a_request_of_another_person_or_transaction_opens_nothing(
    as_site: Any, finn: User, bela: User, carl: User, omar: User
) -> None:
    """What was approved for Finn does not carry Omar's roles, and old approvals carry nothing."""
    change = access.request_roles(user=finn, roles=["reviewer"], by=bela, at=NOON, why=WHY)
    services.approve_change(change=change, by=carl, at=NOON)
    with pytest.raises(DatabaseError, match="approved request only"), transaction.atomic():
        omar.groups.add(Group.objects.get(name="admin"))
    as_site.execute("RESET ROLE")
    as_site.execute("ALTER TABLE accounts_accesschange DISABLE TRIGGER USER")
    as_site.execute("UPDATE accounts_accesschange SET applied_in = applied_in - 1")
    as_site.execute(f"SET LOCAL ROLE {ROLE}")
    with pytest.raises(DatabaseError, match="approved request only"), transaction.atomic():
        finn.groups.add(Group.objects.get(name="admin"))


def test_accounts_are_used_as_ever(as_site: Any, lata: User, omar: User) -> None:
    """Saving, suspending and signing up touch no flag of access."""
    lata.save()
    staff_services.suspend(user=lata, by=omar, at=NOON, why=WHY)
    User.objects.create(email="new@example.com")
