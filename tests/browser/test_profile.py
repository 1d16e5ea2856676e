"""Profile form in a real browser: drafts, offline, two devices, keyboard, without JavaScript."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from hitouch.demo import people
from tests.browser.console_watch import Faults
from tests.browser.logins import press
from tests.browser.page_checks import PHONE, assert_page_ok

pytestmark = pytest.mark.browser
WORK = "/onboarding/profile/work/"
ADDRESS = "/onboarding/profile/address/"
STUDIES = "/onboarding/profile/studies/"
SAVED = re.compile(r"^Saved \d")
BIO = "About you"


@pytest.fixture(autouse=True)
def restore_bio(open_page: Callable[..., Page]) -> Iterator[None]:
    """Restore the profile after each test."""
    yield
    page = open_page(people.NILA)
    page.goto(WORK)
    page.get_by_label(BIO).fill("Two years of chat support for online shops.")
    press(page, "Save and continue")


def test_draft_appears_on_another_device(open_page: Callable[..., Page]) -> None:
    """A draft is saved automatically, with its time, and shown in another browser."""
    phone = open_page(people.NILA, viewport=PHONE)
    phone.goto(WORK)
    phone.get_by_label(BIO).fill("Half a sentence abo")
    expect(phone.locator("#saved")).to_have_text(SAVED)
    assert_page_ok(phone, PHONE)
    laptop = open_page(people.NILA)
    laptop.goto(WORK)
    expect(laptop.get_by_label(BIO)).to_have_value("Half a sentence abo")
    expect(laptop.locator("#saved")).to_contain_text("Draft saved")
    press(laptop, "Save and continue")
    laptop.goto(WORK)
    expect(laptop.locator("#saved")).to_be_empty()
    expect(laptop.get_by_label(BIO)).to_have_value("Half a sentence abo")


def test_offline_input_is_sent_later(open_page: Callable[..., Page]) -> None:
    """Offline the page says that the draft is not saved, Save keeps the page, and the draft is sent
    when the connection returns."""
    page = open_page(people.NILA, viewport=PHONE)
    page.goto(WORK)
    page.context.set_offline(True)
    page.get_by_label(BIO).fill("Typed in a tunnel")
    expect(page.locator("#saved")).to_contain_text("offline")
    page.get_by_role("button", name="Save and continue").last.click()
    expect(page.get_by_label(BIO)).to_have_value("Typed in a tunnel")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text(SAVED)
    other = open_page(people.NILA)
    other.goto(WORK)
    expect(other.get_by_label(BIO)).to_have_value("Typed in a tunnel")


def test_offline_input_survives_a_reload(open_page: Callable[..., Page], faults: Faults) -> None:
    """Unsent input is kept in the tab across a reload, and sent afterwards."""
    page = open_page(people.NILA)
    page.goto(WORK)
    page.route("**/drafts/**", lambda route: route.abort())
    page.get_by_label(BIO).fill("Typed before the reload")
    expect(page.locator("#saved")).to_contain_text("offline")
    page.unroute("**/drafts/**")
    page.reload()
    expect(page.get_by_label(BIO)).to_have_value("Typed before the reload")
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert page.evaluate("sessionStorage.length") == 0
    faults[:] = [fault for fault in faults if "answered 412" not in fault]  # it went out on leaving


def test_input_survives_an_ended_session(open_page: Callable[..., Page], faults: Faults) -> None:
    """When the session was ended the page says so, and the input is there after log-in."""
    page = open_page(people.NILA)
    page.goto(WORK)
    cookies = page.context.cookies()
    page.context.clear_cookies(name=re.compile("session"))
    page.get_by_label(BIO).fill("Typed after the session ended")
    expect(page.locator("#saved")).to_contain_text("logged out")
    expect(page.get_by_role("link", name="log in to continue")).to_be_visible()
    page.context.add_cookies(cookies)
    page.goto(WORK)
    expect(page.get_by_label(BIO)).to_have_value("Typed after the session ended")
    expect(page.locator("#saved")).to_have_text(SAVED)
    faults[:] = [fault for fault in faults if "/drafts/" not in fault]


@pytest.mark.parametrize("keep_mine", [True, False])
def test_two_devices(open_page: Callable[..., Page], faults: Faults, keep_mine: bool) -> None:
    """The second device sees the first one's input and chooses; nothing is overwritten silently."""
    phone, laptop = open_page(people.NILA, viewport=PHONE), open_page(people.NILA)
    phone.goto(WORK)
    laptop.goto(WORK)
    laptop.get_by_label(BIO).fill("From the laptop")
    expect(laptop.locator("#saved")).to_have_text(SAVED)
    phone.get_by_label(BIO).fill("From the phone")
    notice = phone.locator("#elsewhere")
    expect(notice).to_contain_text("From the laptop")
    expect(notice).to_be_focused()
    assert_page_ok(phone, PHONE)
    if keep_mine:
        phone.get_by_role("button", name="Keep this version").click()
        expect(phone.locator("#saved")).to_have_text(SAVED)
    else:
        with phone.expect_navigation():
            phone.get_by_role("link", name="Use the other version").click()
    last = "From the phone" if keep_mine else "From the laptop"
    expect(phone.get_by_label(BIO)).to_have_value(last)
    laptop.reload()
    expect(laptop.get_by_label(BIO)).to_have_value(last)
    faults[:] = [fault for fault in faults if "answered 412" not in fault]


