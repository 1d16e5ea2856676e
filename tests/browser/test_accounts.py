"""Sign-up, log-in and account pages in a real browser: codes, passwords, sessions, keyboard."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from hitouch.journey import cast
from hitouch.management.commands.journey import outbox_reader
from tests.browser.logins import press
from tests.browser.page_checks import LAPTOP, PHONE, assert_page_ok_in_both_schemes
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser
BANK = Path("proctoring") / "bank.yaml"
Open = Callable[..., Page]
WAITING = re.compile(r"You can resend the code in \d+ seconds?\.")
A_DAY_MS = 24 * 3600 * 1000
SIZES = pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])


@pytest.fixture
def who(base_url: str) -> cast.NewAgent:
    """Somebody whom the site has never seen."""
    return cast.newcomer(outbox_reader(base_url), BANK, email="", phone="")


def code_field(page: Page) -> Locator:
    """The field for the six-digit code."""
    return page.get_by_label("6-digit code")


def stop_clock(page: Page) -> None:
    """Time on the page passes only when the test says so."""
    page.clock.install(time=0)
    page.clock.pause_at(3600)


def ask_for_code(page: Page, start: str, contact: str) -> None:
    page.goto(start)
    page.get_by_label("Email or mobile number").fill(contact)
    press(page, "Send code")


def paste(page: Page, text: str) -> None:
    """As a person does it, through the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    code_field(page).focus()
    page.keyboard.press("ControlOrMeta+v")


def sign_up(page: Page, who: cast.NewAgent, contact: str) -> None:
    ask_for_code(page, "/sign-up/", contact)
    with page.expect_navigation():
        code_field(page).press_sequentially(who.read_code(contact))
    page.get_by_label("New password").fill(who.password)
    press(page, "Create account")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_sign_up_pages_are_accessible(open_page: Open, who: cast.NewAgent) -> None:
    """Code page, its error, the password page and the account: axe finds nothing on any."""
    page = open_page()
    ask_for_code(page, "/sign-up/", who.email)
    assert_page_ok_in_both_schemes(page)
    code = who.read_code(who.email)
    with page.expect_navigation():
        code_field(page).press_sequentially(wrong(code))
    assert_page_ok_in_both_schemes(page)
    with page.expect_navigation():
        code_field(page).fill(code)
    assert_page_ok_in_both_schemes(page)
    page.get_by_label("New password").fill("short")
    press(page, "Create account")
    assert_page_ok_in_both_schemes(page)
    page.get_by_label("New password").fill(who.password)
    press(page, "Create account")
    for path in ("/account/", "/account/contacts/", "/account/activity/", "/account/password/"):
        page.goto(path)
        assert_page_ok_in_both_schemes(page)


@SIZES
def test_a_wrong_code_is_reported_at_the_field(
    open_page: Open, who: cast.NewAgent, size: dict[str, int]
) -> None:
    """The page comes back with the focus in the field and its digits ready to be replaced."""
    page = open_page(viewport=size)
    ask_for_code(page, "/sign-up/", who.email)
    expect(code_field(page)).to_be_focused()
    code = who.read_code(who.email)
    with page.expect_navigation():
        page.keyboard.type(wrong(code))
    expect(code_field(page)).to_be_focused()
    expect(code_field(page)).to_have_value(wrong(code))
    expect(code_field(page)).to_have_accessible_description(re.compile("That code is not correct"))
    with page.expect_navigation():
        page.keyboard.type(code)
    expect(page.get_by_label("New password")).to_be_visible()


@pytest.mark.parametrize("shape", ["{0} {1}", "Your code is {0}{1}. It works for 10 minutes."])
def test_pasted_code_sends_itself(open_page: Open, who: cast.NewAgent, shape: str) -> None:
    """With a blank, or with the words of the message: six digits are taken out and sent."""
    page = open_page()
    ask_for_code(page, "/sign-up/", who.email)
    code = who.read_code(who.email)
    with page.expect_navigation():
        paste(page, shape.format(code[:3], code[3:]))
    expect(page.get_by_label("New password")).to_be_visible()


def test_pasted_part_waits(open_page: Open, who: cast.NewAgent) -> None:
    """Three digits send nothing; the rest may be typed."""
    page = open_page()
    ask_for_code(page, "/sign-up/", who.email)
    code = who.read_code(who.email)
    paste(page, code[:3])
    expect(code_field(page)).to_have_value(code[:3])
    with page.expect_navigation():
        page.keyboard.type(code[3:])


def test_sign_up_by_phone_to_the_end(open_page: Open, who: cast.NewAgent) -> None:
    """A mobile number without country code, the code of the SMS, and a password are enough."""
    page = open_page(viewport=PHONE)
    ask_for_code(page, "/sign-up/", who.phone.removeprefix("+91"))
    expect(page.locator("form[data-sent-to=phone]")).to_be_visible()
    expect(page.get_by_text("An SMS can take a minute.")).to_be_visible()
    with page.expect_navigation():
        code_field(page).fill(who.read_code(who.phone))
    page.get_by_label("New password").fill(who.password)
    press(page, "Create account")
    expect(page.locator(".menu")).to_be_visible()


