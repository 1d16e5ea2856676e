"""Papers at the desk: a text from the draft on, a sealed copy checked, a picture masked by hand."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hitouch.demo import people
from onboarding.demo import agents
from tests.browser.logins import press
from tests.browser.page_checks import in_both_lights, in_order

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
    in_both_lights(page)
    version = f"7.{int(time.time()) % 1000}"
    page.get_by_label("Version").fill(version)
    press(page, "Save draft")
    expect(page.locator("ins")).to_contain_text("One more duty.")
    in_both_lights(page)
    page.get_by_label("In force from").fill("2099-01-01T09:00")
    press(page, f"Publish version {version}")
    expect(page.locator("#content")).to_contain_text("Scheduled")
    in_order(page)
    press(page, f"Archive version {version}")
    expect(page.locator("#content")).to_contain_text("Archived")
    in_both_lights(page)


def test_sealed_copy_is_checked_by_anybody(open_page: Callable[..., Page], tmp_path: Path) -> None:
    """The file that the agent has is ours; with a byte changed it is not, for a stranger."""
    page, stranger = open_page(people.ASHA), open_page()
    page.goto("/onboarding/agreements/")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download PDF").first.click()
    ours, changed = tmp_path / "ours.pdf", tmp_path / "changed.pdf"
    coming.value.save_as(ours)
    data = bytearray(ours.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    stranger.goto("/verify/")
    for file, tone in ((ours, "tone-good"), (changed, "tone-bad")):
        stranger.get_by_label("PDF file").set_input_files(file)
        press(stranger, "Verify file")
        expect(stranger.locator(f".notice.{tone}")).to_be_focused()
        in_both_lights(stranger)
    expect(stranger.locator("main")).not_to_contain_text("Asha")


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
    press(page, "Save photo")
    expect(front).to_contain_text("our team will do it")
    in_both_lights(page)
    desk.goto("/admin/onboarding/kycheldpicture/")
    in_both_lights(desk)
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
        in_order(desk)
    press(desk, "Ask for a new photo")
    in_order(desk)
    page.reload()
    expect(front).not_to_contain_text("our team will do it")
