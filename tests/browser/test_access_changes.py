"""Changes of access by two people, by keyboard, on a phone and on a laptop."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hitouch.demo import people
from tests.browser.page_checks import LAPTOP, assert_page_ok

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
WHY = "Lost the phone, called back on the number on file"


FOCUSED = "() => (document.activeElement.name || document.activeElement.innerText).toLowerCase()"


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element with this name or text has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).strip() == wanted.lower():
            return
    pytest.fail(f"Tab does not come to {wanted}")


def press_by_keyboard(page: Page, words: str) -> None:
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert_page_ok(page, PHONE, LAPTOP)


def open_person(page: Page, person: people.DemoPerson) -> None:
    page.goto(f"/admin/accounts/user/?q={person.email}")
    with page.expect_navigation():
        page.locator("#result_list tbody th a").click()
    assert_page_ok(page, PHONE, LAPTOP)


def test_second_factors_are_replaced_by_two_people(open_page: Callable[..., Page]) -> None:
    """Requested, approved and carried out without a mouse; each page fits and axe finds nothing."""
    one, other = open_page(people.OPERATIONS), open_page(people.MEERA)
    open_person(one, people.SENIOR_REVIEWER)
    press_by_keyboard(one, "Second factors")
    press_by_keyboard(one, "Request the removal")
    expect(one.locator("#content")).to_contain_text("Please fill this in")
    tab_to(one, "why")
    one.keyboard.type(WHY)
    press_by_keyboard(one, "Request the removal")
    expect(one.locator("#content")).to_contain_text("You can't approve your own request")
    other.goto("/admin/")
    with other.expect_navigation():
        other.get_by_role("link", name="Access changes to approve").click()
    assert_page_ok(other, PHONE, LAPTOP)
    with other.expect_navigation():
        other.locator("#result_list tbody th a").first.click()
    assert_page_ok(other, PHONE, LAPTOP)
    expect(other.locator("#content")).to_contain_text(WHY)
    press_by_keyboard(other, "Decline")
    expect(other.locator("#content")).to_contain_text("Please fill this in")
    press_by_keyboard(other, "Approve")
    one.reload()
    press_by_keyboard(one, "Replace the factors and show the token")
    expect(one.get_by_label("Break-glass token")).to_have_value(
        re.compile("GLASS(-[A-Z2-9]{5}){4}")
    )
    press_by_keyboard(one, "Done")
    expect(one.locator("#content")).to_contain_text("Carried out")


def test_roles_are_requested_and_withdrawn(open_page: Callable[..., Page]) -> None:
    """The form of roles, the request as its requester sees it, and the withdrawal."""
    page = open_page(people.MEERA)
    open_person(page, people.CHECKER)
    press_by_keyboard(page, "Change roles")
    page.get_by_label("support:").check()
    page.get_by_label("Reason").fill("Helps out in support")
    press_by_keyboard(page, "Request the change")
    expect(page.locator("#content")).to_contain_text("Before: finance")
    press_by_keyboard(page, "Withdraw the request")
    expect(page.locator("#content")).to_contain_text("Withdrawn")