def test_countdown_runs_on_the_pages_own_clock(open_page: Open, who: cast.NewAgent) -> None:
    """A clock that is set a day ahead ends no countdown; a minute that passes does."""
    page = open_page()
    stop_clock(page)
    ask_for_code(page, "/sign-up/", who.email)
    again = page.get_by_role("button", name="Resend code")
    said = page.locator("[data-again-in] [role=status]")
    expect(said).to_have_text(WAITING)
    expect(again).to_have_attribute("aria-disabled", "true")
    page.evaluate(f"() => {{ const now = Date.now; Date.now = () => now() + {A_DAY_MS}; }}")
    again.focus()
    page.keyboard.press("Enter")
    expect(said).to_have_text(re.compile("Please wait"))
    page.clock.run_for(61_000)
    expect(again).to_have_attribute("aria-disabled", "false")
    expect(said).to_have_text("You can resend the code now.")


def test_asking_again_counts_on_from_the_server(open_page: Open, who: cast.NewAgent) -> None:
    """Whose page counted too fast is told by the server how long, and the page goes on from it."""
    page = open_page()
    stop_clock(page)
    ask_for_code(page, "/sign-up/", who.email)

    def is_refused() -> bool:
        page.clock.run_for(61_000)
        press(page, "Resend code")
        return "We've already sent a code." in page.locator(".toast").inner_text()

    wait_until(is_refused)  # on a busy machine the server's own wait may be over: then once more
    expect(page.locator("[data-words]")).to_have_text(WAITING)


def test_new_code_replaces_the_first(open_page: Open, who: cast.NewAgent) -> None:
    """When the wait is over the button sends another code, and that one opens the next page."""
    page = open_page()
    ask_for_code(page, "/sign-up/", who.email)
    first = who.read_code(who.email)
    again = page.get_by_role("button", name="Resend code")
    expect(again).to_have_attribute("aria-disabled", "false")
    press(page, "Resend code")
    expect(page.locator(".toast")).to_contain_text("We've sent a new code.")
    code = who.read_code(who.email)
    if code != first:
        with page.expect_navigation():
            code_field(page).fill(first)
        expect(code_field(page)).to_have_accessible_description(
            re.compile("That code is not correct")
        )
    with page.expect_navigation():
        code_field(page).fill(code)
    expect(page.get_by_label("New password")).to_be_visible()


def test_forgotten_password_is_replaced(open_page: Open, who: cast.NewAgent) -> None:
    """A code sent to the contact allows a new password, which logs in."""
    page = open_page()
    sign_up(page, who, who.email)
    page.context.clear_cookies()
    ask_for_code(page, "/reset/", who.email)
    with page.expect_navigation():
        code_field(page).fill(who.read_code(who.email))
    page.get_by_label("New password").fill("another-horse-battery")
    press(page, "Set password")
    expect(page.locator(".toast")).to_contain_text("Your password has been reset.")
    page.get_by_label("Email or mobile number").fill(who.email)
    page.get_by_label("Password").fill("another-horse-battery")
    press(page, "Log in")
    expect(page.locator(".menu")).to_be_visible()


def test_sign_up_without_javascript(open_page: Open, who: cast.NewAgent) -> None:
    """Every step has a button: nothing needs JavaScript, and what needs it is not shown."""
    page = open_page(java_script_enabled=False)
    ask_for_code(page, "/sign-up/", who.email)
    code = who.read_code(who.email)
    code_field(page).fill(f"{code[:3]} {code[3:]}")
    press(page, "Continue")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    page.get_by_label("New password").fill(who.password)
    press(page, "Create account")
    expect(page.locator(".menu")).to_be_visible()


def test_password_is_shown_by_the_keyboard(open_page: Open) -> None:
    """Tab from the field to its button, show and hide; the rule counts along."""
    page = open_page()
    page.goto("/log-in/")
    field = page.get_by_label("Password")
    field.fill("correct-horse")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("type", "text")
    expect(field).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(field).to_have_attribute("type", "password")


def test_new_password_is_measured_while_typed(open_page: Open, who: cast.NewAgent) -> None:
    """How many characters are missing, that digits alone are not enough, and when it is enough."""
    page = open_page()
    ask_for_code(page, "/sign-up/", who.email)
    with page.expect_navigation():
        code_field(page).fill(who.read_code(who.email))
    field, told = page.get_by_label("New password"), page.locator("[data-strength]")
    for typed, words in (
        ("correct", "3 more characters needed."),
        ("123456789", "1 more character needed."),
        ("12345678901", "Add letters. Numbers alone are easy to guess."),
        ("correct horse", "Good length."),
        ("", ""),
    ):
        field.fill(typed)
        expect(told).to_have_text(words)


def test_ending_a_session_logs_that_browser_out(open_page: Open, who: cast.NewAgent) -> None:
    """Two browsers of one person: the first logs the second out by name, and stays itself."""
    here = open_page()
    sign_up(here, who, who.email)
    there = open_page(viewport=PHONE, user_agent="Mozilla/5.0 (iPhone) Version/17.4 Safari/604.1")
    there.goto("/log-in/")
    there.get_by_label("Email or mobile number").fill(who.email)
    there.get_by_label("Password").fill(who.password)
    press(there, "Log in")
    here.goto("/account/")
    expect(here.get_by_text("This device")).to_have_count(1)
    line = here.locator(".places-list li").filter(has_text="Safari on iPhone").first
    with here.expect_navigation():
        line.get_by_role("button").click()
    expect(here.locator(".toast")).to_contain_text("That device has been logged out.")
    expect(here.locator(".places-list").first).not_to_contain_text("iPhone")
    there.goto("/account/")
    expect(there).to_have_url(re.compile("/log-in/"))
    here.goto("/account/activity/")
    expect(here.locator("main")).to_contain_text("Logged in with a password")
    expect(here.locator("main")).to_contain_text("Logged out of another device")
