"""People of the tests of access changes, and the same questions asked on pages and over the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AccessChange, User
from accounts.sessions import tokens
from accounts.staff import access
from accounts.staff import services as staff_services
from accounts.tests.conftest import log_in_recently
from conftest import make_staff, sign_in

WHY = "Left the company"
API = "/api/v1/staff/"


@pytest.fixture(autouse=True)
def staff_groups(db: None) -> None:
    """The groups of the roles file."""
    staff_services.apply_roles()


@pytest.fixture
def anna(staff_groups: None) -> User:
    """An admin, who is concerned."""
    return make_staff("Anna", "admin")


@pytest.fixture
def bela(staff_groups: None) -> User:
    """An admin, who requests."""
    return make_staff("Bela", "admin")


@pytest.fixture
def carl(staff_groups: None) -> User:
    """An admin, who approves."""
    return make_staff("Carl", "admin")


@pytest.fixture
def omar(staff_groups: None) -> User:
    """Staff who look after accounts."""
    return make_staff("Omar", "operations")


@pytest.fixture
def change(anna: User, bela: User, carl: User) -> AccessChange:
    """Bela requests that Anna is suspended."""
    requested = access.suspend(user=anna, by=bela, at=timezone.now(), why=WHY)
    assert requested
    return requested


def on_page(user: User, *, recent: bool = True) -> Client:
    """A browser in which the person is logged in."""
    return sign_in(log_in_recently(Client(), user) if recent else Client(), user)


class Page:
    """Decides on requests, and makes them, on the admin's pages."""

    def __init__(self, user: User | None, *, recent: bool = True) -> None:
        self.client = on_page(user, recent=recent) if user else Client()

    def post(self, change: AccessChange, verb: str, **data: str) -> Any:
        url = f"/admin/accounts/accesschange/{change.pk}/change/"
        return self.client.post(url, {"verb": verb, **data}, follow=True)

    def suspend(self, user: User, why: str = WHY) -> Any:
        body = {"action": "suspend", "_selected_action": [str(user.pk)], "why": why}
        return self.client.post("/admin/accounts/user/", body, follow=True)

    def roles(self, user: User, *roles: str, **data: str) -> Any:
        body = {"roles": list(roles), "why": WHY, **data}
        return self.client.post(f"/admin/accounts/user/{user.pk}/roles/", body, follow=True)

    def reset_factors(self, user: User, why: str = WHY) -> Any:
        url = f"/admin/accounts/user/{user.pk}/second-factors/"
        return self.client.post(url, {"why": why}, follow=True)

    def see(self, change: AccessChange) -> Any:
        return self.client.get(f"/admin/accounts/accesschange/{change.pk}/change/", follow=True)


class Api:
    """The same over the API, with the token of an app."""

    def __init__(self, user: User | None, *, recent: bool = True) -> None:
        self.headers = {}
        if user:
            now = timezone.now()
            issued = tokens.issue(user=user, at=now)
            long_ago = now - timedelta(minutes=10)
            user.token_families.update(second_factor_at=now, proved_at=now if recent else long_ago)
            self.headers = {"Authorization": f"Bearer {issued.access_token}"}

    def send(self, path: str, data: Any = None) -> Any:
        return Client().post(
            f"{API}{path}", data or {}, content_type="application/json", headers=self.headers
        )

    def post(self, change: AccessChange, verb: str, **data: str) -> Any:
        return self.send(f"access-changes/{change.pk}/{verb}/", data)

    def suspend(self, user: User, why: str = WHY) -> Any:
        return self.send(f"accounts/{user.pk}/suspend/", {"why": why})

    def roles(self, user: User, *roles: str, **data: str) -> Any:
        return self.send(f"accounts/{user.pk}/roles/", {"roles": list(roles), "why": WHY, **data})

    def reset_factors(self, user: User, why: str = WHY) -> Any:
        return self.send(f"accounts/{user.pk}/reset-factors/", {"why": why})

    def see(self, change: AccessChange) -> Any:
        return Client().get(f"{API}access-changes/{change.pk}/", headers=self.headers)


By = Callable[..., Page | Api]
ON_PAGE_AND_API = pytest.mark.parametrize("by", [Page, Api], ids=["page", "api"])


def status(user: User) -> str:
    return User.objects.get(pk=user.pk).status


def state(change: AccessChange) -> str:
    return AccessChange.objects.get(pk=change.pk).state


def role_names(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))
