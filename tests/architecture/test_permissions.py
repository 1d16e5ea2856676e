"""Every page and every endpoint declares its audience, roles and scopes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.permissions import Audience, IsAnyone
from accounts.security import scopes

FOREIGN = ("django.contrib.admin", "hitouch.admin_site", "django.contrib.staticfiles")


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        else:
            yield path, entry


def is_admin(path: str) -> bool:
    return path.startswith("admin/")


ALL = sorted(addresses(get_resolver()), key=lambda pair: pair[0])
PAGES = [pair for pair in ALL if not pair[0].startswith("api/") and not is_admin(pair[0])]
ENDPOINTS = [pair for pair in ALL if pair[0].startswith("api/")]


def view_class(pattern: URLPattern) -> Any:
    return getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)


@pytest.mark.parametrize(("path", "pattern"), PAGES, ids=[path for path, _ in PAGES])
def test_every_page_names_its_audience(path, pattern):
    """Each page is decorated with an audience."""
    assert getattr(pattern.callback, "audience", "")


@pytest.mark.parametrize(("path", "pattern"), ENDPOINTS, ids=[path for path, _ in ENDPOINTS])
def test_every_endpoint_names_its_audience(path, pattern):
    """Each endpoint sets our permission classes itself and does not rely on the default."""
    cls = view_class(pattern)
    own = next(c for c in cls.__mro__ if "permission_classes" in vars(c))
    assert not own.__module__.startswith("rest_framework")
    assert all(getattr(permission, "audience", "") for permission in cls.permission_classes)


def test_every_staff_endpoint_names_its_roles():
    """Without roles a staff endpoint would be open to the admin role only."""
    staff = [view_class(pattern) for path, pattern in ENDPOINTS if path.startswith("api/v1/staff/")]
    assert staff
    for view in staff:
        assert all(getattr(permission, "roles", ()) for permission in view.permission_classes)


def test_pages_and_endpoints_were_found():
    """The parametrised tests above are not empty."""
    assert len(PAGES) > 30
    assert len(ENDPOINTS) > 50


@pytest.mark.parametrize(("path", "pattern"), ENDPOINTS, ids=[path for path, _ in ENDPOINTS])
def test_scopes_are_checked_in_one_class(path, pattern):
    """All permissions inherit the scope check for partners from `Audience`."""
    for permission in view_class(pattern).permission_classes:
        assert issubclass(permission, Audience)
        assert "has_permission" not in vars(permission) or permission is IsAnyone


def test_every_scope_is_used():
    """The registered scopes and those of the endpoints are the same."""
    groups = {getattr(view_class(pattern), "scope", "") for _, pattern in ENDPOINTS} - {""}
    assert groups == {name.partition(":")[0] for name in scopes.all_scopes()}
    assert all(says.endswith(".") for says in scopes.all_scopes().values())


def test_personal_actions_have_no_scope():
    """Partners have no access to passwords, contacts, log-ins, documents, tests and staff."""
    closed = ("auth/", "me/", "onboarding/", "sittings/", "invitations/", "staff/", "oauth/")
    starts = tuple(f"api/v1/{name}" for name in closed)
    open_to_programs = {
        path
        for path, pattern in ENDPOINTS
        if path.startswith(starts) and hasattr(view_class(pattern), "scope")
    }
    assert open_to_programs == {"api/v1/me/"}
