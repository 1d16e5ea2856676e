"""What was typed is in the form again after a colleague confirmed that it is them."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.mfa import services as mfa
from accounts.models import AccessChange, User
from accounts.tests.access.conftest import on_page
from accounts.tests.conftest import log_in_recently
from conftest import make_staff, sign_in

pytestmark = pytest.mark.django_db


def interrupted(browser: Client, user: User, path: str, form: dict[str, Any]) -> str:
    """The page after its form was sent too late, and its user confirmed that it is them."""
    answer = browser.post(path, form, headers={"Referer": f"http://testserver{path}"})
    assert "next=" in answer.url
    sign_in(log_in_recently(browser, user), user)
    return browser.get(path).content.decode()


def test_the_reason_of_a_decision_is_kept(change: AccessChange, carl: User) -> None:
    """Declining a request of a colleague."""
    path = f"/admin/accounts/accesschange/{change.pk}/change/"
    browser = on_page(carl, recent=False)
    page = interrupted(browser, carl, path, {"verb": "decline", "why": "Anna is on leave"})
    assert "Anna is on leave" in page


def test_requested_roles_are_kept(anna: User, bela: User) -> None:
    """All of them, and those that were cleared stay cleared."""
    path = f"/admin/accounts/user/{anna.pk}/roles/"
    browser = on_page(bela, recent=False)
    form = {"roles": ["support", "grader"], "why": "Moves to support"}
    page = interrupted(browser, bela, path, form)
    assert "Moves to support" in page
    for role, is_checked in (("support", True), ("grader", True), ("admin", False)):
        box = page.split(f'value="{role}"')[1].split(">")[0]
        assert ("checked" in box) == is_checked


def test_the_reason_for_a_reset_is_kept(lata: User, bela: User) -> None:
    """Removing a person's second factors."""
    mfa.enrol_totp(user=lata)
    path = f"/admin/accounts/user/{lata.pk}/second-factors/"
    page = interrupted(on_page(bela, recent=False), bela, path, {"why": "Phone stolen"})
    assert "Phone stolen" in page


def test_the_reason_for_a_suspension_is_kept(anna: User, bela: User) -> None:
    """With the selected account: the list shows the reason page again, and it can be sent."""
    path = "/admin/accounts/user/"
    browser = on_page(bela, recent=False)
    form = {"action": "suspend", "_selected_action": [str(anna.pk)], "why": "Left the company"}
    page = interrupted(browser, bela, path, form)
    assert "Left the company" in page
    assert f'name="_selected_action" value="{anna.pk}"' in page
    browser.post(path, form)
    assert anna.access_changes.open().count() == 1


def test_an_interrupted_action_is_of_no_use_to_others(anna: User, bela: User) -> None:
    """Who may not suspend sees the list, whatever was entered in this session."""
    path = "/admin/accounts/user/"
    browser = on_page(bela, recent=False)
    form = {"action": "suspend", "_selected_action": [str(anna.pk)], "why": "Left the company"}
    browser.post(path, form, headers={"Referer": f"http://testserver{path}"})
    bela.groups.set(Group.objects.filter(name="support"))
    page = sign_in(log_in_recently(browser, bela), bela).get(path)
    assert b"Left the company" not in page.content


def test_a_credential_is_kept(lata: User, staff_groups: None) -> None:
    """Its owner, name and scopes."""
    omar = make_staff("Omar", "operations")
    form = {"owner": lata.email, "name": "HR suite", "scopes": ["work:read", "projects:read"]}
    path = "/admin/accounts/apikey/add/"
    page = interrupted(on_page(omar, recent=False), omar, path, form)
    assert "HR suite" in page
    assert lata.email in page
    assert page.count(" checked") == 2
