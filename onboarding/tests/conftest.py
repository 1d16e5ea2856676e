"""Agents at each step of the way, reviewers, and both doors."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, User
from conftest import NOON, make_agent, make_staff, sign_in
from onboarding import seeding
from onboarding.demo import agents
from onboarding.models import KycCase
from onboarding.tests import factories
from onboarding.tests.support import review_desk
from proctoring import seeding as proctoring_seeding


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    """Pictures go to a folder of the test."""
    settings.HITOUCH_PRIVATE_FILES = tmp_path


@pytest.fixture(autouse=True)
def quiet_bell(monkeypatch: Any) -> None:
    """No worker listens; the rows that the bell is about are what the tests look at."""
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)


@pytest.fixture
def reviewer(db: None) -> User:
    return make_staff("Farah", "reviewer")


@pytest.fixture
def second_reviewer(db: None) -> User:
    return make_staff("Gopal", "reviewer")


@pytest.fixture
def texts(db: None) -> list[Any]:
    return seeding.seed(NOON)


@pytest.fixture
def test_bank(db: None) -> Any:
    return proctoring_seeding.seed(NOON)


@pytest.fixture
def bring(texts: Any, test_bank: Any, reviewer: User) -> Callable[..., Agent]:
    """`bring(agent, "kyc")`: the agent at the end of that step."""

    def to(agent: Agent, step: str) -> Agent:
        return factories.clear_agent(agent=agent, reviewer=reviewer, upto=step)

    return to


@pytest.fixture
def told(nila: Agent, texts: Any, test_bank: Any, reviewer: User) -> Agent:
    """Nila with a profile and a photo, and documents not begun."""
    return factories.clear_agent(agent=nila, reviewer=reviewer, upto="profile")


@pytest.fixture
def approved(told: Agent, reviewer: User) -> Agent:
    """Nila with approved documents, and a test to sit."""
    return factories.clear_agent(agent=told, reviewer=reviewer, upto="kyc")


@pytest.fixture
def assessed(approved: Agent, reviewer: User) -> Agent:
    """Nila with agreements as the open step."""
    return factories.clear_agent(agent=approved, reviewer=reviewer, upto="assessment")


@pytest.fixture
def sent_case(told: Agent) -> KycCase:
    """Nila's documents, waiting for a reviewer."""
    factories.send_documents(told)
    return KycCase.objects.get(agent=told)


@pytest.fixture
def desk(sent_case: KycCase, reviewer: User, second_reviewer: User) -> review_desk.Desk:
    """A reviewer's desk: one case that waits, and two reviewers."""
    return review_desk.Desk(sent_case.pk, reviewer.pk, second_reviewer.pk)


@pytest.fixture
def agent_client() -> Callable[[Agent], Client]:
    return lambda agent: sign_in(Client(), agent.user)


@pytest.fixture
def staff_client() -> Callable[[User], Client]:
    return lambda user: sign_in(Client(), user)


@pytest.fixture
def another_agent(db: None) -> Callable[[str], Agent]:
    return make_agent


def profile_json(**changes: Any) -> dict[str, Any]:
    """A whole profile as a program sends it."""
    return {
        "given_name": "Nila",
        "family_name": "Das",
        "birth_on": "1999-02-28",
        "current_address": dict(agents.ADDRESS),
        "same_as_current": True,
        "shift": "DAY",
        "hours_a_day": 5,
        "skills": ["Chat", "chat", " Typing "],
        "languages": ["English"],
        "bio": "",
        "employment": {"status": "STUDENT"},
        "qualifications": [
            {"level": "SCHOOL", "title": "Class 12", "institution": "", "year": 2017}
        ],
        "experiences": [],
    } | changes


def section_post(key: str, **changes: Any) -> dict[str, Any]:
    """One section of the profile as a browser sends it."""
    address = {f"current_{part}": text for part, text in agents.ADDRESS.items()}
    posts: dict[str, dict[str, Any]] = {
        "person": {"given_name": "Nila", "family_name": "Das", "birth_on": "1999-02-28"},
        "address": {**address, "same_as_current": "on"},
        "work": {
            "shift": "DAY",
            "hours_a_day": "5",
            "skills": "Chat, chat, Typing",
            "languages": "English",
        },
        "studies": {
            "qualifications-TOTAL_FORMS": "1",
            "qualifications-INITIAL_FORMS": "1",
            "qualifications-0-level": "SCHOOL",
            "qualifications-0-title": "Class 12",
            "qualifications-0-year": "2017",
        },
        "jobs": {
            "employment_status": "STUDENT",
            "experiences-TOTAL_FORMS": "0",
            "experiences-INITIAL_FORMS": "0",
        },
    }
    return {**posts[key], **changes}


def section_url(key: str) -> str:
    """The page of a section."""
    return reverse("onboarding:profile-section", args=[key])


def texts_of(response: Any) -> list[str]:
    """The messages a page carries."""
    return [str(message) for message in response.context["messages"]]


def problem(response: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return response.status_code, response.json()["code"]


@pytest.fixture
def time_machine_at() -> Any:
    """The doors' clock stands at noon of the cast's day."""
    with time_machine.travel(NOON, tick=True):
        yield NOON
