"""Nobody reaches a later step by its address, asked at every address onboarding has."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from accounts import services as accounts_services
from accounts.models import Agent, User
from conftest import NOON, make_agent, make_staff, sign_in
from onboarding import api_urls, gates, seeding, steps, urls
from onboarding.tests.conftest import problem, texts_of
from proctoring import seeding as proctoring_seeding

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


def later_than(step: str, patterns: list[URLPattern]) -> list[Any]:
    after = set(ORDER[ORDER.index(step) + 1 :])
    return [pytest.param(step, p, id=f"{step}-{p.name}") for p in patterns if step_of(p) in after]


LATER_PAGES = [case for step in ORDER for case in later_than(step, PAGES)]
LATER_ENDPOINTS = [case for step in ORDER for case in later_than(step, ENDPOINTS)]


@pytest.mark.parametrize("pattern", [*PAGES, *ENDPOINTS], ids=lambda p: p.name)
def test_every_address_names_its_step(pattern: URLPattern) -> None:
    """A new page or endpoint says which step it belongs to, or is listed here as free of them."""
    assert (step_of(pattern) in gates.GATES) is not (pattern.name in ANY_TIME)


def test_the_table_is_not_empty() -> None:
    """The questions below are asked at some addresses, on every step but the last."""
    assert {step for step, _ in (case.values for case in LATER_PAGES)} == set(ORDER[:-1])
    assert len(LATER_ENDPOINTS) > len(ENDPOINTS) / 2


@pytest.fixture(scope="module")
def made(in_one_world: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """An agent at each step, by the step that is open."""
    folder = tmp_path_factory.mktemp("steps")
    return in_one_world(lambda: _make(folder))


def _make(folder: Any) -> dict[str, Any]:
    accounts_services.apply_roles()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.HITOUCH_PRIVATE_FILES", folder)
        seeding.seed(NOON)
        proctoring_seeding.seed(NOON)
        reviewer = make_staff("Farah", "reviewer")
        agents = {step: make_agent(step.title(), given_name="Nila") for step in ORDER}  # one card
        User.objects.filter(pk=agents["contact"].user_id).update(phone_verified_at=None)
        for step, done in DONE_BEFORE.items():
            seeding.clear_agent(agent=agents[step], reviewer=reviewer, now=NOON, upto=done)
    return {step: agent.pk for step, agent in agents.items()}


@pytest.fixture
def client_at(made: dict[str, Any], db: None) -> Any:
    """A browser in which the agent of a step has signed in."""
    return lambda step: sign_in(Client(), Agent.objects.get(pk=made[step]).user)


@pytest.mark.parametrize("step", ORDER)
def test_each_agent_stands_where_the_table_says(made: dict[str, Any], db: None, step: str) -> None:
    """The agent of a step is on that step."""
    assert steps.next_step(Agent.objects.get(pk=made[step]), NOON).key == step


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("step", "pattern"), LATER_PAGES)
def test_a_later_page_leads_to_the_open_step(
    client_at: Any, step: str, pattern: URLPattern, method: str
) -> None:
    """Looking or sending: back to the open step, and the page there says why."""
    browser = client_at(step)
    answer = getattr(browser, method)(address_of("onboarding", pattern), follow=True)
    assert answer.redirect_chain
    assert f"This comes later. First: {steps.TITLES[step].lower()}." in texts_of(answer)


@pytest.mark.parametrize(("step", "pattern"), LATER_ENDPOINTS)
def test_a_later_endpoint_names_the_open_step(
    client_at: Any, step: str, pattern: URLPattern
) -> None:
    """Whatever the method, 409 before anything is looked at, with where to go on."""
    browser, url = client_at(step), address_of("api:onboarding", pattern)
    for method in _methods(pattern):
        answer = getattr(browser, method)(url)
        assert problem(answer) == (409, "step_not_open")
        assert answer.json()["open_step"] == step
        assert browser.get(answer.json()["url"]).status_code == 302


def _methods(pattern: URLPattern) -> list[str]:
    cls = getattr(pattern.callback, "cls", None) or pattern.callback.view_class
    return [name for name in ("get", "post", "put", "patch", "delete") if hasattr(cls, name)]


@pytest.mark.parametrize("step", ORDER)
def test_every_door_tells_the_same_step(client_at: Any, made: Any, meera: User, step: str) -> None:
    """The login's answer, the landing, the way as told to programs, home and the admin agree."""
    browser, agent = client_at(step), Agent.objects.get(pk=made[step])
    assert browser.get("/api/v1/me/").json()["next_step"] == step
    assert browser.get("/api/v1/onboarding/").json()["next_step"] == step
    open_url = steps.url_of_open(agent, NOON)
    assert browser.get(reverse("hitouch:landing")).url == open_url
    assert browser.get(reverse("onboarding:next")).url == open_url
    assert open_url in browser.get(reverse("onboarding:home")).content.decode()
    page = sign_in(Client(), meera).get(reverse("admin:accounts_agent_change", args=[agent.pk]))
    assert f"{steps.TITLES[step]} (open)" in page.content.decode()


@pytest.mark.parametrize("word", ["", "dashboard", "CONTACT", "assessments"])
def test_an_unknown_step_is_never_open(made: Any, db: None, word: str) -> None:
    """A word that is no step is a fault of ours, not a way past the gates."""
    with pytest.raises(LookupError):
        steps.require(Agent.objects.get(pk=made["agreements"]), step=word)
