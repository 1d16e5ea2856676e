"""No address of the admin answers somebody without a second factor, whatever their rights."""

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
    """Every one, with something in place of its arguments."""
    found = [path for path, _ in addresses(get_resolver()) if is_admin(path)]
    plain = [ARGUMENT.sub(lambda kind: SAMPLES[kind[1] or "str"], path) for path in found]
    return sorted(
        {"/" + GROUP.sub("accounts", path).rstrip("$").replace("^", "") for path in plain}
    )


@pytest.fixture
def root(db: None) -> Client:
    """A superuser who has given a password and nothing else."""
    client = Client()
    client.force_login(make_user("Root", is_staff=True, is_superuser=True))
    return client


def test_a_password_opens_no_address_of_the_admin(root: Client) -> None:
    """Each sends away or refuses, for reading and for sending, also for who may do everything."""
    opened = [
        (path, method, answer.status_code)
        for path in admin_addresses()
        for method in ("get", "post")
        if (answer := getattr(root, method)(path)).status_code not in (302, 403)
    ]
    assert opened == []


def test_all_of_them_were_asked() -> None:
    """The walk finds as many addresses as the admin has, so that the test above is not empty."""
    assert len(admin_addresses()) > 3 * len(admin.site._registry)
