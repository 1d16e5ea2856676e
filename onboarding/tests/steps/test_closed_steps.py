"""No URL of onboarding gives access to a later step."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from accounts.models import Agent, User
from accounts.staff import services as staff
from conftest import NOON, make_agent, make_staff, sign_in
from onboarding import api_urls, urls
from onboarding.dashboard import steps
from onboarding.steps import gates
from onboarding.tests import factories
from onboarding.tests.conftest import problem, texts_of

#: What an agent may see and do on any step: the way itself, one's own rows, one's money.
ANY_TIME = {
    "home", "you", "next", "photo-file", "document-picture", "signature", "signature-text",
    "signature-paper", "paper",
    "bank-account", "bank-account-change", "branch", "not-me", "onboarding", "stop-payments",
}  # fmt: skip
ORDER = list(gates.GATES)
#: The last step that is done, for an agent at each step but the first.
DONE_BEFORE = dict(zip(ORDER[1:], ORDER, strict=False))
FILLERS = {"slug": "pan", "uuid": str(uuid4()), "str": "x", "int": "1"}


def step_of(pattern: URLPattern) -> str | None:
    """The step of a URL, or None."""
    cls = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
    if cls is None:
        return getattr(pattern.callback, "step", None)
    return getattr(cls.permission_classes[0], "step", None)


def is_for_agents(pattern: URLPattern) -> bool:
    cls = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
    of = pattern.callback if cls is None else cls.permission_classes[0]
    return getattr(of, "audience", "") == "agents"


def address_of(module: str, pattern: URLPattern) -> str:
    kinds = {name: type(c).__name__ for name, c in pattern.pattern.converters.items()}
    filled = {n: FILLERS[kind.removesuffix("Converter").lower()] for n, kind in kinds.items()}
    return reverse(f"{module}:{pattern.name}", kwargs=filled)


PAGES = [p for p in urls.urlpatterns if is_for_agents(p)]
ENDPOINTS = [p for p in api_urls.urlpatterns if is_for_agents(p)]


def later_than(step: str, patterns: list[URLPattern]) -> list[URLPattern]:
    after = set(ORDER[ORDER.index(step) + 1 :])
    return [pattern for pattern in patterns if step_of(pattern) in after]


def test_every_url_has_a_step() -> None:
    """Each page and endpoint declares its step, or is listed here as independent of steps."""
    nameless = {
        pattern.name for pattern in PAGES + ENDPOINTS if step_of(pattern) not in gates.GATES
    }
    assert nameless == ANY_TIME


def test_urls_are_found_for_every_step() -> None:
    """There are URLs to test for every step but the last."""
    assert [step for step in ORDER if later_than(step, PAGES)] == ORDER[:-1]
    assert all(later_than(step, ENDPOINTS) for step in ORDER[:-1])


@pytest.fixture
def agent_at(db: None, texts: Any, question_bank: Any) -> Any:
    """Factory: `agent_at("kyc")` is an agent whose open step is this one."""
    staff.apply_roles()

    def make(step: str) -> Agent:
        agent = make_agent(step.title(), given_name="Nila")  # one card for all of them
        if step == "contact":
            User.objects.filter(pk=agent.user_id).update(phone_verified_at=None)
        if step in DONE_BEFORE:
            reviewer = make_staff("Farah", "reviewer")
            factories.clear_agent(agent=agent, reviewer=reviewer, upto=DONE_BEFORE[step])
        return Agent.objects.get(pk=agent.pk)

    return make


@pytest.fixture
def client_at(agent_at: Any) -> Any:
    """Factory of clients logged in as the agent of a step."""
    return lambda step: sign_in(Client(), agent_at(step).user)


@pytest.mark.parametrize("step", ORDER)
def test_agent_at_a_step(agent_at: Any, step: str) -> None:
    """The open step of the factory's agent is the requested one."""
    assert steps.next_step(agent_at(step), NOON).key == step


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("step", ORDER[:-1])
def test_later_page_redirects_to_the_open_step(client_at: Any, step: str, method: str) -> None:
    """GET and POST of a later page redirect to the open step with a message."""
    browser = client_at(step)
    for pattern in later_than(step, PAGES):
        answer = getattr(browser, method)(address_of("onboarding", pattern), follow=True)
        assert answer.redirect_chain, pattern.name
        reason = f"Complete this step first: {gates.TITLES[step].lower()}."
        assert reason in texts_of(answer), pattern.name


@pytest.mark.parametrize("step", ORDER[:-1])
def test_later_endpoint_answers_409(client_at: Any, step: str) -> None:
    """Every method of a later endpoint answers 409 with the open step, before validation."""
    browser = client_at(step)
    for pattern in later_than(step, ENDPOINTS):
        url = address_of("api:onboarding", pattern)
        for method in _methods(pattern):
            answer = getattr(browser, method)(url)
            assert problem(answer) == (409, "step_not_open"), (pattern.name, method)
            assert answer.json()["open_step"] == step
            assert browser.get(answer.json()["url"]).status_code == 302


def _methods(pattern: URLPattern) -> list[str]:
    cls = getattr(pattern.callback, "cls", None) or pattern.callback.view_class
    return [name for name in ("get", "post", "put", "patch", "delete") if hasattr(cls, name)]


@pytest.mark.parametrize("step", ORDER)
def test_all_entry_points_name_the_same_step(agent_at: Any, meera: User, step: str) -> None:
    """Log-in response, landing page, API, home page and admin name the same open step."""
    agent = agent_at(step)
    browser = sign_in(Client(), agent.user)
    assert browser.get("/api/v1/me/").json()["next_step"] == step
    assert browser.get("/api/v1/onboarding/").json()["next_step"] == step
    open_url = steps.open_step_url(agent, NOON)
    assert browser.get(reverse("hitouch:landing")).url == open_url
    assert browser.get(reverse("onboarding:next")).url == open_url
    assert open_url in browser.get(reverse("onboarding:home")).content.decode()
    page = sign_in(Client(), meera).get(reverse("admin:accounts_agent_change", args=[agent.pk]))
    assert f"{gates.TITLES[step]} (open)" in page.content.decode()


@pytest.mark.parametrize("word", ["", "dashboard", "CONTACT", "assessments"])
def test_unknown_step_raises(asha: Agent, word: str) -> None:
    """An unknown step is a programming error and never open."""
    with pytest.raises(LookupError):
        gates.require(asha, step=word)
