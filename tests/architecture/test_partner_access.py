"""What a partner's API key may not do, tested at every endpoint."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from accounts.partners import services as partners
from accounts.partners.credentials import Program
from accounts.permissions import IsAnyone, required_scope
from accounts.security.scopes import all_scopes
from conftest import NOON, Made, make_agent, make_staff
from gigs.models import Client as Company
from gigs.models import Member
from tests.architecture.test_permissions import ENDPOINTS, view_class

METHODS = ("get", "post", "put", "patch", "delete")
CASES = [
    (path, pattern, method)
    for path, pattern in ENDPOINTS
    for method in METHODS
    if hasattr(view_class(pattern), method)
    and getattr(view_class(pattern), "permission_classes", [IsAnyone]) != [IsAnyone]
]


@pytest.fixture(scope="module")
def shared(make_once: Callable[..., Made]) -> Made:
    return make_once(make_api_key)


@pytest.fixture
def api_key(shared: Made, db: None, tmp_path: Path) -> Any:
    """An API key with every scope, of the user who has the most rights."""
    return shared.copy_for(tmp_path)


@pytest.fixture
def person(api_key: Any) -> User:
    """An agent who also owns a client, and so has the most rights a user can have."""
    return api_key.credential.owner


def make_api_key() -> Any:
    user = make_agent("Asha", level="B2").user
    company = Company.objects.create(name="Orchid Retail")
    Member.objects.create(user=user, client=company, role=Member.Role.OWNER)
    return partners.create_api_key(
        owner=user,
        name="Desk",
        scopes=all_scopes(),
        expires_at=NOON + timedelta(days=9),
        by=make_staff("Omar", "operations"),
        approved_by=make_staff("Kim", "operations"),
        at=NOON,
    )


def key_with_scopes(api_key: Any, scopes: Any, monkeypatch: Any) -> str:
    monkeypatch.setattr(
        "accounts.partners.credentials._program_with_key",
        lambda given: Program(api_key.credential, frozenset(scopes)),
    )
    return api_key.secret


def request_with_key(path: str, pattern: Any, method: str, key: str) -> Any:
    url = "/" + path
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        value = {"slug": "aadhaar", "int": "2026"}.get(kind, str(uuid4()))
        url = url.replace(f"<{kind}:{name}>", value)
    headers = {"Authorization": f"Bearer {key}"}
    return getattr(Client(), method)(url, headers=headers)


@pytest.mark.parametrize(
    ("path", "pattern", "method"), CASES, ids=[f"{method} {path}" for path, _, method in CASES]
)
def test_a_key_without_scopes_is_refused(
    path: str, pattern: Any, method: str, api_key: Any, monkeypatch: Any
) -> None:
    """Every endpoint that is not public answers 403 and names the missing scope."""
    answer = request_with_key(path, pattern, method, key_with_scopes(api_key, [], monkeypatch))
    assert answer.status_code == 403, answer.content
    scope = required_scope(view_class(pattern), method.upper())
    assert answer.json()["code"] == ("insufficient_scope" if scope else "scope_missing")
    assert (f'scope="{scope}"' in answer.get("WWW-Authenticate", "")) is bool(scope)


@pytest.mark.parametrize(
    ("path", "pattern", "method"),
    [case for case in CASES if not required_scope(view_class(case[1]), case[2].upper())],
    ids=[f"{m} {p}" for p, v, m in CASES if not required_scope(view_class(v), m.upper())],
)
def test_endpoints_without_a_scope_refuse_every_key(
    path: str, pattern: Any, method: str, api_key: Any, monkeypatch: Any
) -> None:
    """Account, documents, tests, agreements and staff endpoints are closed to all API keys."""
    answer = request_with_key(
        path, pattern, method, key_with_scopes(api_key, all_scopes(), monkeypatch)
    )
    assert answer.status_code == 403
    assert answer.json()["code"] == "scope_missing"


def test_staff_endpoints_refuse_keys_that_have_a_scope(
    person: User, api_key: Any, monkeypatch: Any
) -> None:
    """Even the key of a staff user with a scope is refused: it has no second factor."""
    key = key_with_scopes(api_key, ["work:read"], monkeypatch)
    _, pattern = next(pair for pair in ENDPOINTS if pair[0].endswith("staff/payouts/"))
    monkeypatch.setattr(view_class(pattern), "scope", "work", raising=False)
    person.is_staff = True
    person.save()
    person.groups.set(make_staff("Farid", "finance").groups.all())
    answer = request_with_key("api/v1/staff/payouts/", pattern, "get", key)
    assert answer.status_code == 401
    monkeypatch.setattr("accounts.models.partners.Credential.is_good", lambda *_: True)
    answer = request_with_key("api/v1/staff/payouts/", pattern, "get", key)
    assert answer.status_code == 403
    assert "two-step verification" in answer.json()["detail"]