def test_full_aadhaar_number_is_not_saved(open_page: Callable[..., Page], faults: Faults) -> None:
    """A full Aadhaar number is refused and stored neither on the server nor in the tab."""
    page = open_page(people.NILA)
    page.goto(WORK)
    page.get_by_label(BIO).fill("Mine is 2345 6789 0124")
    page.get_by_label("Hours per day").fill("7")
    expect(page.locator("#saved")).to_contain_text("full Aadhaar number")
    page.wait_for_function("() => sessionStorage.length === 0")
    page.reload()
    expect(page.get_by_label("Hours per day")).to_have_value("7")
    assert "2345" not in page.get_by_label(BIO).input_value()
    page.get_by_label("Hours per day").fill("6")
    expect(page.locator("#saved")).to_have_text(SAVED)
    page.wait_for_function("() => sessionStorage.length === 0")
    faults[:] = [fault for fault in faults if "answered 422" not in fault]


def test_skills_by_keyboard(open_page: Callable[..., Page]) -> None:
    """Skills are typed, chosen by arrow keys and removed by Backspace; synonyms are recognised."""
    page = open_page(people.NILA, viewport=PHONE)
    page.goto(WORK)
    box = page.get_by_role("combobox", name="Skills")
    before = page.locator("[name=skills]").input_value()
    box.press_sequentially("zen")
    expect(page.get_by_role("option", name="Zendesk")).to_be_visible()
    assert_page_ok(page, PHONE)
    box.press("ArrowDown")
    box.press("Enter")
    box.press_sequentially("ms excel,")
    expect(page.locator("[name=skills]")).to_have_value(f"{before}, Zendesk, Excel")
    expect(page.locator("#saved")).to_have_text(SAVED)
    box.press("Backspace")
    box.press("Backspace")
    expect(page.locator("[name=skills]")).to_have_value(before)
    page.wait_for_function("() => sessionStorage.length === 0")


def test_pin_code_fills_in_city_and_state(open_page: Callable[..., Page], faults: Faults) -> None:
    """City and state follow the PIN code until they are edited; an unknown code is reported."""
    page = open_page(people.NILA, viewport=PHONE)
    page.goto(ADDRESS)
    page.get_by_label("Same as current address").uncheck()
    home = page.locator("fieldset", has=page.locator("[name=permanent_pin]"))
    for name in ("city", "state", "pin"):
        box = home.locator(f"[name=permanent_{name}]")
        box.select_option("") if name == "state" else box.fill("")
    home.get_by_label("PIN code").fill("411001")
    expect(home.get_by_label("City or town")).to_have_value("Pune")
    expect(home.get_by_label("State")).to_have_value("Maharashtra")
    home.get_by_label("PIN code").fill("600001")
    expect(home.get_by_label("City or town")).to_have_value("Chennai")
    home.get_by_label("State").select_option("Kerala")
    expect(home.get_by_role("status")).to_contain_text("is in Tamil Nadu")
    home.get_by_label("PIN code").fill("999999")
    expect(home.get_by_role("status")).to_contain_text("not in our list")
    assert_page_ok(page, PHONE)
    page.get_by_label("Same as current address").check()
    press(page, "Save and continue")
    faults[:] = [fault for fault in faults if "/pins/" not in fault]


def test_without_scripts(open_page: Callable[..., Page]) -> None:
    """Every section is a form: input is kept, rows can be added, errors stand beside fields."""
    page = open_page(people.NILA, java_script_enabled=False)
    page.goto(STUDIES)
    cards = page.locator(".entry")
    before = cards.count()
    page.get_by_role("button", name="Add another qualification").click()
    expect(cards).to_have_count(before + 1)
    cards.last.get_by_label("Course or subject").fill("Half a deg")
    page.get_by_role("button", name="Save and continue").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Please correct the following")
    page.goto(STUDIES)
    expect(cards.last.get_by_label("Course or subject")).to_have_value("Half a deg")
    cards.last.get_by_label("Remove when I save").check()
    page.get_by_role("button", name="Save and continue").last.click()
    page.goto(STUDIES)
    expect(cards).to_have_count(before)
