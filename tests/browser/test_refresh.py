"""Pages about money follow what others do, and keep what is being typed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hitouch.demo import people
from tests.browser.logins import press

pytestmark = pytest.mark.browser


def test_a_payout_refreshes_itself_and_keeps_what_is_typed(
    open_page: Callable[..., Page],
) -> None:
    """While the checker types, the maker says what happened: the page tells, the words stay."""
    maker, checker = open_page(people.MAKER), open_page(people.CHECKER)
    for page in (maker, checker):
        page.goto("/admin/payments/payout/?state=UNKNOWN")
        page.locator("#result_list tbody th a").first.click()
    words = checker.locator("#propose_reason")
    words.fill("Not on the statement of Monday")
    maker.locator("#propose_reason").fill("The bank's desk says that it was never made.")
    press(maker, "Propose")
    expect(checker.locator("#payout-changed")).to_be_visible()
    expect(checker.locator("#payout-facts")).to_contain_text("Confirm or decline")
    expect(words).to_have_value("Not on the statement of Monday")
    checker.reload()
    press(checker, "Decline")
