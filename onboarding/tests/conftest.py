"""Fixtures of onboarding's tests: agents at each step, reviewers, clients, request data."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, User
from conftest import NOON, Made, make_agent, make_staff, sign_in
from hitouch.core.files import faces
from hitouch.core.sandbox.limits import Limits
from onboarding.agreements import seeding
from onboarding.demo import agents
from onboarding.kyc import card_reader
from onboarding.models import KycCase
from onboarding.tests import factories
from onboarding.tests.support import review_desk
from proctoring.item_bank import seeding as proctoring_seeding


@pytest.fixture(scope="module")
def shared_step() -> str:
    """The step up to which Nila is brought once for the tests of a module, which overrides this."""
    return ""


@pytest.fixture(scope="module")
def shared(shared_step: str, request: pytest.FixtureRequest) -> Made | None:
    """The rows and files of a module with a `shared_step`."""
    if not shared_step:
        return None
    make_once: Callable[..., Made] = request.getfixturevalue("make_once")
    return make_once(lambda: factories.nila_at(shared_step))


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any, shared: Made | None) -> None:
    """Private files are stored in a temporary folder."""
    settings.HITOUCH_PRIVATE_FILES = tmp_path
    if shared:
        shared.copy_for(tmp_path)


@pytest.fixture(autouse=True)
def no_task_is_sent(monkeypatch: Any) -> None:
    """Tasks are not sent to the broker; tests run the work themselves."""
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)


_faces_found: dict[tuple[bytes, bool], list[faces.Face]] = {}


@pytest.fixture(autouse=True)
def each_picture_is_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faces are looked for once in a picture that many tests use; the models are the real ones."""
    find = faces.find

    def find_once(picture: bytes, *, describe: bool = True) -> list[faces.Face]:
        if not faces.available():
            return find(picture, describe=describe)
        key = picture, describe
        if key not in _faces_found:
            _faces_found[key] = find(picture, describe=describe)
        return list(_faces_found[key])

    monkeypatch.setattr(faces, "find", find_once)


_cards_read: dict[tuple[str, bytes, str], card_reader.ReadCard] = {}


@pytest.fixture(autouse=True)
def each_card_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """OCR reads a picture that many tests use once in a process, and so it does a masked one.

    A reading with limits of a test's own, or one that failed, is not kept.
    """
    usual = card_reader.OCR_LIMITS
    for name in ("read_picture", "redact_boxes"):
        monkeypatch.setattr(card_reader, name, _once(getattr(card_reader, name), usual))


def _once(read: Callable[..., card_reader.ReadCard], usual: Limits) -> Callable[..., Any]:
    def read_once(*, picture: bytes, **facts: Any) -> card_reader.ReadCard:
        key = read.__name__, picture, repr(sorted(facts.items()))
        if card_reader.OCR_LIMITS is not usual:
            return read(picture=picture, **facts)
        if key not in _cards_read:
            card = read(picture=picture, **facts)
            if not card.was_read:
                return card
            _cards_read[key] = card
        return _cards_read[key]

    return read_once


@pytest.fixture
def quick_reader(monkeypatch: Any) -> None:
    """Every picture is read at once as a masked one; masking itself has its own tests."""
    card = card_reader.ReadCard(b"masked", masked=True, last_four="4321")
    monkeypatch.setattr(card_reader, "read_picture", lambda **facts: card)


@pytest.fixture
def nila(db: None) -> Agent:
    """Nila, at the beginning or at the shared step."""
    return Agent.objects.filter(given_name="Nila").first() or make_agent("Nila")


@pytest.fixture
def reviewer(db: None) -> User:
    return User.objects.filter(email="farah@example.com").first() or make_staff("Farah", "reviewer")


@pytest.fixture
def second_reviewer(db: None) -> User:
    return make_staff("Gopal", "reviewer")


@pytest.fixture
def texts(db: None) -> list[Any]:
    return seeding.seed(NOON)


@pytest.fixture
def question_bank(db: None) -> Any:
    return proctoring_seeding.seed(NOON)


@pytest.fixture
def bring(texts: Any, question_bank: Any, reviewer: User) -> Callable[..., Agent]:
    """`bring(agent, "kyc")` completes the steps up to and including that one."""

    def to(agent: Agent, step: str) -> Agent:
        return factories.clear_agent(agent=agent, reviewer=reviewer, upto=step)

    return to


@pytest.fixture
def agent_with_profile(nila: Agent, texts: Any, question_bank: Any, reviewer: User) -> Agent:
    """Nila with a complete profile and no documents."""
    return factories.clear_agent(agent=nila, reviewer=reviewer, upto="profile")


@pytest.fixture
def approved(agent_with_profile: Agent, reviewer: User) -> Agent:
    """Nila with approved documents; the assessment is the open step."""
    return factories.clear_agent(agent=agent_with_profile, reviewer=reviewer, upto="kyc")


@pytest.fixture
def assessed(approved: Agent, reviewer: User) -> Agent:
    """Nila with agreements as the open step."""
    return factories.clear_agent(agent=approved, reviewer=reviewer, upto="assessment")


@pytest.fixture
def sent_case(agent_with_profile: Agent) -> KycCase:
    """Nila's submitted documents."""
    if not KycCase.objects.filter(agent=agent_with_profile).exists():
        factories.send_documents(agent_with_profile)
    return KycCase.objects.get(agent=agent_with_profile)


@pytest.fixture
def desk(sent_case: KycCase, reviewer: User, second_reviewer: User) -> review_desk.Desk:
    """One submitted case and two reviewers."""
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
    """A complete profile as JSON for the API."""
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
    """POST data of one section of the profile."""
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
    """URL of a section's page."""
    return reverse("onboarding:profile-section", args=[key])


def texts_of(response: Any) -> list[str]:
    """The messages shown on a page."""
    return [str(message) for message in response.context["messages"]]


def problem(response: Any) -> tuple[int, str]:
    """Status and error code of a response."""
    return response.status_code, response.json()["code"]


@pytest.fixture
def time_machine_at() -> Any:
    """Views and API run at `NOON`."""
    with time_machine.travel(NOON, tick=True):
        yield NOON
