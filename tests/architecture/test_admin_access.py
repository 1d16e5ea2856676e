"""Every admin URL requires a second factor, whatever permissions a user has."""

import re
import uuid

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import get_resolver

from conftest import make_user
from tests.architecture.test_permissions import addresses, is_admin

SAMPLES = {"int": "1", "uuid": str(uuid.uuid4()), "str": "accounts", "slug": "a", "path": "1"}
ARGUMENT = re.compile(r"<(?:(\w+):)?\w+>")
GROUP = re.compile(r"\(\?P<\w+>[^)]*\)")


def admin_addresses() -> list[str]:
    """Every URL of the admin, with sample values as its arguments."""
    found = [path for path, _ in addresses(get_resolver()) if is_admin(path)]
    plain = [ARGUMENT.sub(lambda kind: SAMPLES[kind[1] or "str"], path) for path in found]
    return sorted(
        {"/" + GROUP.sub("accounts", path).rstrip("$").replace("^", "") for path in plain}
    )


@pytest.fixture
def superuser_client(db: None) -> Client:
    """The client of a superuser who logged in with a password only."""
    client = Client()
    client.force_login(make_user("Root", is_staff=True, is_superuser=True))
    return client


def test_admin_urls_refuse_a_log_in_without_second_factor(superuser_client: Client) -> None:
    """GET and POST redirect or are forbidden, even for a superuser."""
    allowed = [
        (path, method, answer.status_code)
        for path in admin_addresses()
        for method in ("get", "post")
        if (answer := getattr(superuser_client, method)(path)).status_code not in (302, 403)
    ]
    assert allowed == []


def test_admin_urls_were_found() -> None:
    """The test above covers several URLs of every registered model."""
    assert len(admin_addresses()) > 3 * len(admin.site._registry)
