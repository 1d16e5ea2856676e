"""What a partner's program is refused, asked at every endpoint there is."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from accounts.partners import services as partners
from accounts.partners.credentials import Program
from accounts.permissions import IsAnyone, required_scope
from accounts.security.scopes import all_scopes
from conftest import NOON, make_agent, make_staff
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


@pytest.fixture
def person(db: None) -> User:
    """An agent who is also the owner of a client: as many rights as one person can have."""
    user = make_agent("Asha", level="B2").user
    company = Company.objects.create(name="Orchid Retail")
    Member.objects.create(user=user, client=company, role=Member.Role.OWNER)
    return user


@pytest.fixture
def made(person: User) -> Any:
    """Their key, with every scope."""
    return partners.create_api_key(
        owner=person,
        name="Desk",
        scopes=all_scopes(),
        expires_at=NOON + timedelta(days=9),
        by=make_staff("Omar", "operations"),
        at=NOON,
    )


def key_with(made: Any, scopes: Any, monkeypatch: Any) -> str:
    monkeypatch.setattr(
        "accounts.partners.credentials._program_with_key",
        lambda given: Program(made.credential, frozenset(scopes)),
    )
    return made.secret


def knock(path: str, pattern: Any, method: str, key: str) -> Any:
    names = pattern.pattern.converters
    ids = {
        name: "aadhaar" if "slug" in type(c).__name__.lower() else uuid4()
        for name, c in names.items()
    }
    url = "/" + path
    for name, value in ids.items():
        kind = "slug" if value == "aadhaar" else "uuid"
        url = url.replace(f"<{kind}:{name}>", str(value))
    headers = {"Authorization": f"Bearer {key}"}
    return getattr(Client(), method)(url, headers=headers)


@pytest.mark.parametrize(
    ("path", "pattern", "method"), CASES, ids=[f"{method} {path}" for path, _, method in CASES]
)
def test_a_program_without_scopes_gets_nowhere(
    path: str, pattern: Any, method: str, made: Any, monkeypatch: Any
) -> None:
    """Every endpoint but those for everyone refuses it, and says which scope is missing."""
    answer = knock(path, pattern, method, key_with(made, [], monkeypatch))
    assert answer.status_code == 403, answer.content
    scope = required_scope(view_class(pattern), method.upper())
    assert answer.json()["code"] == ("insufficient_scope" if scope else "scope_missing")
    assert (f'scope="{scope}"' in answer.get("WWW-Authenticate", "")) is bool(scope)


@pytest.mark.parametrize(
    ("path", "pattern", "method"),
    [case for case in CASES if not required_scope(view_class(case[1]), case[2].upper())],
    ids=[f"{m} {p}" for p, v, m in CASES if not required_scope(view_class(v), m.upper())],
)
def test_a_program_with_every_scope_is_kept_out(
    path: str, pattern: Any, method: str, made: Any, monkeypatch: Any
) -> None:
    """Of what has no scope: one's account, documents, tests, agreements, and all of staff's."""
    answer = knock(path, pattern, method, key_with(made, all_scopes(), monkeypatch))
    assert answer.status_code == 403
    assert answer.json()["code"] == "scope_missing"


def test_staffs_endpoints_would_refuse_it_without_scopes_too(
    person: User, made: Any, monkeypatch: Any
) -> None:
    """Even for an owner who became staff, and with a scope: a program has no second factor."""
    key = key_with(made, ["work:read"], monkeypatch)
    _, pattern = next(pair for pair in ENDPOINTS if pair[0].endswith("staff/payouts/"))
    monkeypatch.setattr(view_class(pattern), "scope", "work", raising=False)
    person.is_staff = True
    person.save()
    person.groups.set(make_staff("Farid", "finance").groups.all())
    answer = knock("api/v1/staff/payouts/", pattern, "get", key)
    assert answer.status_code == 401
    monkeypatch.setattr("accounts.models.partners.Credential.is_good", lambda *_: True)
    answer = knock("api/v1/staff/payouts/", pattern, "get", key)
    assert answer.status_code == 403
    assert "two-step verification" in answer.json()["detail"]
