"""Nobody reaches a later step by its address, asked at every address onboarding has."""

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
    "home", "next", "photo-file", "document-picture", "signature", "signature-text",
    "signature-paper", "paper",
    "bank-account", "bank-account-change", "branch", "not-me", "onboarding", "stop-payments",
}  # fmt: skip
ORDER = list(gates.GATES)
#: The last step that is done, for an agent at each step but the first.
DONE_BEFORE = dict(zip(ORDER[1:], ORDER, strict=False))
FILLERS = {"slug": "pan", "uuid": str(uuid4()), "str": "x", "int": "1"}


def step_of(pattern: URLPattern) -> str | None:
    """The step an address belongs to, or None when it belongs to none."""
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


def test_every_address_names_its_step() -> None:
    """A new page or endpoint says which step it belongs to, or is listed here as free of them."""
    nameless = {
        pattern.name for pattern in PAGES + ENDPOINTS if step_of(pattern) not in gates.GATES
    }
    assert nameless == ANY_TIME


def test_the_table_is_not_empty() -> None:
    """The questions below are asked at some addresses, on every step but the last."""
    assert [step for step in ORDER if later_than(step, PAGES)] == ORDER[:-1]
    assert all(later_than(step, ENDPOINTS) for step in ORDER[:-1])


@pytest.fixture
def agent_at(db: None, texts: Any, question_bank: Any) -> Any:
    """`agent_at("kyc")`: an agent whose open step is this one."""
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
    """A browser in which the agent of a step has signed in."""
    return lambda step: sign_in(Client(), agent_at(step).user)


@pytest.mark.parametrize("step", ORDER)
def test_each_agent_stands_where_the_table_says(agent_at: Any, step: str) -> None:
    """The agent of a step is on that step."""
    assert steps.next_step(agent_at(step), NOON).key == step


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("step", ORDER[:-1])
def test_a_later_page_leads_to_the_open_step(client_at: Any, step: str, method: str) -> None:
    """Looking or sending: back to the open step, and the page there says why."""
    browser = client_at(step)
    for pattern in later_than(step, PAGES):
        answer = getattr(browser, method)(address_of("onboarding", pattern), follow=True)
        assert answer.redirect_chain, pattern.name
        reason = f"Complete this step first: {gates.TITLES[step].lower()}."
        assert reason in texts_of(answer), pattern.name


@pytest.mark.parametrize("step", ORDER[:-1])
def test_a_later_endpoint_names_the_open_step(client_at: Any, step: str) -> None:
    """Whatever the method, 409 before anything is looked at, with where to go on."""
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
def test_every_door_tells_the_same_step(agent_at: Any, meera: User, step: str) -> None:
    """The login's answer, the landing, the way as told to programs, home and the admin agree."""
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
def test_an_unknown_step_is_never_open(asha: Agent, word: str) -> None:
    """A word that is no step is a fault of ours, not a way past the gates."""
    with pytest.raises(LookupError):
        gates.require(asha, step=word)
