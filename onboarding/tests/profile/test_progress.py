"""Progress of the profile, long profiles, and warnings about PIN codes."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Agent
from onboarding.demo import agents
from onboarding.models import Experience, Qualification
from onboarding.profile import queries as profile_queries
from onboarding.steps import gates
from onboarding.tests.conftest import problem, profile_json, section_post, section_url

API = "/api/v1/onboarding/profile/"


def study(number: int) -> dict[str, Any]:
    return {"level": "DIPLOMA", "title": f"D {number}", "institution": "", "year": 2000 + number}


def job(number: int) -> dict[str, Any]:
    started = date(2000 + number, 1, 1).isoformat()
    facts = {"company": f"C {number}", "role": "Agent", "domain": "SUPPORT"}
    return facts | {"started_on": started, "ended_on": f"{2000 + number}-06-30"}


def long_profile(entries: int) -> dict[str, Any]:
    return profile_json(
        qualifications=[study(n) for n in range(entries)],
        experiences=[job(n) for n in range(entries)],
    )


def put(client: Any, body: dict[str, Any]) -> Any:
    return client.put(API, body, content_type="application/json")


def test_progress_grows_with_every_section(nila: Agent, texts: Any, agent_client: Any) -> None:
    """Page and API show the same percentage; it is 100 exactly when the step is complete."""
    client = agent_client(nila)
    seen = []
    for key in ("person", "address", "work", "studies", "jobs"):
        client.post(section_url(key), section_post(key))
        nila.refresh_from_db()
        progress = client.get("/api/v1/onboarding/").json()["profile"]
        seen.append(progress["percent"])
        assert f"{progress['percent']}% complete" in client.get(section_url(key)).content.decode()
        assert (progress["percent"] == 100) is gates.profile_is_complete(nila)
    assert seen == sorted(set(seen))
    assert [s["key"] for s in progress["sections"] if not s["is_done"]] == ["photo"]
    client.post(reverse("onboarding:profile-photo"), {"file": agents.photo()})
    nila.refresh_from_db()
    assert profile_queries.progress_of(nila).percent == 100
    assert gates.profile_is_complete(nila)


def test_a_section_with_a_draft_is_marked(nila: Agent, agent_client: Any) -> None:
    """A section with unsaved changes is not done, and is marked as draft."""
    client = agent_client(nila)
    client.post(section_url("work"), {"later": "1", "bio": "x"})
    found = {s.key: s for s in profile_queries.progress_of(nila).sections}
    assert found["work"].has_draft
    assert not found["work"].is_done
    assert "Draft, not saved" in client.get(section_url("person")).content.decode()


@pytest.mark.parametrize(
    "url", [section_url("studies"), section_url("jobs"), "/api/v1/onboarding/profile/"]
)
def test_query_count_with_many_entries(
    nila: Agent, texts: Any, agent_client: Any, url: str
) -> None:
    """The number of queries does not depend on the number of entries."""
    client, counts = agent_client(nila), []
    for entries in (1, 20):
        assert put(client, long_profile(entries)).status_code == 200
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert 0 < counts[0] == counts[1] <= 20


def test_more_than_twenty_entries_are_refused(nila: Agent, texts: Any, agent_client: Any) -> None:
    """Page and API refuse more than 20 entries instead of cutting them off."""
    client = agent_client(nila)
    assert problem(put(client, long_profile(21))) == (422, "too_many_entries")
    rows = {
        f"qualifications-{n}-{name}": str(value)
        for n in range(21)
        for name, value in study(n).items()
    }
    total = {"qualifications-TOTAL_FORMS": "21", "qualifications-INITIAL_FORMS": "0"}
    page = client.post(section_url("studies"), rows | total)
    assert "You can add up to 20" in page.content.decode()
    assert not Qualification.objects.exists()


def test_unchanged_entries_keep_their_rows(nila: Agent, texts: Any, agent_client: Any) -> None:
    """Only changed entries are replaced."""
    client = agent_client(nila)
    put(client, long_profile(3))
    before = {row.title: row.pk for row in Qualification.objects.all()}
    jobs = {row.company: row.pk for row in Experience.objects.all()}
    body = long_profile(3)
    body["qualifications"][1]["title"] = "Changed"
    assert put(client, body).status_code == 200
    after = {row.title: row.pk for row in Qualification.objects.all()}
    assert set(after) == {"D 0", "Changed", "D 2"}
    assert (after["D 0"], after["D 2"]) == (before["D 0"], before["D 2"])
    assert {row.company: row.pk for row in Experience.objects.all()} == jobs


def test_experience_is_counted_once(nila: Agent, texts: Any, agent_client: Any) -> None:
    """Overlapping jobs count once and a current job counts until today, on page and API."""
    client = agent_client(nila)
    facts = {"role": "Agent", "domain": "SUPPORT", "company": "A"}
    jobs = [
        facts | {"started_on": "2024-11-24", "ended_on": "2026-01-31"},
        facts | {"started_on": "2025-06-01", "ended_on": None},
    ]
    body = put(client, profile_json(experiences=jobs)).json()
    assert body["months_of_experience"] == 24
    assert "2 years" in client.get(section_url("jobs")).content.decode()


@pytest.mark.parametrize("born", ["2027-01-01", "1900-01-01"])
def test_unlikely_birth_dates(nila: Agent, texts: Any, agent_client: Any, born: str) -> None:
    """Page and API refuse dates in the future or more than 100 years ago."""
    client = agent_client(nila)
    assert problem(put(client, profile_json(birth_on=born))) == (422, "birth_date_unlikely")
    page = client.post(section_url("person"), section_post("person", birth_on=born))
    assert "Check the year" in page.content.decode()


@pytest.mark.parametrize("born", ["not a day", "2001-02-29", "31/12/1999x"])
def test_invalid_birth_dates(nila: Agent, texts: Any, agent_client: Any, born: str) -> None:
    """A date that does not exist is an error of the field."""
    answer = put(agent_client(nila), profile_json(birth_on=born))
    assert problem(answer) == (422, "validation_failed")


def test_a_pin_fills_city_and_state(nila: Agent, texts: Any, agent_client: Any) -> None:
    """City and state are filled on the server; entered values are kept."""
    client = agent_client(nila)
    post = section_post("address", current_pin="५६० ०३४", current_city="", current_state="")
    assert client.post(section_url("address"), post).status_code == 302
    nila.refresh_from_db()
    here = nila.current_address
    assert (here["pin"], here["city"], here["state"]) == ("560034", "Bengaluru", "Karnataka")
    bare = {"pin": "411001", "line1": "1 Hill Road"}
    body = put(client, profile_json(current_address=bare)).json()
    assert (body["current_address"]["city"], body["doubts"]) == ("Pune", [])


def test_a_pin_of_another_state_is_a_warning(nila: Agent, texts: Any, agent_client: Any) -> None:
    """The address is saved, and page and API warn about the mismatch."""
    client = agent_client(nila)
    odd = {**agents.ADDRESS, "state": "Kerala"}
    body = put(client, profile_json(current_address=odd)).json()
    assert body["current_address"]["state"] == "Kerala"
    assert "is in Karnataka" in body["doubts"][0]
    assert "is in Karnataka" in client.get(section_url("address")).content.decode()
    new = {**agents.ADDRESS, "pin": "999999"}
    assert "not in our list" in put(client, profile_json(current_address=new)).json()["doubts"][0]


def test_pin_code_lookup(nila: Agent, agent_client: Any, client: Any) -> None:
    """For agents only; an unknown PIN code is 404."""
    found = agent_client(nila).get("/api/v1/onboarding/pins/560034/")
    assert found.json()["state"] == "Karnataka"
    assert agent_client(nila).get("/api/v1/onboarding/pins/999999/").status_code == 404
    assert client.get("/api/v1/onboarding/pins/560034/").status_code == 401


def test_unknown_keys_are_ignored(nila: Agent, texts: Any, agent_client: Any) -> None:
    """Keys that are no form fields change nothing, at any depth."""
    body = profile_json(level="C2", user="x", status="ACTIVE")
    body["qualifications"][0] |= {"agent": "x", "id": "x"}
    assert put(agent_client(nila), body).status_code == 200
    nila.refresh_from_db()
    assert nila.level == ""
