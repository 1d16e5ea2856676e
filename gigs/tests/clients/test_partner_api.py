"""API clients of partners act for a member or an agent, limited to their scopes."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.partners import services as partners
from accounts.security.scopes import all_scopes
from accounts.staff import services as staff
from conftest import NOON, make_staff
from gigs.clients import services as client_services
from gigs.models import Application, Member, Opportunity
from gigs.tests.support.marketplace import DAY, make_member, make_opportunity, make_project, problem

YEAR = timedelta(days=365)
OFFER = {
    "title": "Night desk",
    "description": "Answer shoppers.",
    "category": "CHAT",
    "minimum_level": "B1",
    "experience_years": 1,
    "headcount": 2,
    "pay_kind": "HOURLY",
    "rate_paise": 250_00,
    "hours_each": 10,
    "apply_by": (NOON + 5 * DAY).isoformat(),
}


def key_for(person: Any, *scopes: str) -> str:
    second = User.objects.filter(email="kim@example.com").first() or make_staff("Kim")
    staff = User.objects.filter(is_staff=True).exclude(pk=second.pk)
    by = staff.first() or make_staff("Omar", "operations")
    made = partners.create_api_key(
        owner=getattr(person, "user", person),
        name=f"Desk {len(scopes)}",
        scopes=scopes or all_scopes(),
        expires_at=NOON + YEAR,
        by=by,
        approved_by=second,
        at=NOON,
    )
    return made.secret


def ask(key: str, method: str, path: str, **data: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    url = path if path.startswith("/") else f"/api/v1/{path}"
    if method == "get":
        return Browser().get(url, headers=headers)
    return getattr(Browser(), method)(url, data, content_type="application/json", headers=headers)


def test_client_works_from_the_schema_alone(owner: Any, orchid: Any) -> None:
    """Token URL, scopes and endpoints are read from the OpenAPI schema."""
    project = make_project(orchid)
    by = make_staff("Omar", "operations")
    made = partners.create_oauth_client(
        owner=owner.user, name="HR suite", expires_at=NOON + YEAR, by=by, at=NOON,
        approved_by=make_staff("Kim"),
        scopes=["opportunities:read", "opportunities:write"],
    )  # fmt: skip
    schema = json.loads(Browser().get("/api/v1/schema/").content)
    schemes = schema["components"]["securitySchemes"]
    flow = schemes["partnerToken"]["flows"]["clientCredentials"]
    assert flow["scopes"] == all_scopes()
    operations = {
        operation["operationId"]: (path, method, operation.get("security", []))
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }
    path, method, security = operations["client_opportunities_create"]
    needed = next(way["partnerToken"] for way in security if "partnerToken" in way)
    form = {"grant_type": "client_credentials", "scope": " ".join(needed)}
    form |= {"client_id": made.credential.client_id, "client_secret": made.secret}
    where = urlsplit(flow["tokenUrl"]).path
    kind = "application/x-www-form-urlencoded"
    token = Browser().post(where, urlencode(form), content_type=kind).json()["access_token"]
    drafted = ask(token, method, path, **OFFER, project=str(project.pk))
    assert drafted.status_code == 201, drafted.content
    path, method, security = operations["client_opportunities_list"]
    refused = ask(token, method, path)
    assert problem(refused) == (403, "insufficient_scope")
    assert {"partnerToken": ["opportunities:read"]} in security
    assert {"apiKey": ["opportunities:read"]} in security
    form["scope"] = "opportunities:read"
    token = Browser().post(where, urlencode(form), content_type=kind).json()["access_token"]
    listed = ask(token, method, path).json()["data"]
    assert [row["title"] for row in listed] == ["Night desk"]


def test_schema_of_closed_endpoints() -> None:
    """Endpoints without a scope document only first-party tokens."""
    schema = json.loads(Browser().get("/api/v1/schema/").content)
    for path in ("/api/v1/me/password/", "/api/v1/onboarding/documents/"):
        for operation in schema["paths"][path].values():
            assert not {"partnerToken", "apiKey"} & {
                name for way in operation["security"] for name in way
            }


def test_missing_scope(owner: Any) -> None:
    """A missing scope answers 403 with the challenge of RFC 6750 as a problem document."""
    key = key_for(owner, "projects:read")
    refused = ask(key, "post", "client/projects/", title="Winter", budget_paise=100)
    assert problem(refused) == (403, "insufficient_scope")
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["WWW-Authenticate"] == (
        'Bearer realm="HitouchCX", error="insufficient_scope", scope="projects:write"'
    )
    assert ask(key, "get", "client/projects/").status_code == 200
    assert problem(ask(key, "get", "client/works/")) == (403, "insufficient_scope")


def test_endpoint_without_scope_is_closed(owner: Any) -> None:
    """Endpoints without a scope refuse partner tokens, whatever was granted."""
    key = key_for(owner)
    assert problem(ask(key, "post", "me/password/", password="x")) == (403, "scope_missing")
    assert problem(ask(key, "get", "tickets/")) == (403, "scope_missing")
    assert "WWW-Authenticate" not in ask(key, "get", "tickets/")


def test_client_has_at_most_its_owners_permissions(
    orchid: Any, rival: Any, viewer: Any, opportunity: Any
) -> None:
    """A client has no permission that its owner lacks."""
    all_scopes_of_viewer = key_for(viewer)
    publish = f"client/opportunities/{opportunity.pk}/close/"
    assert ask(all_scopes_of_viewer, "get", "client/opportunities/").status_code == 200
    assert problem(ask(all_scopes_of_viewer, "post", publish))[0] == 403
    stranger = key_for(rival.members.get())
    assert problem(ask(stranger, "post", publish))[0] == 404
    assert ask(stranger, "get", "client/opportunities/").json()["data"] == []
    opportunity.refresh_from_db()
    assert opportunity.state == "OPEN"


def test_client_of_an_agent(asha: Any, opportunity: Any) -> None:
    """An agent's client finds and applies for opportunities, and has no access to companies."""
    key = key_for(asha, "opportunities:read", "applications:write", "projects:read")
    found = ask(key, "get", "opportunities/").json()["data"]
    made = ask(key, "post", f"opportunities/{found[0]['id']}/applications/", terms_version=1)
    assert made.status_code == 201, made.content
    assert Application.objects.get().agent == asha
    assert problem(ask(key, "get", "applications/")) == (403, "insufficient_scope")
    assert ask(key, "get", "client/projects/").status_code == 403


