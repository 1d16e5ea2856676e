"""Documents from DigiLocker in a real browser, under the content security policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hitouch.journey import cast
from tests.browser import new_agent
from tests.browser.logins import press
from tests.browser.page_checks import PHONE, assert_page_ok

AGREED = "HitouchCX may fetch my Aadhaar"
pytestmark = pytest.mark.browser


def open_digilocker(page: Page) -> None:
    """Open the documents page and start DigiLocker."""
    page.goto("/onboarding/documents/")
    page.get_by_label(AGREED).check()
    press(page, "Continue to DigiLocker")
    expect(page.get_by_role("heading", name="A DigiLocker of our own")).to_be_visible()


def fill_identity(page: Page, who: cast.NewAgent, **changes: str) -> None:
    """Fill in DigiLocker's log-in with the person of the profile, with changes."""
    facts = {
        "name": who.name, "born": cast.BIRTH_ON.isoformat(), "pin": "411001",
        "last_four": who.aadhaar[-4:], "pan": who.pan,
    } | changes  # fmt: skip
    for name, value in facts.items():
        page.locator(f"[name={name}]").fill(value)


def test_matching_documents_are_approved(open_page: Callable[..., Page], base_url: str) -> None:
    """After a cancelled attempt, allowed documents that match are approved automatically."""
    who, _ = new_agent.with_profile(base_url)
    page = new_agent.log_in(open_page(viewport=PHONE), who)
    page.goto("/onboarding/documents/")
    assert_page_ok(page)
    open_digilocker(page)
    press(page, "Cancel")
    expect(page.get_by_role("heading", name="Cancelled on DigiLocker")).to_be_visible()
    assert_page_ok(page)
    open_digilocker(page)
    page.goto("/onboarding/digilocker/")
    expect(page.get_by_role("heading", name="Give your consent on DigiLocker")).to_be_visible()
    assert_page_ok(page)
    page.go_back()
    fill_identity(page, who)
    press(page, "Allow")
    done = page.get_by_role("heading", name="Your documents are approved")
    expect(done).to_be_visible()
    assert "code=" not in page.url
    assert_page_ok(page)
    page.get_by_role("link", name="Continue", exact=True).click()
    page.goto("/onboarding/documents/")
    assert_page_ok(page)


def test_mismatch_waits_for_a_reviewer(open_page: Callable[..., Page], base_url: str) -> None:
    """With another PIN code the documents are saved and wait for a reviewer."""
    who, _ = new_agent.with_profile(base_url)
    page = new_agent.log_in(open_page(), who)
    open_digilocker(page)
    fill_identity(page, who, pin="110001")
    press(page, "Allow")
    page.wait_for_url("**/onboarding/digilocker/")
    expect(page.get_by_text("received your documents")).to_be_visible()
    visit = page.locator("#visit")
    expect(visit).to_have_attribute("data-fingerprint", "COMPLETED IN_REVIEW False")
    assert_page_ok(page)
