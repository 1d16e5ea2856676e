"""The notice while a secret is typed: polite, local, and gone when the secret is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hitouch.demo import people
from tests.browser.page_checks import PHONE, assert_page_ok

pytestmark = pytest.mark.browser
PAGE = "/help/tickets/new/"
#: What is typed, and what the notice calls it; empty without a notice.
TYPED = [
    ("My Aadhaar is 2345 6789 0124", "an Aadhaar number"),
    ("आधार २३४५ ६७८९ ०१२४", "an Aadhaar number"),
    ("2345 6789 0123", ""),
    ("card 4111-1111-1111-1111", "a card number"),
    ("pan abcpd1234e", "a PAN"),
    ("pay asha@okaxis", "a UPI ID"),
    ("asha@example.com", "an email address"),
    ("call 98765 43210", "a phone number"),
    ("a/c no 50100123456789", "an account number"),
    ("the OTP is 482913", "a one-time code"),
    ("ओटीपी ४८२९१३", "a one-time code"),
    ("mera password Asha#2020 hai", "a password"),
    ("I was paid ₹12,345 on 12/03/2026", ""),
    ("order number 9876543210", ""),
    ("OTP nahi aaya 15 minute se", ""),
    ("my password isn't working", ""),
]


def test_a_notice_while_typing(open_page: Callable[..., Page]) -> None:
    """A live region says what it looks like, without a request; it empties with the field."""
    page = open_page(people.ASHA)
    page.goto(PAGE)
    field, notice = (
        page.get_by_label("What happened"),
        page.locator("[data-secret-notice-text]").last,
    )
    expect(notice).to_have_attribute("role", "status")
    expect(notice).to_be_empty()
    page.wait_for_load_state("networkidle")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for text, name in TYPED:
        field.fill(text)
        if name:
            expect(notice).to_have_text(
                f"This looks like {name}. Leave it out: we hide it before anybody reads it."
            )
            assert_page_ok(page, PHONE)
        else:
            expect(notice).to_be_empty()
    field.fill("My OTP is 482913")
    expect(notice).to_contain_text("one-time code")
    field.fill("")
    expect(notice).to_be_empty()
    assert requests == []


def test_a_field_that_comes_later(open_page: Callable[..., Page]) -> None:
    """A field that a script puts into the page has its notice once it has the focus."""
    page = open_page(people.ASHA)
    page.goto(PAGE)
    page.evaluate(
        """() => {
          const field = document.createElement("textarea");
          field.setAttribute("data-secret-notice", "later-text");
          field.setAttribute("aria-label", "Later");
          const text = document.createElement("p");
          text.id = "later-text";
          document.querySelector("main").append(field, text);
        }"""
    )
    page.get_by_label("Later").press_sequentially("otp 482913")
    expect(page.locator("#later-text")).to_contain_text("one-time code")
