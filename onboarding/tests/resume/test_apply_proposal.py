"""Applying details from a résumé to profile drafts, by page and API."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from accounts.models import Agent
from conftest import NOON
from hitouch.core.models import StoredFile
from hitouch.core.rate_limits import RateLimit
from onboarding import privacy as onboarding_privacy
from onboarding.models import Experience, ProfileDraft, Qualification, ResumeProposal
from onboarding.profile import queries as profile_queries
from onboarding.resume import services as resume
from onboarding.resume.forms import ResumeSelection
from onboarding.retention import EXPIRIES
from onboarding.tests.conftest import problem
from onboarding.tests.support import resumes

API = "/api/v1/onboarding/resume/"
SEND, CONFIRM = reverse("onboarding:resume"), reverse("onboarding:resume-confirm")
NILA = resumes.PEOPLE[0]
LINES = [line for line in resumes.classic(NILA) if line]
FILE = resumes.as_docx(LINES)


def sent(data: bytes = FILE, name: str = "234567890124.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/octet-stream")


def read(client: Any, data: bytes = FILE) -> Any:
    return client.post(API, {"file": sent(data)})


def draft(agent: Agent, section: str) -> dict[str, str]:
    return profile_queries.draft_of(agent, section).fields


def test_page_applies_ticked_details(nila: Agent, texts: Any, agent_client: Any) -> None:
    """Ticked details are saved to drafts as corrected; the rest is discarded."""
    client = agent_client(nila)
    assert client.post(SEND, {"file": sent()}).headers["Location"] == CONFIRM
    page = client.get(CONFIRM).content.decode()
    assert 'value="Sundial Shops Pvt Ltd"' in page
    assert "checked" not in page
    ticked = {
        "skills": ["Excel"], "take_bio": "on", "bio": "Corrected.",
        "qualifications-TOTAL_FORMS": "2", "qualifications-INITIAL_FORMS": "2",
        "qualifications-0-take": "on", "qualifications-0-level": "BACHELOR",
        "qualifications-0-title": "B.Com (Honours)", "qualifications-0-year": "2019",
        "experiences-TOTAL_FORMS": "2", "experiences-INITIAL_FORMS": "2",
        "experiences-0-company": "Not ticked, and not right",
    }  # fmt: skip
    assert client.post(CONFIRM, ticked).status_code == 302
    assert draft(nila, "work") == {"skills": "Excel", "bio": "Corrected."}
    assert draft(nila, "studies")["qualifications-0-title"] == "B.Com (Honours)"
    assert draft(nila, "studies")["qualifications-TOTAL_FORMS"] == "1"
    assert draft(nila, "jobs") == {}
    assert not ResumeProposal.objects.exists()
    assert (
        'value="B.Com (Honours)"'
        in client.get(reverse("onboarding:profile-section", args=["studies"])).content.decode()
    )


def test_full_aadhaar_number_is_not_proposed(nila: Agent, texts: Any, agent_client: Any) -> None:
    """A full Aadhaar number in a résumé is removed before anything is proposed or sent on."""
    lines = [line.replace("Sundial Shops", "Sundial 2341 2341 2346 Shops") for line in LINES]
    assert lines != LINES
    assert read(agent_client(nila), resumes.as_docx(lines)).status_code == 201
    content = ResumeProposal.objects.get().content
    assert "Sundial" in content
    assert "2341" not in content


def test_api_applies_returned_details(nila: Agent, texts: Any, agent_client: Any) -> None:
    """The API returns the details and applies those that are sent back."""
    client = agent_client(nila)
    guessed = read(client)
    assert guessed.status_code == 201, guessed.content
    assert client.get(API).json() == guessed.json()
    assert [job["company"] for job in guessed.json()["experiences"]] == [
        "Sundial Shops Pvt Ltd",
        "Orchid Retail",
    ]
    answer = client.post(f"{API}confirm/", guessed.json(), content_type="application/json")
    assert answer.json() == {"sections": ["jobs", "studies", "work"]}
    assert draft(nila, "jobs")["experiences-1-started_on"] == "2020-01-01"
    assert draft(nila, "work")["languages"] == "English, Hindi, Marathi"
    assert problem(client.get(API)) == (404, "not_found")


def test_language_levels_are_applied(nila: Agent, bring: Any) -> None:
    """Levels of accepted languages are applied, unless the profile already states them."""
    told = bring(nila, "profile")  # English and Hindi, both graded
    content = {
        "languages": ["Hindi", "Tamil", "Marathi"],
        "fluency": [
            {"language": "Hindi", "spoken": "BASIC", "written": "BASIC"},
            {"language": "Tamil", "spoken": "FLUENT", "written": ""},
            {"language": "Marathi", "spoken": "GOOD", "written": "GOOD"},
        ],
    }
    proposal = ResumeProposal(agent=told, content=json.dumps(content))
    assert ("Tamil", "Tamil (speaking: fluently)") in ResumeSelection(proposal).words.fields[
        "languages"
    ].choices
    page = ResumeSelection.from_json(proposal, {"languages": ["Hindi", "Tamil"]})
    assert page.is_valid()
    typed = page.sections(told, profile_queries.unsaved_sections(told))["work"]
    assert typed["languages"] == "English, Hindi, Tamil"
    assert typed["fluency-1-spoken"] == "FLUENT"  # as the agent told before
    assert (typed["fluency-2-language"], typed["fluency-2-spoken"]) == ("Tamil", "FLUENT")
    assert typed["fluency-TOTAL_FORMS"] == "3"


def test_profile_changes_only_on_save(nila: Agent, texts: Any, agent_client: Any) -> None:
    """Reading and confirming change only drafts, not the profile."""
    client = agent_client(nila)
    guessed = read(client).json()
    client.post(f"{API}confirm/", guessed, content_type="application/json")
    nila.refresh_from_db()
    assert (nila.skills, nila.languages, nila.bio) == ([], [], "")
    assert not Experience.objects.exists()
    assert not Qualification.objects.exists()


def test_details_are_appended(nila: Agent, bring: Any, agent_client: Any) -> None:
    """Accepted details are appended to the existing values of the sections."""
    told = bring(nila, "profile")
    client = agent_client(told)
    guessed = read(client).json()
    client.post(f"{API}confirm/", guessed, content_type="application/json")
    assert draft(told, "jobs")["experiences-TOTAL_FORMS"] == "3"
    assert draft(told, "jobs")["experiences-1-company"] == "Sundial Shops Pvt Ltd"
    assert draft(told, "work")["skills"].startswith("Chat support, E-mail support, Typing")


UNCLEAR = [
    "WORK EXPERIENCE", "Telecaller, Orchid Retail Pvt Ltd", "Jan 2020 - May 2022", "",
    "Harbour Bank, around the monsoon of 2018, telecalling", "", "EDUCATION",
    "B.Com, Nizam College, 2019", "", "A course at the Osmania campus in 2016",
]  # fmt: skip
BANK, COURSE = UNCLEAR[4], UNCLEAR[9]


def test_text_that_was_not_understood_is_placed_by_the_agent(
    nila: Agent, texts: Any, agent_client: Any
) -> None:
    """Page and API show it; what the agent makes of it is added, and what is left empty is not."""
    client = agent_client(nila)
    found = read(client, resumes.as_docx(UNCLEAR)).json()
    assert found["unplaced"] == [
        {"section": "qualifications", "text": COURSE}, {"section": "experiences", "text": BANK}
    ]  # fmt: skip
    assert (len(found["qualifications"]), len(found["experiences"])) == (1, 1)
    page = client.get(CONFIRM).content.decode()
    assert BANK in page
    assert COURSE in page
    job = {"company": "Harbour Bank", "role": "Telecaller", "domain": "SALES",
           "started_on": "2018-06-01", "ended_on": "2018-09-01"}  # fmt: skip
    ticked = {f"experiences-1-{name}": value for name, value in job.items()} | {
        "qualifications-TOTAL_FORMS": "2", "qualifications-INITIAL_FORMS": "2",
        "experiences-TOTAL_FORMS": "2", "experiences-INITIAL_FORMS": "2",
        "experiences-1-take": "on",
    }  # fmt: skip
    wrong = client.post(CONFIRM, ticked | {"experiences-1-company": ""})
    assert BANK in wrong.content.decode(), "the text is still there when a field is wrong"
    assert client.post(CONFIRM, ticked).status_code == 302
    assert draft(nila, "jobs")["experiences-0-company"] == "Harbour Bank"
    assert "qualifications-0-title" not in draft(nila, "studies")
    assert not ResumeProposal.objects.exists()


def test_only_text_that_was_not_understood(nila: Agent, texts: Any, agent_client: Any) -> None:
    """A résumé of which no entry could be made is not refused: nothing of it is lost."""
    lines = ["WORK EXPERIENCE", "I was with Harbour Bank for some months of 2018.", "On the phone."]
    found = read(agent_client(nila), resumes.as_docx(lines)).json()
    assert found["unplaced"] == [{"section": "experiences", "text": "\n".join(lines[1:])}]


def test_invalid_details_are_refused(nila: Agent, texts: Any, agent_client: Any) -> None:
    """Page and API refuse invalid accepted details, and nothing is saved or lost."""
    client = agent_client(nila)
    guessed = read(client).json()
    guessed["qualifications"][0]["year"] = "last year"
    answer = client.post(f"{API}confirm/", guessed, content_type="application/json")
    assert problem(answer) == (422, "validation_failed")
    assert answer.json()["errors"][0]["pointer"] == "#/qualifications/0/year"
    page = client.post(
        CONFIRM,
        {
            "qualifications-TOTAL_FORMS": "1", "qualifications-INITIAL_FORMS": "1",
            "qualifications-0-take": "on", "qualifications-0-title": "Typed here",
            "experiences-TOTAL_FORMS": "0", "experiences-INITIAL_FORMS": "0",
        },
    )  # fmt: skip
    assert 'value="Typed here"' in page.content.decode()
    assert not ProfileDraft.objects.filter(typed_at__isnull=False).exists()
    assert ResumeProposal.objects.exists()


@pytest.mark.parametrize("shape", [[], "text", {"experiences": "x"}, {"skills": {"a": 1}}])
def test_unexpected_json_is_no_server_error(
    nila: Agent, texts: Any, agent_client: Any, shape: Any
) -> None:
    """Unexpected JSON is refused or applies nothing."""
    client = agent_client(nila)
    read(client)
    answer = client.post(f"{API}confirm/", json.dumps(shape), content_type="application/json")
    assert answer.status_code in (200, 422)


def test_file_and_numbers_are_not_stored(nila: Agent, texts: Any, agent_client: Any) -> None:
    """No file is stored, and the encrypted proposal has no contact details or Aadhaar numbers."""
    lines = [*LINES, "Skills", "Excel", "Summary", "My Aadhaar is 2345 6789 0124, call 9876543210"]
    assert read(agent_client(nila), resumes.as_docx(lines)).status_code == 201
    assert not StoredFile.objects.exists()
    kept = ResumeProposal.objects.get()
    for secret in ("2345", "9876543210", "someone@example.com"):
        assert secret not in kept.content
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM onboarding_resumeproposal")
        assert b"Sundial" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0 old Word", "bad_resume"),
        (b"MZ a program", "bad_resume"),
        (resumes.as_docx(["A letter about the weather and nothing else."]), "nothing_found"),
    ],
)
def test_invalid_files_are_refused(
    nila: Agent, texts: Any, agent_client: Any, data: bytes, code: str
) -> None:
    """Page and API refuse unreadable files with a message."""
    client = agent_client(nila)
    refused = read(client, data)
    assert problem(refused) == (422, code)
    page = client.post(SEND, {"file": sent(data)})
    assert refused.json()["detail"] in page.content.decode()


def test_reading_is_limited(nila: Agent, texts: Any, agent_client: Any, monkeypatch: Any) -> None:
    """Reading is limited per day; further attempts get 429."""
    monkeypatch.setattr(resume, "READ_LIMIT", RateLimit("resumes-read", tries=1, seconds=86400))
    client = agent_client(nila)
    assert [read(client).status_code for _ in range(2)] == [201, 429]


def test_proposals_are_private(
    nila: Agent, ravi: Agent, texts: Any, agent_client: Any, staff_client: Any, client: Any,
    reviewer: Any,
) -> None:  # fmt: skip
    """Other agents, staff and anonymous users cannot see a proposal."""
    read(agent_client(nila))
    assert agent_client(ravi).get(API).status_code == 404
    assert agent_client(ravi).get(CONFIRM).headers["Location"] == SEND
    assert staff_client(reviewer).get(API).status_code == 403
    assert client.get(API).status_code == 401
    assert ResumeProposal.objects.count() == 1


def test_proposals_are_deleted(nila: Agent, texts: Any, agent_client: Any) -> None:
    """A proposal is deleted on request, after 30 days, and with the account."""
    client = agent_client(nila)
    read(client)
    assert client.delete(API).status_code == 204
    assert client.delete(API).status_code == 204
    read(client)
    client.post(reverse("onboarding:resume-drop"))
    assert not ResumeProposal.objects.exists()
    read(client)
    (rule,) = [each for each in EXPIRIES if each.rule == "onboarding.resumes"]
    assert rule.waiting(NOON - timedelta(days=30)) == 0
    assert rule.waiting(NOON + timedelta(days=1)) == 1
    assert onboarding_privacy.export(nila.user)["read_in_resume"]["skills"]
    onboarding_privacy.erase(nila.user, at=NOON)
    assert not ResumeProposal.objects.exists()
