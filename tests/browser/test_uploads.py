"""Uploading documents in a real browser: the page follows by itself, on a phone that comes back."""

import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from hitouch.journey import cast
from tests.browser import new_agent
from tests.browser.page_checks import PHONE, assert_page_ok

pytestmark = pytest.mark.browser
ADDRESS = "/onboarding/documents/"


def e_aadhaar(who: cast.NewAgent, password: str) -> bytes:
    """Both sides of the agent's card in one PDF, locked as UIDAI does."""
    sides = [Image.open(io.BytesIO(who.card(kind))) for kind in ("aadhaar-front", "aadhaar-back")]
    plain, out = io.BytesIO(), io.BytesIO()
    sides[0].save(plain, "PDF", save_all=True, append_images=sides[1:])
    with pikepdf.open(plain) as opened:
        opened.save(out, encryption=pikepdf.Encryption(user=password, owner="owner", R=4))
    return out.getvalue()


def choose(page: Page, slug: str, name: str, kind: str, data: bytes) -> None:
    chosen = {"name": name, "mimeType": kind, "buffer": data}
    page.locator(f"#{slug} [name=file]").set_input_files(chosen)


def send(page: Page, slug: str) -> None:
    with page.expect_navigation():
        page.locator(f"#{slug}").get_by_role("button", name="Upload").click()


def expect_news(page: Page, words: str) -> None:
    """The live region tells the news; it is empty when the page was shown after the reading."""
    expect(page.locator("#reading")).to_have_text(re.compile(f"^$|{words}"))


def test_locked_pdf_and_large_photo_on_a_phone(
    open_page: Callable[..., Page], base_url: str
) -> None:
    """A locked PDF asks for its password; a damaged photo is told, a large one made smaller."""
    who, _ = new_agent.with_profile(base_url)
    page = new_agent.log_in(open_page(viewport=PHONE), who)
    page.goto(ADDRESS)
    assert_page_ok(page)
    front, pan = page.locator("#aadhaar-front"), page.locator("#pan")
    choose(page, "aadhaar-front", "e.pdf", "application/pdf", e_aadhaar(who, "SECRET90"))
    front.get_by_label("Last 4 digits of Aadhaar").fill(who.aadhaar[-4:])
    front.get_by_label("This file shows both sides").check()
    send(page, "aadhaar-front")
    expect(front).to_contain_text("locked with a password")
    expect_news(page, "Enter its password")
    assert_page_ok(page)
    with page.expect_navigation():
        front.get_by_role("button", name="Open the PDF").click()
    expect(front).to_contain_text("Enter the password of the PDF")
    front.get_by_label("Password of the PDF").fill("SECRET90")
    with page.expect_navigation():
        front.get_by_role("button", name="Open the PDF").click()
    expect(front.locator("img")).to_be_visible()
    expect_news(page, "has been read")
    assert_page_ok(page)
    choose(page, "pan", "broken.jpg", "image/jpeg", b"\xff\xd8\xff" + bytes(100))
    pan.get_by_label("PAN").fill(who.pan)
    send(page, "pan")
    expect(pan).to_contain_text("Please upload it again")
    expect(pan.get_by_label("PAN")).to_have_value(who.pan)
    assert_page_ok(page)
    large = io.BytesIO()
    card = Image.open(io.BytesIO(who.card("pan"))).resize((4800, 3028))
    card.save(large, "PNG", compress_level=0)
    assert len(large.getvalue()) > 5 * 1024 * 1024
    choose(page, "pan", "large.png", "image/png", large.getvalue())
    send(page, "pan")
    expect(pan.locator("img")).to_be_visible()
    expect(page.get_by_role("button", name="Submit for review")).to_be_visible()
    assert_page_ok(page)
