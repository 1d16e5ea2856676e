"""Changes of access by two people, by keyboard, on a phone and on a laptop."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hitouch.demo import people
from tests.browser.logins import log_in
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


def entered(open_page: Callable[..., Page], person: people.DemoPerson) -> Page:
    """A page of somebody who has just logged in, since changes of access ask for that."""
    page = open_page()
    log_in(page, person)
    return page


def open_person(page: Page, person: people.DemoPerson) -> None:
    page.goto(f"/admin/accounts/user/?q={person.email}")
    with page.expect_navigation():
        page.locator("#result_list tbody th a").click()
    assert_page_ok(page, PHONE, LAPTOP)


def test_changes_of_access_by_two_people(open_page: Callable[..., Page]) -> None:
    """Second factors, then roles, without a mouse; each page fits and axe finds nothing."""
    one, other = entered(open_page, people.OPERATIONS), entered(open_page, people.MEERA)
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
    request_roles_and_withdraw(other)


def request_roles_and_withdraw(page: Page) -> None:
    """The form of roles, the request as its requester sees it, and the withdrawal."""
    open_person(page, people.CHECKER)
    press_by_keyboard(page, "Change roles")
    page.get_by_label("support:").check()
    page.get_by_label("Reason").fill("Helps out in support")
    press_by_keyboard(page, "Request the change")
    expect(page.locator("#content")).to_contain_text("Before: finance")
    press_by_keyboard(page, "Withdraw the request")
    expect(page.locator("#content")).to_contain_text("Withdrawn")
