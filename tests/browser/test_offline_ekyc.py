"""Aadhaar offline e-KYC in a real browser, with a file of the local stand-in for UIDAI."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hitouch.journey import cast
from tests.browser import new_agent
from tests.browser.page_checks import LAPTOP, PHONE, assert_page_ok

pytestmark = pytest.mark.browser
CODE, ANOTHER = "7C3F", "9999"


def file_of(page: Page, who: cast.NewAgent, to: Path) -> Path:
    """Download the ZIP file of a person with a share code."""
    facts = {
        "name": who.name, "born": cast.BIRTH_ON.isoformat(), "pin": "411001",
        "last_four": who.aadhaar[-4:], "phone": who.phone[-10:], "share_code": CODE,
    }  # fmt: skip
    for name, value in facts.items():
        page.locator(f"[name={name}]").fill(value)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download the ZIP file").click()
    path = to / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def test_wrong_share_code_can_be_corrected(
    open_page: Callable[..., Page], base_url: str, tmp_path: Path
) -> None:
    """By keyboard on a phone: a wrong share code shows an error, the right one is accepted."""
    who, _ = new_agent.with_profile(base_url)
    page = new_agent.log_in(open_page(viewport=PHONE), who)
    page.goto("/onboarding/documents/")
    page.get_by_role("link", name="Upload an offline e-KYC file").press("Enter")
    page.get_by_role("link", name="make a specimen file").press("Enter")
    given = file_of(page, who, tmp_path)
    page.goto("/onboarding/documents/offline/")
    assert_page_ok(page, PHONE, LAPTOP)
    page.set_viewport_size(PHONE)
    file, code = page.get_by_label("ZIP file from UIDAI"), page.get_by_label("Share code")
    file.set_input_files(given)
    file.focus()
    page.keyboard.press("Tab")
    expect(code).to_be_focused()
    page.keyboard.type(ANOTHER)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(code).to_have_value(ANOTHER)
    expect(code).to_have_accessible_description(re.compile("Wrong share code"))
    expect(page.get_by_text("select the file again")).to_be_visible()
    assert_page_ok(page, PHONE, LAPTOP)
    page.set_viewport_size(PHONE)
    file.set_input_files(given)
    code.fill(CODE)
    with page.expect_navigation():
        code.press("Enter")
    expect(page.locator("#aadhaar-front")).to_contain_text("signature verified")
    expect(page.locator("main")).not_to_contain_text(who.aadhaar)
    assert_page_ok(page, PHONE)
