"""Log-in with Google in a real browser, against the local stand-in for Google."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page_checks import PHONE, assert_page_ok
from tests.fakes.google import Google

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif("BROWSER_SITE" in os.environ, reason="That site has its own Google."),
]


def test_sign_up_and_log_in_with_google(open_page: Callable[..., Page], google: Google) -> None:
    """The first log-in asks for the consents and creates the account; the next one does not."""
    google.person.sub, google.person.email = "browser-1", "brinda@example.com"
    page = open_page(viewport=PHONE)
    page.goto("/sign-up/")
    assert_page_ok(page)
    page.get_by_role("button", name="Continue with Google").click()
    page.get_by_role("link", name="Allow").click()
    page.wait_for_url("**/account/agree/**")
    assert_page_ok(page)
    page.get_by_role("button", name="agree").click()
    page.goto("/account/")
    expect(page.get_by_text("brinda@example.com").first).to_be_visible()
    assert_page_ok(page)
    again = open_page()
    again.goto("/log-in/")
    again.get_by_role("button", name="Continue with Google").click()
    again.get_by_role("link", name="Allow").click()
    again.goto("/account/")
    expect(again.get_by_text("Logged in with Google").first).to_be_visible()


def test_cancelling_at_google_shows_a_message(
    open_page: Callable[..., Page], google: Google
) -> None:
    """Cancelling at Google leads back to the log-in page with a message."""
    page = open_page()
    page.goto("/log-in/")
    page.get_by_role("button", name="Continue with Google").click()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_text("You cancelled on Google's page")).to_be_visible()
    assert_page_ok(page)