def test_client_needs_no_second_factor(owner: Any, orchid: Any) -> None:
    """Actions that need a second factor work with the scope that staff granted; the audit log
    names the owner."""
    draft = make_opportunity(orchid, publish=False)
    key = key_for(owner, "opportunities:write")
    answer = ask(key, "post", f"client/opportunities/{draft.pk}/publish/")
    assert answer.status_code == 200, answer.content
    assert Opportunity.objects.get(pk=draft.pk).state == "OPEN"


def test_removed_member_loses_access(owner: Any, orchid: Any) -> None:
    """Membership and role are checked at every request."""
    key = key_for(owner, "projects:read", "projects:write")
    assert ask(key, "get", "client/projects/").status_code == 200
    Member.objects.filter(pk=owner.pk).update(role="VIEWER")
    refused = ask(key, "post", "client/projects/", title="Winter", budget_paise=100)
    assert refused.status_code == 403
    owner.delete()
    assert ask(key, "get", "client/projects/").status_code == 403


def test_suspended_owner_loses_access(owner: Any, meera: Any) -> None:
    """After suspension the next request is not authenticated."""
    key = key_for(owner, "projects:read")
    assert ask(key, "get", "client/projects/").status_code == 200
    staff.suspend(user=owner.user, by=meera, at=NOON, why="Asked")
    refused = ask(key, "get", "client/projects/")
    assert problem(refused)[0] == 401
    assert refused["WWW-Authenticate"].endswith('error="invalid_token"')


@pytest.mark.parametrize("many", [1, 8])
def test_lists_have_a_fixed_number_of_queries(many: int, orchid: Any, owner: Any) -> None:
    """The token costs one query, and one a minute to record its use."""
    for n in range(many):
        client_services.create_project(now=NOON, client=orchid, title=f"P{n}", budget_paise=100)
    key = key_for(owner, "projects:read")
    ask(key, "get", "client/projects/")
    with CaptureQueriesContext(connection) as asked:
        assert len(ask(key, "get", "client/projects/").json()["data"]) == many
    assert len(asked) == 3, [query["sql"][:90] for query in asked]


def test_clients_belong_to_one_member(owner: Any, orchid: Any) -> None:
    """A member does not see the clients of another member."""
    manager = make_member("Mona", orchid, "MANAGER")
    first, second = key_for(owner), key_for(manager)
    staff.suspend(user=owner.user, by=make_staff("Lea", "admin"), at=NOON, why="Asked")
    assert ask(first, "get", "me/").status_code == 401
    assert ask(second, "get", "me/").json()["id"] == str(manager.user_id)
