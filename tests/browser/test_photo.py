"""Taking the profile photo in the page by keyboard and screen reader."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import new_agent
from tests.browser.page_checks import LAPTOP, PHONE, assert_page_ok

pytestmark = pytest.mark.browser


def test_photo_by_keyboard_and_live_region(open_page: Callable[..., Page], base_url: str) -> None:
    """A live region guides the framing; camera and saving work by keyboard."""
    page = new_agent.log_in(open_page(), new_agent.registered(base_url))
    page.goto("/onboarding/profile/photo/")
    assert_page_ok(page, LAPTOP, PHONE)
    page.get_by_role("button", name="Open camera").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take photo")).to_be_focused()
    hint = page.locator("#hint")
    expect(hint).to_have_text("Looks good. Hold still and take the photo.")
    assert_page_ok(page, PHONE, LAPTOP)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Use photo")).to_be_focused()
    expect(hint).to_have_text("Photo taken. Use it, or retake it.")
    assert_page_ok(page, LAPTOP)
    page.get_by_role("button", name="Retake").press("Enter")
    expect(page.get_by_role("button", name="Take photo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Use photo")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto("/onboarding/profile/photo/")
    expect(page.get_by_alt_text("Your current photo")).to_be_visible()
