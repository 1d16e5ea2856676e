"""Help in a real Chromium: the conversation on a phone and a laptop, with scripts and without."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Agent, User
from chatbot import seeding
from chatbot.conversations import services
from chatbot.desk import services as desk
from chatbot.models import Conversation, Message, Ticket
from conftest import make_agent, make_staff, sign_in
from tests.browser.asgi_site import AsgiSite, in_thread
from tests.browser.console_watch import Faults
from tests.browser.page_checks import LAPTOP, assert_page_ok
from tests.support.waiting import DEADLINE_MS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}
QUESTION = "When do I get paid?"
#: What the assistant answers to it.
ANSWER = "As soon as your work is approved"
Opened = Callable[..., Page]


@pytest.fixture
def site() -> Iterator[AsgiSite]:
    """A server of the site with the questions and answers of the seed."""
    in_thread(lambda: seeding.seed(timezone.now()))
    with AsgiSite() as running:
        yield running


@pytest.fixture
def asker() -> Agent:
    """An agent with questions."""
    return in_thread(make_agent, "Asha")


@pytest.fixture
def opened(browser: Browser, site: AsgiSite, faults: Faults) -> Iterator[Opened]:
    """Open a page as a user: `opened(user, "/help/", viewport=PHONE)`; `watched=False` for one on
    which refused requests are expected."""
    contexts: list[BrowserContext] = []

    def make(
        user: User | None, path: str = "/help/", *, watched: bool = True, **options: Any
    ) -> Page:
        usual: dict[str, Any] = {"base_url": site.url, "locale": "en-IN", "viewport": LAPTOP}
        context = browser.new_context(**(usual | options))
        contexts.append(context)
        context.set_default_timeout(DEADLINE_MS)
        if user is not None:
            name = site_settings.SESSION_COOKIE_NAME
            cookie = in_thread(lambda: sign_in(Client(), user).cookies[name].value)
            context.add_cookies([{"name": name, "value": cookie, "url": site.url}])
        page = context.new_page()
        if watched:
            faults.watch(page)
        page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()


def keep(page: Page, name: str) -> None:
    """BROWSER_PICTURES=folder keeps what the screen shows."""
    if folder := os.environ.get("BROWSER_PICTURES"):
        page.wait_for_timeout(400)
        page.screenshot(path=Path(folder) / f"{name}.png")


def forget_conversations() -> None:
    long_ago = timezone.now() - timedelta(days=1)
    nothing = {"ticket": None, "pending": None, "pending_since": None}
    Conversation.objects.update(mode="CLOSED", last_at=long_ago, **nothing)


@pytest.mark.skipif(not os.environ.get("BROWSER_PICTURES"), reason="only makes pictures")
def test_pictures(opened: Opened, asker: Agent) -> None:
    """Pictures of every state, for people who look at them."""
    for scheme in ("light", "dark"):
        for size, name in ((PHONE, "phone"), (LAPTOP, "laptop")):
            end = f"{name}-{scheme}"
            in_thread(forget_conversations)
            page = opened(None, "/help/", viewport=size, color_scheme=scheme)
            keep(page, f"centre-{end}")
            page.goto("/help/answers/?q=when+am+i+paid")
            keep(page, f"search-{end}")
            page.goto("/help/answers/payout_when/")
            keep(page, f"answer-{end}")
            page = opened(asker.user, "/help/", viewport=size, color_scheme=scheme)
            keep(page, f"start-{end}")
            ask(page, QUESTION)
            expect(page.locator(".said.assistant")).to_have_count(1)
            ask(page, "documents")
            expect(page.locator(".said.assistant")).to_have_count(2)
            keep(page, f"suggest-{end}")
            ask(page, "do you sell pizza")
            expect(page.locator(".said.assistant")).to_have_count(3)
            keep(page, f"talk-{end}")
            page.get_by_role("button", name="Talk to a person").first.click()
            expect(page.locator(".said.system")).to_have_count(1)
            keep(page, f"waiting-{end}")
            staff = in_thread(make_staff, f"Sunita{end}", "support")
            ticket = in_thread(lambda: Ticket.objects.order_by("-opened_at").first())
            in_thread(
                desk.answer,
                ticket=ticket,
                by=staff,
                text="Hello Asha. I am looking into it now.",
                at=timezone.now(),
            )
            expect(page.locator(".said.support")).to_have_count(1)
            ask(page, "Thank you")
            expect(page.locator(".said.you")).to_have_count(4)
            keep(page, f"person-{end}")
            if size is LAPTOP:
                page.goto("/home/")
                keep(page, f"launcher-{end}")
                page.get_by_role("button", name="Help", exact=True).click()
                expect(page.locator(".help-panel .said.support")).to_have_count(1)
                keep(page, f"panel-{end}")


def said(page: Page) -> list[str]:
    """What is written in the thread, oldest first."""
    return page.locator(".said .said-text").all_inner_texts()


def in_view(page: Page, selector: str) -> bool:
    """Whether an element is on the screen and nothing covers its middle."""
    return bool(
        page.evaluate(
            """(selector) => {
              const found = document.querySelector(selector);
              const { x, y, width, height } = found.getBoundingClientRect();
              const top = document.elementFromPoint(x + width / 2, y + height / 2);
              return found === top || found.contains(top);
            }""",
            selector,
        )
    )


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_the_field_is_always_in_reach(opened: Opened, asker: Agent, size: dict[str, int]) -> None:
    """After a long talk the newest message and the field are on the screen, without faults."""
    page = opened(asker.user, viewport=size)
    for number in range(1, 5):
        ask(page, QUESTION)
        expect(page.locator(".said.assistant")).to_have_count(number)
        assert in_view(page, "textarea")
        assert in_view(page, ".talk-send")
    assert in_view(page, ".said:last-child .said-text")
    page.mouse.move(180, 300)
    page.mouse.wheel(0, -3000)
    assert in_view(page, "textarea")
    page.reload()
    expect(page.locator(".said.assistant")).to_have_count(4)
    assert in_view(page, "textarea")
    assert in_view(page, ".said:last-child .said-text")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert_page_ok(page, size)


def test_everything_by_keyboard(opened: Opened, asker: Agent) -> None:
    """Ask, rate, and ask for a person without a mouse; the focus is never lost."""
    page = opened(asker.user)
    page.get_by_label("Your message").focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".said.assistant")).to_have_count(1)
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type("line one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("line two")
    expect(page.get_by_label("Your message")).to_have_value("line one\nline two")
    page.get_by_label("Your message").fill("")
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("() => document.activeElement.value") == "no":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".thumb[aria-pressed=true]")).to_have_text("No")
    expect(page.get_by_role("button", name="Ask our team")).to_be_visible()
    assert page.evaluate("() => document.activeElement !== document.body")
    page.locator(".talk-acts").get_by_role("button", name="Talk to a person").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".talk-head")).to_contain_text("You are in the queue")
    expect(page.locator(".talk-acts")).to_contain_text("Open the ticket")


def test_without_scripts(opened: Opened, asker: Agent) -> None:
    """Asking, rating, and reaching a person are plain requests; the newest message is in view."""
    page = opened(asker.user, java_script_enabled=False, viewport=PHONE)
    ask(page, QUESTION)
    expect(page.locator(".said.assistant")).to_contain_text(ANSWER)
    page.get_by_role("button", name="No", exact=True).click()
    page.locator(".said").get_by_role("button", name="Talk to a person").click()
    expect(page.locator(".talk-head")).to_contain_text("You are in the queue")
    ask(page, "x" * 1001)
    expect(page.get_by_role("alert")).to_contain_text("1,000 characters")
    expect(page.get_by_label("Your message")).to_have_value("x" * 1001)


def test_two_tabs_show_the_same(opened: Opened, asker: Agent) -> None:
    """What is written in one tab, or by support, appears in the other without loading it."""
    one, two = opened(asker.user), opened(asker.user, viewport=PHONE)
    ask(one, QUESTION)
    expect(two.locator(".said.assistant")).to_contain_text(ANSWER)
    two.locator(".talk-acts").get_by_role("button", name="Talk to a person").click()
    expect(one.locator(".talk-head")).to_contain_text("You are in the queue")
    staff = in_thread(make_staff, "Sunita", "support")
    ticket = in_thread(Ticket.objects.get)
    facts = {"ticket": ticket, "by": staff, "text": "I am here.", "at": timezone.now()}
    in_thread(desk.answer, **facts)
    for page in (one, two):
        expect(page.locator(".said.support")).to_contain_text("I am here.")
        expect(page.locator(".talk-head")).to_contain_text("Sunita")
    ask(one, "Thank you")
    expect(two.locator(".said.you").last).to_contain_text("Thank you")


def test_typed_text_survives_a_lost_connection(opened: Opened, asker: Agent) -> None:
    """Offline the text stays with a sentence; sent again, it is stored once."""
    page = opened(asker.user, watched=False)
    expect(page.get_by_label("Your message")).to_be_visible()
    page.context.set_offline(True)
    ask(page, QUESTION)
    expect(page.get_by_role("alert")).to_contain_text("Not sent")
    expect(page.get_by_label("Your message")).to_have_value(QUESTION)
    expect(page.locator(".said")).to_have_count(0)
    expect(page.locator(".talk-dots")).to_have_count(0)
    page.context.set_offline(False)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.assistant")).to_contain_text(ANSWER)
    expect(page.get_by_role("alert")).to_be_hidden()
    assert in_thread(Message.objects.filter(role="PERSON").count) == 1


def test_an_answer_that_got_lost_is_not_asked_twice(opened: Opened, asker: Agent) -> None:
    """The connection breaks after the server has the message: pressed again, it is stored once."""
    page = opened(asker.user, watched=False)
    lost: list[str] = []

    def lose(route: Any) -> None:
        if not lost:
            route.fetch()
            lost.append("once")
            route.abort()
        else:
            route.continue_()

    page.route("**/help/messages/", lose)
    ask(page, QUESTION)
    expect(page.get_by_role("alert")).to_contain_text("Not sent")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.assistant")).to_have_count(1)
    assert in_thread(Message.objects.filter(role="PERSON").count) == 1


def test_a_log_out_in_another_tab_keeps_the_text(opened: Opened, asker: Agent) -> None:
    """Sent after the log-out, the text stays in the field and the page says what to do."""
    page = opened(asker.user, watched=False)
    page.get_by_label("Your message").fill(QUESTION)
    in_thread(Session.objects.all().delete)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("logged out")
    expect(page.get_by_label("Your message")).to_have_value(QUESTION)


def test_typed_text_stays_over_pages(opened: Opened, asker: Agent) -> None:
    """What was typed and not sent is in the field again on coming back."""
    page = opened(asker.user)
    page.get_by_label("Your message").fill("Half a sent")
    page.goto("/home/")
    page.goto("/help/")
    expect(page.get_by_label("Your message")).to_have_value("Half a sent")


@pytest.mark.parametrize(
    "text",
    ["<img src=x onerror=alert(1)>", "\u202egnp.exe", "{{ 7*7 }} ${7*7}", "😀" * 300],
    ids=["html", "bidi", "template", "emoji"],
)
def test_hostile_text_is_only_text(opened: Opened, asker: Agent, text: str) -> None:
    """Nothing that is typed runs, reorders the page or breaks out of its bubble."""
    page = opened(asker.user, viewport=PHONE)
    ask(page, text)
    expect(page.locator(".said.you")).to_have_count(1)
    expect(page.locator(".said.you .said-text")).to_have_text(text.replace("\u202e", ""))
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".said img")).to_have_count(0)


def test_a_text_that_is_too_long_is_refused_and_kept(opened: Opened, asker: Agent) -> None:
    """100,000 characters get a sentence and stay in the field."""
    page = opened(asker.user, watched=False)
    ask(page, "x" * 100_000)
    expect(page.get_by_role("alert")).to_contain_text("1,000 characters")
    expect(page.get_by_label("Your message")).to_have_value("x" * 100_000)
    assert in_thread(Message.objects.count) == 0


def test_dots_always_end(opened: Opened, asker: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the assistant thinks there are dots, then a sentence; they end with the answer."""
    go_on = threading.Event()
    decide = services.decide

    def slow(**facts: Any) -> Any:
        go_on.wait(60)
        return decide(**facts)

    monkeypatch.setattr(services, "decide", slow)
    page = opened(asker.user)
    ask(page, QUESTION)
    expect(page.locator(".talk-dots")).to_be_visible()
    expect(page.locator("[data-state]")).to_contain_text("longer than usual")
    expect(page.locator(".talk-dots")).to_have_count(0)
    go_on.set()
    expect(page.locator(".said.assistant")).to_contain_text(ANSWER)
    expect(page.locator("[data-state]")).to_have_text("")


def test_a_killed_process_leaves_no_dots(opened: Opened, asker: Agent) -> None:
    """A question that nobody answers any more shows a sentence, and a person is one tap away."""
    long_ago = timezone.now() - timedelta(minutes=1)
    in_thread(services.send, user=asker.user, text=QUESTION, at=long_ago)
    page = opened(asker.user)
    expect(page.locator("[data-state]")).to_contain_text("longer than usual")
    expect(page.locator(".talk-dots")).to_have_count(0)
    page.locator(".talk-acts").get_by_role("button", name="Talk to a person").click()
    expect(page.locator(".talk-head")).to_contain_text("You are in the queue")
