"""Admin pages: drafting an agreement, verifying a sealed copy, masking a picture by hand."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hitouch.demo import people
from onboarding.demo import agents
from tests.browser.logins import press
from tests.browser.page_checks import assert_page_ok, assert_page_ok_in_both_schemes

pytestmark = pytest.mark.browser
TEXTS = "/admin/onboarding/agreementtemplate/"


def test_text_from_draft_to_put_away(open_page: Callable[..., Page]) -> None:
    """A draft begins with the newest words, shows what it changes, waits for its day, and goes."""
    page = open_page(people.MEERA)
    page.goto(f"{TEXTS}write/?kind=NDA")
    page.get_by_label("Version").fill("2")
    page.get_by_label("Text").fill(page.get_by_label("Text").input_value() + "\nOne more duty.")
    press(page, "Save draft")
    expect(page.locator("#content")).to_contain_text("Enter the version as two numbers")
    assert_page_ok_in_both_schemes(page)
    version = f"7.{int(time.time()) % 1000}"
    page.get_by_label("Version").fill(version)
    press(page, "Save draft")
    expect(page.locator("ins")).to_contain_text("One more duty.")
    assert_page_ok_in_both_schemes(page)
    page.get_by_label("In force from").fill("2099-01-01T09:00")
    press(page, f"Publish version {version}")
    expect(page.locator("#content")).to_contain_text("Scheduled")
    assert_page_ok(page)
    press(page, f"Archive version {version}")
    expect(page.locator("#content")).to_contain_text("Archived")
    assert_page_ok_in_both_schemes(page)


def test_sealed_copy_is_checked_by_anybody(open_page: Callable[..., Page], tmp_path: Path) -> None:
    """A signed PDF verifies; with one byte changed it does not. The page needs no log-in."""
    page, visitor = open_page(people.ASHA), open_page()
    page.goto("/onboarding/agreements/")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download PDF").first.click()
    ours, changed = tmp_path / "ours.pdf", tmp_path / "changed.pdf"
    coming.value.save_as(ours)
    data = bytearray(ours.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    visitor.goto("/verify/")
    for file, tone in ((ours, "tone-good"), (changed, "tone-bad")):
        visitor.get_by_label("PDF file").set_input_files(file)
        press(visitor, "Verify file")
        expect(visitor.locator(f".notice.{tone}")).to_be_focused()
        assert_page_ok_in_both_schemes(visitor)
    expect(visitor.locator("main")).not_to_contain_text("Asha")


def test_picture_masked_by_hand(open_page: Callable[..., Page], tmp_path: Path) -> None:
    """A picture without a number waits for a person; boxes by keyboard cover it, in any light."""
    page, desk = open_page(people.NILA), open_page(people.MEERA)
    wall = tmp_path / "wall.png"
    wall.write_bytes(agents.picture("a wall").read())
    page.goto("/onboarding/documents/")
    front = page.locator("#aadhaar-front")
    front.locator("details").evaluate("part => part.open = true")
    front.locator("[name=file]").set_input_files(wall)
    front.locator("[name=last_four]").fill("4321")
    with page.expect_navigation():
        front.get_by_role("button", name="Upload").click()
    expect(front).to_contain_text("our team will do it")
    assert_page_ok_in_both_schemes(page)
    desk.goto("/admin/onboarding/kycheldpicture/")
    assert_page_ok_in_both_schemes(desk)
    desk.locator("#result_list tbody th a").first.click()
    first = desk.locator(".mask-box").first.locator("input[type=number]")
    first.first.focus()
    for number in ("10", "20", "30", "12"):
        desk.keyboard.type(number)
        desk.keyboard.press("Tab")
    box = desk.locator("#mask-preview rect")
    expect(box).to_have_attribute("width", "30")
    for light in ("dark", "light"):
        desk.emulate_media(color_scheme=light)
        assert box.evaluate("box => getComputedStyle(box).fill") == "rgb(32, 36, 43)"
        assert_page_ok(desk)
    press(desk, "Show the result")
    confirm = desk.get_by_role("button", name="Confirm, and ask for a second look")
    expect(confirm).to_be_visible()  # the page follows while the result is read
    assert_page_ok_in_both_schemes(desk)
    press(desk, "Confirm, and ask for a second look")
    expect(desk.locator("main")).to_contain_text("another reviewer has to confirm it too")
    assert_page_ok(desk)
    press(desk, "Ask for a new photo")
    assert_page_ok(desk)
    page.reload()
    expect(front).not_to_contain_text("our team will do it")
