"""Managing accounts: roles, creating staff, suspending in the admin, data of agents."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import agents, queries
from accounts.mfa import queries as mfa_queries
from accounts.models import Agent, AuditEvent, User
from accounts.sessions import tokens
from accounts.staff import roles
from accounts.staff import services as staff_services
from conftest import NOON, PASSWORD, make_staff, sign_in

pytestmark = pytest.mark.django_db


def test_apply_roles_makes_groups_equal_to_the_file() -> None:
    """Other groups are deleted, permissions follow the file, and repeating changes nothing."""
    Group.objects.create(name="made by hand")
    for _ in range(2):
        call_command("apply_roles", stdout=StringIO())
    assert {group.name for group in Group.objects.all()} == set(roles.all_roles())
    support = Group.objects.get(name="support").permissions
    assert set(support.values_list("content_type__app_label", flat=True)) == {"chatbot"}
    assert not Group.objects.get(name="finance").permissions.filter(codename__startswith="change")


def test_create_staff_enrols_a_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account has its roles and an authenticator app, whose key is printed once."""
    monkeypatch.setenv("STAFF_PASSWORD", PASSWORD)
    out = StringIO()
    call_command("create_staff", "Dev@Example.com", "--role", "reviewer", stdout=out)
    user = User.objects.get(email="dev@example.com")
    assert user.is_staff
    assert user.has_role("reviewer")
    assert not user.has_role("finance")
    assert user.agent_or_none is None
    assert mfa_queries.has_second_factor(user)
    assert "otpauth://totp/" in out.getvalue()


@pytest.mark.parametrize("wrong", [["--role", "king"], ["--role", "admin", "--twice"]])
def test_create_staff_refuses(monkeypatch: pytest.MonkeyPatch, wrong: list[str]) -> None:
    """Unknown roles and contacts that have an account are refused."""
    monkeypatch.setenv("STAFF_PASSWORD", PASSWORD)
    if "--twice" in wrong:
        wrong.remove("--twice")
        call_command("create_staff", "dev@example.com", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("create_staff", "dev@example.com", *wrong, stdout=StringIO())


def run_action(client: Client, action: str, user: User) -> None:
    """Run an admin action on a user, with a reason."""
    body = {"action": action, "_selected_action": [str(user.pk)], "why": "Asked for it"}
    client.post(reverse("admin:accounts_user_changelist"), body)


def test_admin_suspends_and_reactivates(lata: User) -> None:
    """Suspending ends every session at once, is recorded, and can be undone."""
    staff_services.apply_roles()
    staff = sign_in(Client(), make_staff("Omar", "operations"))
    token = tokens.issue(user=lata, at=datetime.now(UTC)).access_token
    run_action(staff, "suspend", lata)
    lata.refresh_from_db()
    assert lata.status == User.Status.SUSPENDED
    assert tokens.user_for_access_token(access_token=token, at=datetime.now(UTC)) is None
    run_action(staff, "reactivate", lata)
    lata.refresh_from_db()
    assert lata.status == User.Status.ACTIVE
    done = AuditEvent.objects.filter(on_id=str(lata.pk)).order_by("id")
    assert [event.action for event in done] == ["account.suspended", "account.active"]


def test_other_roles_cannot_suspend(lata: User) -> None:
    """Roles that only view accounts do not have the action."""
    staff_services.apply_roles()
    staff = sign_in(Client(), make_staff("Finn", "finance"))
    run_action(staff, "suspend", lata)
    lata.refresh_from_db()
    assert lata.status == User.Status.ACTIVE


def test_own_or_inactive_account_cannot_be_suspended(meera: User) -> None:
    """Neither one's own account nor one that is not active."""
    with pytest.raises(staff_services.CannotSuspendYourself):
        staff_services.suspend(user=meera, by=meera, at=NOON, why="")


def test_suspending_twice_is_refused(lata: User, meera: User) -> None:
    """The second attempt gets an error."""
    staff_services.suspend(user=lata, by=meera, at=NOON, why="Asked for it")
    with pytest.raises(staff_services.StatusUnchanged):
        staff_services.suspend(user=lata, by=meera, at=NOON, why="Asked for it")


def test_contacts_are_masked_in_the_admin(lata: User) -> None:
    """The list of users shows no full address or number."""
    staff_services.apply_roles()
    staff = sign_in(Client(), make_staff("Omar", "admin"))
    for name, args in (("changelist", []), ("change", [lata.pk])):
        page = staff.get(reverse(f"admin:accounts_user_{name}", args=args)).content.decode()
        assert "l•••@example.com" in page
        assert lata.email not in page
        assert lata.phone not in page


def test_user_list_has_constant_queries(django_assert_max_num_queries) -> None:
    """Ten more users cost no more queries."""
    staff_services.apply_roles()
    staff = sign_in(Client(), make_staff("Omar", "admin"))
    for number in range(12):
        make_staff(f"Person{number}", "support")
    with django_assert_max_num_queries(14):
        assert staff.get(reverse("admin:accounts_user_changelist")).status_code == 200


def test_update_agent_records_field_names_only(asha: Agent) -> None:
    """The audit event names the fields, not their values."""
    facts = {"given_name": "Asha", "birth_on": date(2000, 2, 29), "skills": ["chat"]}
    agents.update_agent(agent=asha, by=asha.user, at=NOON, **facts)
    asha.refresh_from_db()
    assert asha.birth_date == date(2000, 2, 29)
    event = AuditEvent.objects.get(action="agent.updated")
    assert event.new == {"facts": ["birth_on", "given_name", "skills"]}


@pytest.mark.parametrize(
    ("born", "moment", "grown"),
    [
        (date(2008, 11, 23), NOON, True),
        (date(2008, 11, 24), NOON, False),
        (date(2008, 11, 24), NOON + timedelta(hours=12, minutes=1), True),
        (date(2008, 2, 29), datetime(2026, 2, 28, 12, tzinfo=UTC), False),
        (date(2008, 2, 29), datetime(2026, 3, 1, 0, tzinfo=UTC), True),
    ],
)
def test_adulthood_begins_at_midnight_in_india(born: date, moment: datetime, grown: bool) -> None:
    """The 18th birthday begins at midnight in India."""
    assert agents.is_adult(birth_date=born, at=moment) is grown


def test_too_young_is_refused(asha: Agent) -> None:
    """No agent is under 18."""
    with pytest.raises(agents.TooYoung):
        agents.update_agent(agent=asha, by=None, at=NOON, birth_on=date(2010, 1, 1))


def test_level_is_set_and_recorded(asha: Agent) -> None:
    """The level of an assessment is saved with an audit event."""
    assert agents.set_level(agent=asha, level="B2", at=NOON).level == "B2"
    assert AuditEvent.objects.get(action="agent.level_set").new == {"level": "B2"}


def test_work_queues_are_empty() -> None:
    """Nothing in accounts waits for a decision."""
    assert queries.work_queues(now=NOON) == []
