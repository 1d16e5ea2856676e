"""After a log-out the browser's Back button and its storage show nothing of the user."""

import re
from collections.abc import Iterator
from shutil import which

import pytest
from playwright.sync_api import Browser, Page, expect

from hitouch.demo import people
from tests.browser.conftest import ARGUMENTS, NAMES
from tests.browser.logins import log_in
from tests.support.waiting import DEADLINE_MS

pytestmark = pytest.mark.browser
WORK, BIO = "/onboarding/profile/work/", "About you"


@pytest.fixture
def page(browser: Browser, base_url: str) -> Iterator[Page]:
    """A page of a Chromium whose back/forward cache is on; Playwright turns it off."""
    found = next(path for name in NAMES if (path := which(name)))
    opened = browser.browser_type.launch(
        executable_path=found,
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    context = opened.new_context(base_url=base_url)
    context.set_default_timeout(DEADLINE_MS)
    context.add_init_script(
        "addEventListener('pageshow', (event) => { window.isRestored = event.persisted; })"
    )
    yield context.new_page()
    opened.close()


def log_out(page: Page) -> None:
    page.locator("details.menu summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Log out", exact=True).click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()


def test_back_after_log_out_shows_nothing(page: Page) -> None:
    """The back/forward cache restores a public page, and no page of a user who has left."""
    page.goto("/terms/")
    page.goto("/privacy/")
    page.go_back(wait_until="commit")
    page.wait_for_function("() => window.isRestored")
    log_in(page, people.NILA)
    page.goto("/account/")
    expect(page.locator("main")).to_contain_text(people.NILA.email)
    log_out(page)
    for _ in range(2):
        page.go_back(wait_until="commit")
        expect(page).to_have_url(re.compile("/log-in/"))
        assert people.NILA.email not in page.content()


def test_log_out_sends_unsaved_input_and_clears_the_storage(page: Page) -> None:
    """What was typed last is in the saved draft, and not in the browser."""
    log_in(page, people.NILA)
    page.goto(WORK)
    page.get_by_label(BIO).fill("Typed a moment before leaving")
    page.evaluate("localStorage.setItem('left', 'behind')")
    log_out(page)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    log_in(page, people.NILA)
    page.goto(WORK)
    expect(page.get_by_label(BIO)).to_have_value("Typed a moment before leaving")
