"""Unlisted terms in the admin, decided by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hitouch.demo import people
from tests.browser import new_agent
from tests.browser.page_checks import assert_page_ok_in_both_schemes

pytestmark = pytest.mark.browser
LIST = "/admin/onboarding/looseword/"


def test_term_is_accepted_by_keyboard(open_page: Callable[..., Page], base_url: str) -> None:
    """An unlisted term is listed; a missing choice shows an error; then the term is accepted."""
    word = f"Kites of {new_agent.unregistered(base_url).family_name}"
    new_agent.with_profile(base_url, skills=["Chat support", word])
    page = open_page(people.MEERA)
    page.goto(f"{LIST}?q={word}")
    assert_page_ok_in_both_schemes(page)
    page.get_by_role("link", name=word).press("Enter")
    expect(page.get_by_text("Often used with")).to_be_visible()
    assert_page_ok_in_both_schemes(page)
    meant = page.get_by_label("Existing term")
    meant.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(meant).to_have_accessible_description("Enter or select a term from the vocabulary.")
    assert_page_ok_in_both_schemes(page)
    name = page.get_by_label("The term, as clients will see it")
    expect(name).to_have_value(word)
    with page.expect_navigation():
        name.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("1 profile has it now.")
