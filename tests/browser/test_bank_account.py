"""Bank accounts in a real browser: adding, verification, stopping payments and their release."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from hitouch.demo import people
from tests.browser.logins import press, reload_until
from tests.browser.page_checks import assert_page_ok

pytestmark = pytest.mark.browser
#: The fake payout provider has these under another name.
NUMBER = "50100123451111"
LINK = re.compile(r"https?://\S+/money/not-me/\S+")


def give(page: Page, number: str) -> None:
    """Fill in the form; the page names the bank and reports a digit too many before saving."""
    page.goto("/money/bank-account/change/")
    page.get_by_label("IFSC").fill("hdfc 0001234")
    expect(page.locator("#bank-name")).to_have_text("Bank: HDFC Bank")
    page.get_by_label("Account number", exact=True).fill(number)
    page.get_by_label("Confirm account number").fill(f"{number}0")
    press(page, "Save account")
    expect(page.locator("main")).to_contain_text("The two account numbers are different.")
    assert_page_ok(page)
    page.get_by_label("Confirm account number").fill(f" {number[:5]} {number[5:10]} {number[10:]} ")
    press(page, "Save account")
    assert_page_ok(page)


def link_of_the_mail(base_url: str) -> str:
    """The newest mailed link that stops payments."""
    text = httpx.get(f"{base_url}/dev/outbox.json").text
    return LINK.findall(text.replace("\\n", "\n"))[0]


def decide(desk: Page, path: str, button: str, **words: str) -> None:
    """Open the first row of an admin list as finance and decide."""
    desk.goto(path)
    assert_page_ok(desk)
    desk.locator("#result_list tbody th a").first.click()
    assert_page_ok(desk)
    for name, text in words.items():
        desk.locator(f"[name={name}]").last.fill(text)
    press(desk, button)
    assert_page_ok(desk)


def test_account_is_accepted_stopped_and_released(
    open_page: Callable[..., Page], base_url: str
) -> None:
    """Finance accepts another name at the bank; the mailed link then stops payments."""
    page, desk, visitor = open_page(people.RAVI), open_page(people.MEERA), open_page()
    give(page, NUMBER)
    reload_until(page, "Our team is checking the name on this account.")
    decide(desk, "/admin/onboarding/accounttest/", "Accept account")
    reload_until(page, "Verified. Your payments go here.")
    visitor.goto(link_of_the_mail(base_url))
    assert_page_ok(visitor)
    press(visitor, "This was not me, stop payments")
    expect(visitor.locator("h1")).to_have_text("Your payments are on hold")
    assert_page_ok(visitor)
    page.reload()
    expect(page.locator("main")).to_contain_text("Payments on hold")
    assert_page_ok(page)
    path, button = "/admin/onboarding/accountfreeze/", "Agent's own account: resume payments"
    decide(desk, path, button, why="Called him on his old number.")
    reload_until(page, "Verified. Your payments go here.")


def test_upi_without_a_bank(open_page: Callable[..., Page]) -> None:
    """For UPI the fields of a bank account are hidden, and no field is labelled optional."""
    page = open_page(people.RAVI)
    page.goto("/money/bank-account/change/")
    page.get_by_label("UPI ID", exact=True).first.check()
    expect(page.get_by_label("IFSC")).to_be_hidden()
    expect(page.locator("main")).not_to_contain_text("(optional)")
    assert_page_ok(page)
    page.locator("[name=vpa]").fill("Ravi.Menon@okhdfc")
    press(page, "Save account")
    expect(page.locator("main")).to_contain_text("@okhdfc")
    expect(page.locator("main")).not_to_contain_text("ravi.menon")
