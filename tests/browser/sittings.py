"""A running assessment in the browser: its site, its people, and the steps of the tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Agent
from conftest import make_agent, sign_in
from hitouch.core.cefr import CEFR
from hitouch.core.db.state_machine import transition
from proctoring.assessments.services import activate_assessment
from proctoring.models import (
    AnswerEntry,
    Assessment,
    Item,
    ItemFigures,
    ItemKey,
    ItemVersion,
    Section,
    Sitting,
)
from proctoring.tests.support.cast import make_sitting
from tests.browser.asgi_site import AsgiSite, in_thread
from tests.support.waiting import DEADLINE_MS, wait_until


@pytest.fixture
def private_files(settings: Any, tmp_path: Any) -> None:
    """The site runs in a thread of this process, so that tests read and set its rows."""
    settings.HITOUCH_PRIVATE_FILES = tmp_path


@pytest.fixture
def agent(transactional_db: None, private_files: None) -> Agent:
    """An agent of this test."""
    return make_agent("Asha")


def make_items(kind: str, count: int, **facts: Any) -> None:
    """Live items of one kind, spread over the levels."""
    for number in range(1, count + 1):
        level = CEFR.values[number % len(CEFR.values)]
        code = f"{kind.lower().replace('_', '-')}-{number}"
        item = Item.objects.create(code=code, kind=kind, level=level, topic="tests")
        for state in ("IN_REVIEW", "LIVE"):
            transition(item, to=state, by=None, at=timezone.now())
        text = f"Task {number}. What does the writer want?"
        version = ItemVersion.objects.create(item=item, number=1, text=text, **facts)
        ItemKey.objects.create(version=version, key="a")
        ItemFigures.objects.create(
            version=version, origin="AUTHOR", difficulty=0, difficulty_error=0.6,
            fitted_at=timezone.now(),
        )  # fmt: skip
        ItemVersion.objects.filter(pk=version.pk).update(published_at=timezone.now())


def begin(agent: Agent, *sections: tuple[str, str, int], **rules: Any) -> Sitting:
    """A sitting that has just begun, of sections with name, kind and number of questions."""
    made = Assessment.objects.create(code="browser", kind="LANGUAGE", title="Browser")
    for position, (name, kind, draw) in enumerate(sections, start=1):
        Section.objects.create(
            assessment=made, position=position, name=name, kind=kind, minutes=8, draw=draw,
            instructions="Answer every question.", **rules,
        )  # fmt: skip
    activate_assessment(assessment=made, by=None, at=timezone.now())
    sitting: Sitting = in_thread(
        make_sitting, agent, "IN_PROGRESS", timezone.now(), monitored=False
    )
    return sitting


@pytest.fixture
def sitting(agent: Agent) -> Sitting:
    """Her assessment, which has just begun: eight questions to choose in, two gaps."""
    options = {"a": "A price", "b": "A date", "c": "An answer", "d": "A refund"}
    make_items("READING_MCQ", 8, passage="Please write back today. Nitin", options=options)
    make_items("FILL_BLANK", 2)
    return begin(agent, ("Reading", "READING_MCQ", 8), ("Use of English", "FILL_BLANK", 2))


def session_cookie(agent: Agent, url: str) -> Any:
    """The cookie of a new session of the agent."""
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": sign_in(Client(), agent.user).cookies[name].value, "url": url}


@pytest.fixture
def live_site(transactional_db: None) -> Iterator[AsgiSite]:
    """Pages and sockets on the tests' database."""
    with AsgiSite() as site:
        yield site


@pytest.fixture
def context(
    browser: Browser, agent: Agent, live_site: AsgiSite
) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers in which the agent is logged in."""
    made = []

    def make(**options: Any) -> BrowserContext:
        usual = {"viewport": {"width": 1366, "height": 768}, "locale": "en-IN"}
        opened = browser.new_context(base_url=live_site.url, **(usual | options))
        opened.set_default_timeout(DEADLINE_MS)
        opened.add_cookies([session_cookie(agent, live_site.url)])
        made.append(opened)
        return opened

    yield make
    for opened in made:
        opened.close()


def open_questions(context: BrowserContext, sitting: Sitting) -> Page:
    """The page of the sitting in full screen."""
    page = context.new_page()
    page.goto(f"/assessment/{sitting.pk}/questions/")
    enter(page)
    return page


def enter(page: Page) -> None:
    page.get_by_role("button", name="Continue in full screen").click()
    expect(page.locator("#questions")).to_be_visible()


def answer(page: Page, number: int, choice: int) -> str:
    """Choose an option of a question of the section; its letter."""
    go_to(page, number)
    box = page.locator("[data-question]:visible input[type=radio]").nth(choice)
    page.locator("[data-question]:visible .choice").nth(choice).click()
    return str(box.get_attribute("value"))


def go_to(page: Page, number: int) -> None:
    page.locator("#map button[data-goes]").nth(number - 1).click()
    expect(page.locator("[data-question]:visible legend")).to_contain_text(f"Question {number} ")


def held(sitting: Sitting, number: int) -> str:
    """What the server holds as the answer to a question of the sitting."""
    rows = AnswerEntry.objects.filter(question__sitting=sitting, question__position=number)
    newest = rows.filter(counted=True, kind__in=("ANSWER", "CHOOSE")).order_by("-written_at")
    return newest.values_list("value", flat=True).first() or ""


def wait_for(seen: Callable[[], bool], what: str) -> None:
    wait_until(seen, lambda: what)
