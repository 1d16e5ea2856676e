"""Filling in the profile, on the pages and in the API."""

import itertools
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.downloads import private_link
from onboarding.demo import agents
from onboarding.steps import gates
from onboarding.tests.conftest import problem, profile_json, section_post, section_url

API = "/api/v1/onboarding/profile/"


def put(client: Any, **changes: Any) -> Any:
    return client.put(API, profile_json(**changes), content_type="application/json")


def test_fill_in_the_profile_on_the_pages(nila: Agent, texts: Any, agent_client: Any) -> None:
    """Saving a section redirects to the next incomplete one, and finally to the documents."""
    client = agent_client(nila)
    assert client.get(reverse("onboarding:profile")).headers["Location"] == section_url("person")
    order = ["person", "address", "work", "studies", "jobs"]
    for key, after in itertools.pairwise(order):
        answer = client.post(section_url(key), section_post(key))
        assert answer.headers["Location"] == section_url(after)
    answer = client.post(section_url("jobs"), section_post("jobs"))
    assert answer.headers["Location"] == reverse("onboarding:profile-photo")
    answer = client.post(reverse("onboarding:profile-photo"), {"file": agents.photo()})
    assert answer.headers["Location"] == reverse("onboarding:next")
    assert client.get(reverse("onboarding:next")).headers["Location"] == reverse(
        "onboarding:documents"
    )
    again = client.post(section_url("person"), section_post("person"))
    assert again.headers["Location"] == reverse("onboarding:next")
    nila.refresh_from_db()
    assert gates.profile_is_complete(nila)
    assert nila.skills == ["Chat support", "Typing"]
    assert nila.permanent_address == nila.current_address == agents.ADDRESS


def test_fill_in_the_profile_in_the_api(nila: Agent, texts: Any, agent_client: Any) -> None:
    """One request saves the whole profile; the response can be sent again unchanged."""
    client = agent_client(nila)
    response = put(client)
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["skills"] == ["Chat support", "Typing"]
    assert body["qualifications"][0]["title"] == "Class 12"
    again = client.put(API, body, content_type="application/json")
    assert again.json() == body
    assert not body["has_photo"]


