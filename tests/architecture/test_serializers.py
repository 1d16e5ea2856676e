"""The API answers a value of the wrong type with 422 and names the field."""

import pytest

from accounts.models import Agent, User
from conftest import make_agent, make_user
from gigs.models import Client, Member

WRONG = [["a list"], {"an": "object"}, [[]], True, 10**30, "\ud83d\ude00" * 3]


@pytest.fixture
def orchid(db) -> User:
    """The owner of Orchid Retail."""
    owner = make_user("Orchid")
    client = Client.objects.create(name="Orchid Retail")
    Member.objects.create(user=owner, client=client, role=Member.Role.OWNER)
    return owner


@pytest.fixture
def new_agent(db) -> Agent:
    """An agent who can still edit the profile."""
    return make_agent("Nila")


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("field", ["title", "budget_paise", "due_on"])
def test_wrong_types_in_a_project(orchid, signed_in, field, wrong):
    """Each field of a project accepts values of its own type only."""
    plan = {"title": "Diwali", "budget_paise": 100_000, "due_on": "2026-12-01"}
    answer = signed_in(orchid).post(
        "/api/v1/client/projects/", plan | {field: wrong}, content_type="application/json"
    )
    if field == "title" and isinstance(wrong, (str, int)):
        assert answer.status_code in (201, 422)
    else:
        assert answer.status_code == 422
        assert f"#/{field}" in {error["pointer"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("wrong", [["1999-01-01"], {"a": 1}, [[]]], ids=repr)
@pytest.mark.parametrize("place", ["birth_on", "given_name", "started_on", "pin", "status"])
def test_wrong_types_in_a_profile(new_agent, signed_in, place, wrong):
    """Fields of nested lists and objects are checked as well."""
    job = {"company": "A", "role": "B", "domain": "SALES", "started_on": "2020-01-01"}
    address = {"line1": "1", "city": "Pune", "state": "Maharashtra", "pin": "411001"}
    sent = {
        "given_name": "Nila",
        "birth_on": "1999-01-01",
        "current_address": address | ({"pin": wrong} if place == "pin" else {}),
        "employment": {"status": wrong if place == "status" else "NOT_EMPLOYED"},
        "experiences": [job | ({"started_on": wrong} if place == "started_on" else {})],
    }
    if place in sent:
        sent[place] = wrong
    answer = signed_in(new_agent.user).put(
        "/api/v1/onboarding/profile/", sent, content_type="application/json"
    )
    assert answer.status_code == 422
    assert any(place in error["pointer"] for error in answer.json()["errors"])
