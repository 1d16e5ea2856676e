"""Language proficiency: optional levels of speaking and writing per language."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent
from conftest import NOON, make_agent, make_staff, sign_in
from onboarding import privacy as onboarding_privacy
from onboarding.models import Fluency, LooseWord
from onboarding.profile import queries as profile_queries
from onboarding.tests.conftest import problem, profile_json, section_post, section_url
from onboarding.vocabulary import queries as vocabulary_queries
from onboarding.vocabulary import services as vocabulary

pytestmark = pytest.mark.django_db
JSON = "application/json"
PROFILE = "/api/v1/onboarding/profile/"
DRAFT = "/api/v1/onboarding/profile/drafts/work/"


def rows(*told: tuple[str, str, str]) -> dict[str, str]:
    """The rows of the form."""
    typed = {"fluency-TOTAL_FORMS": str(len(told)), "fluency-INITIAL_FORMS": "0"}
    for index, (language, spoken, written) in enumerate(told):
        facts = {"language": language, "spoken": spoken, "written": written}
        typed |= {f"fluency-{index}-{name}": text for name, text in facts.items()}
    return typed


def proficiency_of(agent: Agent) -> list[tuple[str, str, str]]:
    agent.refresh_from_db()
    return [
        (row["language"], row["spoken"], row["written"])
        for row in vocabulary_queries.fluency_of(agent)
    ]


@pytest.fixture
def client(nila: Agent) -> Client:
    return sign_in(Client(), nila.user)


@pytest.fixture
def save(client: Client) -> Any:
    """The section's form data as a browser sends it."""

    def post(languages: str, *told: tuple[str, str, str]) -> Any:
        typed = section_post("work", languages=languages, **rows(*told))
        return client.post(section_url("work"), typed)

    return post


def test_page_saves_proficiency(nila: Agent, save: Any, client: Client) -> None:
    """Levels are saved by normalised language, and dropped for languages that are not selected."""
    assert save("हिन्दी, English", ("हिन्दी", "FLUENT", "BASIC"), ("Tamil", "GOOD", "GOOD")).url
    assert proficiency_of(nila) == [("Hindi", "FLUENT", "BASIC"), ("English", "", "")]
    content = client.get(section_url("work")).content.decode()
    assert "Speaking Hindi" in content
    assert "Writing English" in content
    save("English")
    assert proficiency_of(nila) == [("English", "", "")]
    assert not Fluency.objects.exists()


def test_missing_rows_keep_proficiency(nila: Agent, save: Any) -> None:
    """Without such rows saved levels are kept; an empty row deletes them."""
    save("Hindi", ("Hindi", "FLUENT", ""))
    pk = Fluency.objects.get().pk
    sign_in(Client(), nila.user).post(section_url("work"), section_post("work", languages="Hindi"))
    assert Fluency.objects.get().pk == pk
    save("Hindi", ("Hindi", "", ""))
    assert proficiency_of(nila) == [("Hindi", "", "")]


def test_api_saves_proficiency(nila: Agent, client: Client) -> None:
    """The API saves the same; an invalid level is refused at its field."""
    hindi = {"language": "hindi", "spoken": "GOOD"}
    body = profile_json(languages=["English", "Hindi"], fluency=[hindi])
    answer = client.put(PROFILE, body, JSON)
    assert answer.json()["fluency"] == [
        {"language": "English", "spoken": "", "written": ""},
        {"language": "Hindi", "spoken": "GOOD", "written": ""},
    ]
    wrong = client.put(PROFILE, body | {"fluency": [hindi | {"written": "C2"}]}, JSON)
    assert problem(wrong) == (422, "validation_failed")
    assert wrong.json()["errors"][0]["pointer"] == "#/fluency/0/written"
    assert client.put(PROFILE, profile_json(languages=["Hindi"]), JSON).status_code == 200
    assert proficiency_of(nila) == [("Hindi", "GOOD", "")]


def test_draft_contains_proficiency(nila: Agent, client: Client, save: Any) -> None:
    """Levels are part of the draft, with a row for each language."""
    save("English, Hindi")
    revision = client.get(DRAFT)["ETag"]
    fields = {
        "languages": "Hindi, Tamil",
        "fluency-0-language": "Tamil",
        "fluency-0-written": "GOOD",
    }
    client.patch(DRAFT, {"fields": fields}, JSON, headers={"If-Match": revision})
    values = client.get(DRAFT).json()["values"]
    languages = {values[f"fluency-{n}-language"]: values[f"fluency-{n}-written"] for n in range(2)}
    assert languages == {"Hindi": "", "Tamil": "GOOD"}
    assert proficiency_of(nila) == [("English", "", ""), ("Hindi", "", "")]


def test_proficiency_is_optional(nila: Agent, save: Any, client: Client) -> None:
    """A profile without levels is complete; page and API suggest adding them."""
    save("Hindi, English", ("Hindi", "GOOD", "GOOD"))
    nila.refresh_from_db()
    found = profile_queries.progress_of(nila)
    assert found.sections[2].is_done
    assert found.may_tell == ["how well you know English"]
    assert (
        "You can also add how well you know English"
        in client.get(section_url("work")).content.decode()
    )
    api = client.get("/api/v1/onboarding/").json()["profile"]
    assert api["may_tell"] == ["how well you know English"]


def test_proficiency_is_exported_and_erased(nila: Agent, save: Any) -> None:
    """Levels are in the export of personal data and are deleted by erasure."""
    save("Hindi", ("Hindi", "FLUENT", "NONE"))
    [row] = onboarding_privacy.export(nila.user)["fluency"]
    assert row == {"language": "Hindi", "spoken": "Fluently", "written": "Not at all"}
    onboarding_privacy.erase(nila.user, at=NOON)
    assert not Fluency.objects.exists()


def test_renamed_language_keeps_proficiency(nila: Agent, save: Any) -> None:
    """When a term becomes a synonym its levels move to the listed term."""
    save("Hindi, Khariboli", ("Khariboli", "GOOD", "BASIC"))
    ravi = make_agent("Ravi")
    typed = section_post("work", languages="Khariboli, Hindi")
    told = rows(("Khariboli", "NONE", ""), ("Hindi", "FLUENT", ""))
    sign_in(Client(), ravi.user).post(section_url("work"), {**typed, **told})
    word = LooseWord.objects.get(key="khariboli")
    vocabulary.respell_word(word=word, of="Hindi", by=make_staff("Omar", "operations"), at=NOON)
    assert proficiency_of(nila) == [("Hindi", "GOOD", "BASIC")]
    assert proficiency_of(ravi) == [("Hindi", "FLUENT", "")]


def test_full_aadhaar_number_is_refused(nila: Agent, client: Client) -> None:
    """A full Aadhaar number is refused as a language."""
    row = {"language": "2341 2341 2346", "spoken": "GOOD"}
    answer = client.put(PROFILE, profile_json(fluency=[row]), JSON)
    assert problem(answer) == (422, "full_aadhaar_number")
    assert not Fluency.objects.exists()