def test_upload_the_photo_in_the_api(nila: Agent, texts: Any, agent_client: Any) -> None:
    """The photo is stored as a private file under a neutral name."""
    client = agent_client(nila)
    put(client)
    body = agents.photo().read()
    response = client.generic(
        "PUT",
        f"{API}photo/",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="234567890124.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + body + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert response.status_code == 200, response.content
    nila.refresh_from_db()
    assert nila.photo.name == "photo.jpg"
    link = private_link(reverse("onboarding:photo-file"), nila.photo, viewer=nila.user)
    assert client.get(link).headers["Content-Type"] == "image/jpeg"


def test_a_file_that_is_no_image_is_refused(nila: Agent, texts: Any, agent_client: Any) -> None:
    """A file that is not an image is an error of the field."""
    bad = SimpleUploadedFile("me.jpg", b"<script>", "image/jpeg")
    response = agent_client(nila).post(reverse("onboarding:profile-photo"), {"file": bad})
    assert "We could not read this file" in response.content.decode()


@pytest.mark.parametrize(("born", "old_enough"), [("2008-11-23", True), ("2008-11-24", False)])
def test_adults_only(
    nila: Agent, texts: Any, agent_client: Any, time_machine_at: Any, born: str, old_enough: bool
) -> None:
    """Page and API require an age of 18, by India's date."""
    client = agent_client(nila)
    page = client.post(section_url("person"), section_post("person", birth_on=born))
    assert (page.status_code == 302) is old_enough
    response = put(client, birth_on=born)
    assert response.status_code == (200 if old_enough else 422)
    if not old_enough:
        assert "18 or older" in page.content.decode()
        assert response.json()["errors"][0]["pointer"] == "#/birth_on"


def test_errors_keep_the_input(nila: Agent, texts: Any, agent_client: Any) -> None:
    """After an error the form shows the submitted values, also later from the draft."""
    client = agent_client(nila)
    content = client.post(
        section_url("address"), section_post("address", current_pin="12")
    ).content.decode()
    assert 'value="12 Lake View Road"' in content
    assert "6-digit PIN code" in content
    assert client.post(section_url("work"), section_post("work", hours_a_day="25", skills="Excel"))
    later = client.get(section_url("work")).content.decode()
    assert 'value="25"' in later
    assert 'value="Excel"' in later


@pytest.mark.parametrize("hours", ["0", "25"])
def test_hours_out_of_range(hours: str, nila: Agent, texts: Any, agent_client: Any) -> None:
    """Hours outside 1 to 24 are an error of the field."""
    page = agent_client(nila).post(section_url("work"), section_post("work", hours_a_day=hours))
    assert "Give 1 to 24 hours." in page.content.decode()


def test_add_a_row_without_script(nila: Agent, texts: Any, agent_client: Any) -> None:
    """The button adds an empty row and keeps all input."""
    client = agent_client(nila)
    typed = section_post("jobs", add="experiences", employer="Sundial")
    answer = client.post(section_url("jobs"), typed)
    assert answer.headers["Location"] == f"{section_url('jobs')}#experiences-0"
    content = client.get(section_url("jobs")).content.decode()
    assert 'name="experiences-0-company"' in content
    assert 'value="Sundial"' in content


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"qualifications": []}, "qualification_missing"),
        ({"bio": "Mine is 2345 6789 0124"}, "full_aadhaar_number"),
        ({"employment": {"status": "EMPLOYED"}}, "employer_missing"),
        (
            {
                "experiences": [
                    {
                        "company": "A",
                        "role": "B",
                        "domain": "SALES",
                        "started_on": "2024-02-01",
                        "ended_on": "2024-01-01",
                    }
                ]
            },
            "experience_twisted",
        ),
        ({"hours_a_day": 0}, "validation_failed"),
        ({"skills": []}, "validation_failed"),
        ({"qualifications": [{"level": "SCHOOL"}]}, "validation_failed"),
        ({"current_address": {"line1": "x"}}, "validation_failed"),
    ],
)
def test_invalid_profiles_in_the_api(
    nila: Agent, texts: Any, agent_client: Any, changes: dict[str, Any], code: str
) -> None:
    """Each error is 422 with its code, and nothing is saved."""
    response = put(agent_client(nila), **changes)
    assert problem(response) == (422, code)
    nila.refresh_from_db()
    assert not nila.birth_on


def test_full_aadhaar_is_refused_on_the_page(nila: Agent, texts: Any, agent_client: Any) -> None:
    """A full Aadhaar number in an address line is refused."""
    page = agent_client(nila).post(
        section_url("address"), section_post("address", current_line2="2345 6789 0124")
    )
    assert "full Aadhaar number" in page.content.decode()


def test_identity_is_locked_after_approval(approved: Agent, agent_client: Any) -> None:
    """After approval page and API refuse changes of name and date of birth; the rest can change."""
    agent = approved
    client = agent_client(agent)
    same = {"given_name": agent.given_name, "family_name": agent.family_name}
    same["birth_on"] = agent.birth_on
    url = section_url("person")
    page = client.post(url, section_post("person", **same | {"given_name": "Mila"}))
    assert "are locked" in page.content.decode()
    assert 'name="given_name"' not in client.get(url).content.decode()
    assert problem(put(client, **same | {"birth_on": "1990-01-01"})) == (409, "identity_locked")
    assert put(client, **same).status_code == 200


def test_an_empty_profile(nila: Agent, agent_client: Any) -> None:
    """The API returns nulls for an empty profile."""
    response = agent_client(nila).get("/api/v1/onboarding/profile/")
    assert response.status_code == 200
    assert (response.json()["current_address"], response.json()["birth_on"]) == (None, None)
