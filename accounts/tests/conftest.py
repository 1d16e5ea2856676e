"""Shared fixtures and helpers of the accounts tests: API calls, sent codes, logged-in browsers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from conftest import PASSWORD, make_user
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import services as outbox


@pytest.fixture(autouse=True)
def many_codes_per_address(settings: Any) -> None:
    """All tests share one address, so its hourly limit of codes is raised."""
    settings.HITOUCH_CODES_PER_ADDRESS_AN_HOUR = 1000


@pytest.fixture(autouse=True)
def no_dispatch(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker runs in these tests; they look at the rows only."""
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)


@pytest.fixture
def lata(db: None) -> User:
    """A user with a password, both contacts verified, and no second factor."""
    user = make_user("Lata")
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in_recently(client: Client, user: User) -> Client:
    """Log in a user who has authenticated just now."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "code", "at": timezone.now().timestamp(), "reauthenticated": True}
    ]
    session.save()
    return client


def last_message(contact: str) -> OutboxMessage:
    """The newest message to a contact."""
    to_contact = OutboxMessage.objects.to_contact(outbox.index_of(contact))
    return to_contact.order_by("-created_at")[0]


def sent_code(contact: str) -> str:
    """The six-digit code in the newest message to a contact."""
    match = re.search(r"\b\d{6}\b", last_message(contact).body)
    assert match, "the newest message holds no code"
    return match[0]


def wrong_code(code: str) -> str:
    """Six digits that differ from the code."""
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.fixture
def call() -> Callable[..., HttpResponse]:
    """Call the API: `call("auth/tokens/", contact=…)`, with `token=` for the bearer token."""

    def post(path: str, *, token: str = "", method: str = "post", **data: Any) -> HttpResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        send = getattr(Client(), method)
        url = f"/api/v1/{path}"
        if method == "get":
            return send(url, headers=headers)
        return send(url, data, content_type="application/json", headers=headers)

    return post
