"""The panel of Help over other pages, and the public questions and answers, in a real Chromium."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Agent
from tests.browser.page_checks import LAPTOP, assert_page_ok
from tests.browser.test_help import ANSWER, PHONE, QUESTION, Opened, ask, asker, opened, site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["asker", "opened", "site"]


def open_panel(page: Page) -> None:
    page.get_by_role("button", name="Help", exact=True).click()
    expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    expect(page.get_by_label("Your message")).to_be_focused()


def test_the_panel_is_loaded_when_it_is_opened(opened: Opened, asker: Agent) -> None:
    """Before the first opening a page asks for nothing of the conversation but one small script."""
    page = opened(asker.user, "/home/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_load_state("networkidle")
    assert sum("chatbot" in url or "/help/" in url for url in asked) == 1
    open_panel(page)
    assert any("/help/panel/" in url for url in asked)


def test_the_panel_converses_and_stays_over_pages(opened: Opened, asker: Agent) -> None:
    """Ask in the panel, go to another page: it is open there with the same talk, as is the page."""
    page = opened(asker.user, "/home/")
    open_panel(page)
    ask(page, QUESTION)
    expect(page.locator(".help-panel .said.assistant")).to_contain_text(ANSWER)
    page.goto("/opportunities/")
    expect(page.locator(".help-panel .said.assistant")).to_contain_text(ANSWER)
    page.get_by_role("dialog").get_by_role("link", name="Full page").click()
    page.wait_for_url("**/help/")
    expect(page.locator("main .said.assistant")).to_contain_text(ANSWER)
    expect(page.locator(".help-panel")).to_have_count(0)


def test_escape_closes_and_the_focus_returns(opened: Opened, asker: Agent) -> None:
    """The panel closes on Escape; the button has the focus again, and the next page is without."""
    page = opened(asker.user, "/home/")
    launcher = page.get_by_role("button", name="Help", exact=True)
    launcher.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type("draft")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(launcher).to_be_focused()
    page.reload()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Help", exact=True).click()
    expect(page.get_by_label("Your message")).to_have_value("draft")


def test_pages_with_the_panel_are_accessible(opened: Opened, asker: Agent) -> None:
    """axe finds nothing on a page with the button, and with the open panel."""
    page = opened(asker.user, "/home/")
    assert_page_ok(page, LAPTOP)
    open_panel(page)
    ask(page, QUESTION)
    expect(page.locator(".help-panel .said.assistant")).to_have_count(1)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert_page_ok(page, LAPTOP)


def test_a_phone_has_help_in_its_bar(opened: Opened, asker: Agent) -> None:
    """On a phone no button covers the page: Help in the bar at the bottom opens the full page."""
    page = opened(asker.user, "/home/", viewport=PHONE)
    expect(page.get_by_role("button", name="Help", exact=True)).to_be_hidden()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Help").click()
    page.wait_for_url("**/help/")
    expect(page.get_by_label("Your message")).to_be_visible()


@pytest.mark.parametrize("path", ["/help/", "/help/answers/", "/assessment/"])
def test_some_pages_have_no_button(opened: Opened, asker: Agent, path: str) -> None:
    """Help itself and the monitored test have no button over them."""
    page = opened(asker.user, path, watched=False)
    expect(page.locator("main")).to_be_visible()
    expect(page.locator(".help-launcher")).to_have_count(0)


@pytest.mark.parametrize("path", ["/help/", "/help/answers/?q=paid", "/help/answers/payout_when/"])
def test_public_help_is_accessible(opened: Opened, path: str) -> None:
    """Without log-in and without scripts the questions are there, in both colour schemes."""
    page = opened(None, path)
    expect(page.locator(".help-launcher")).to_have_count(0)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert_page_ok(page)
