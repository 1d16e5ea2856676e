"""Names, addresses and PIN codes on the page and in the API: the same ones are refused."""

from typing import Any

import pytest

from accounts.models import Agent
from onboarding.models import ProfileDraft
from onboarding.profile import queries
from onboarding.tests.conftest import problem, profile_json, section_post, section_url

API = "/api/v1/onboarding/profile/"
NO_NAMES = [
    "<script>alert(1)</script>",
    "Nila\u202eRao",
    "Nila \U0001f600",
    "Nila\u200bRao",
    "N1la",
]
NAMES = [
    "\u1c65\u1c5f\u1c71\u1c5b\u1c5f\u1c72\u1c64",
    "\uabc3\uabe4\uabc7\uabe9",
    "D'Souza",
    "\u0639\u0644\u06cc",
    "K",
]


@pytest.fixture
def client(nila: Agent, agent_client: Any) -> Any:
    return agent_client(nila)


def put(client: Any, **changes: Any) -> Any:
    return client.put(API, profile_json(**changes), content_type="application/json")


def pointers(response: Any) -> list[str]:
    assert response.status_code == 422, response.content
    return [error["pointer"] for error in response.json()["errors"]]


@pytest.mark.parametrize("name", NO_NAMES, ids=ascii)
def test_what_is_no_name(client: Any, nila: Agent, name: str) -> None:
    """Refused at its field; what was typed stays in the form and as a draft."""
    assert pointers(put(client, given_name=name)) == ["#/given_name"]
    page = client.post(section_url("person"), section_post("person", given_name=name))
    assert page.context["form"].errors["given_name"]
    assert page.context["form"]["given_name"].value() == name
    assert queries.draft_of(nila, ProfileDraft.Section.PERSON).fields["given_name"] == name
    nila.refresh_from_db()
    assert nila.given_name == "Nila"


@pytest.mark.parametrize("name", NAMES)
def test_names_in_every_script(client: Any, nila: Agent, name: str) -> None:
    """Ol Chiki, Meetei Mayek, Arabic, apostrophes and single letters are saved as typed."""
    assert put(client, family_name=name).status_code == 200
    nila.refresh_from_db()
    assert nila.family_name == name


@pytest.mark.parametrize("value", [560034, 560034.0, True, ["560034"]])
def test_pin_that_is_no_text(client: Any, value: object) -> None:
    """A JSON number is no PIN code, also inside the address."""
    address = profile_json()["current_address"] | {"pin": value}
    assert "#/current_pin" in pointers(put(client, current_address=address))


@pytest.mark.parametrize("pin", ["56003.4", "560034.0", "5600\u200b34", "56003O", "060034"])
def test_text_that_would_become_another_pin_is_refused(client: Any, pin: str) -> None:
    """Page and API refuse what is not six digits."""
    address = profile_json()["current_address"] | {"pin": pin}
    assert "#/current_pin" in pointers(put(client, current_address=address))
    page = client.post(section_url("address"), section_post("address", current_pin=pin))
    assert page.context["form"].errors["current_pin"] == ["Enter a 6-digit PIN code."]
    assert page.context["form"]["current_pin"].value() == pin


def test_address_that_cannot_be_printed(client: Any) -> None:
    """The message names the character."""
    page = client.post(
        section_url("address"), section_post("address", current_line1="Lane \U0001f3e0")
    )
    (message,) = page.context["form"].errors["current_line1"]
    assert "house building" in message


@pytest.mark.parametrize("value", [42, True, 1.5])
def test_number_for_a_name(client: Any, value: object) -> None:
    """A JSON number or boolean is no name."""
    assert pointers(put(client, given_name=value)) == ["#/given_name"]


@pytest.mark.parametrize(
    "text", ["2345  6789  0124", "2345/6789/0124", "2345_6789_0124", "2345,6789,0124"]
)
def test_aadhaar_number_in_a_text(client: Any, nila: Agent, text: str) -> None:
    """A full Aadhaar number never stays in the profile or a draft, however it is separated."""
    assert problem(put(client, bio=f"Mine is {text}.")) == (422, "full_aadhaar_number")
    page = client.post(section_url("work"), section_post("work", bio=text))
    assert "full Aadhaar number" in page.content.decode()
    assert text not in queries.draft_of(nila, ProfileDraft.Section.WORK).content


def test_phone_number_in_a_text(client: Any, nila: Agent) -> None:
    """A phone number with the country code is no Aadhaar number."""
    assert put(client, bio="Call +91 98765 43210 after 5").status_code == 200


def test_number_for_a_text_in_a_draft(client: Any, nila: Agent) -> None:
    """A draft keeps texts as typed; a number may be one for a number, and is no PIN or name."""
    url = f"{API}drafts/"
    options = {"content_type": "application/json", "headers": {"If-Match": '"0"'}}
    wrong = client.patch(f"{url}address/", {"fields": {"current_pin": 560034}}, **options)
    assert wrong.status_code == 422
    assert client.patch(f"{url}work/", {"fields": {"hours_a_day": 5}}, **options).status_code == 200
    row = {"fields": {"qualifications-0-title": 12}}
    assert client.patch(f"{url}studies/", row, **options).status_code == 422
    year = {"fields": {"qualifications-0-year": 2019, "qualifications-TOTAL_FORMS": 1}}
    assert client.patch(f"{url}studies/", year, **options).status_code == 200
