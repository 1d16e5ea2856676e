"""Sign-up, log-in and account pages in a real browser: codes, passwords, sessions, keyboard."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from hitouch.journey import cast
from hitouch.management.commands.journey import outbox_reader
from tests.browser.logins import press
from tests.browser.page_checks import LAPTOP, PHONE, assert_page_ok_in_both_schemes
from tests.support.waiting import DEADLINE_SECONDS, wait_until

pytestmark = pytest.mark.browser
BANK = Path("proctoring") / "item_bank" / "data"
Open = Callable[..., Page]
WAITING = re.compile(r"You can resend the code in \d+ seconds?\.")
SCRIPT = "text/javascript"
A_DAY_MS = 24 * 3600 * 1000
SIZES = pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])


@pytest.fixture
def who(base_url: str) -> cast.NewAgent:
    """A person without an account."""
    return cast.newcomer(outbox_reader(base_url), BANK, email="", phone="")


def code_field(page: Page) -> Locator:
    """The field for the six-digit code."""
    return page.get_by_label("6-digit code")


def stop_clock(page: Page) -> None:
    """Replace the page's clock by one that the test advances."""
    page.clock.install(time=0)
    page.clock.pause_at(3600)


def ask_for_code(page: Page, start: str, contact: str) -> None:
    page.goto(start)
    page.get_by_label("Email or mobile number").fill(contact)
    press(page, "Send code")


def paste(page: Page, text: str) -> None:
    """Paste text into the focused field through the clipboard."""
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
    """axe finds nothing on the code page, its error, the password page and the account."""
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
    """After a wrong code the field has the focus and its digits are selected."""
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
def test_pasted_code_is_submitted(open_page: Open, who: cast.NewAgent, shape: str) -> None:
    """Pasted text that contains six digits, with a space or the whole message, is submitted."""
    page = open_page()
    ask_for_code(page, "/sign-up/", who.email)
    code = who.read_code(who.email)
    with page.expect_navigation():
        paste(page, shape.format(code[:3], code[3:]))
    expect(page.get_by_label("New password")).to_be_visible()


def test_unclear_code_stays_as_pasted(open_page: Open, who: cast.NewAgent) -> None:
    """Seven digits are no code of six: they stay for the person to see, and nothing is sent."""
    page = open_page()
    ask_for_code(page, "/sign-up/", who.email)
    code = who.read_code(who.email)
    paste(page, f"{code}7")
    expect(code_field(page)).to_have_value(f"{code}7")
    with page.expect_navigation():
        code_field(page).fill(code)
    expect(page.get_by_label("New password")).to_be_visible()


def test_incomplete_code_is_not_submitted(open_page: Open, who: cast.NewAgent) -> None:
    """Three pasted digits are not submitted; the others can be typed."""
    page = open_page()
    ask_for_code(page, "/sign-up/", who.email)
    code = who.read_code(who.email)
    paste(page, code[:3])
    expect(code_field(page)).to_have_value(code[:3])
    with page.expect_navigation():
        page.keyboard.type(code[3:])


def test_sign_up_by_phone(open_page: Open, who: cast.NewAgent) -> None:
    """A mobile number without country code, the code and a password complete the sign-up."""
    page = open_page(viewport=PHONE)
    ask_for_code(page, "/sign-up/", who.phone.removeprefix("+91"))
    expect(page.locator("form[data-sent-to=phone]")).to_be_visible()
    expect(page.get_by_text("An SMS can take a minute.")).to_be_visible()
    with page.expect_navigation():
        code_field(page).fill(who.read_code(who.phone))
    page.get_by_label("New password").fill(who.password)
    press(page, "Create account")
    expect(page.locator(".menu")).to_be_visible()


def test_countdown_ignores_the_system_clock(open_page: Open, who: cast.NewAgent) -> None:
    """Setting the clock a day ahead does not end the countdown; a passed minute does."""
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


def test_early_resend_shows_the_servers_wait(open_page: Open, who: cast.NewAgent) -> None:
    """When the countdown ended too early the server's remaining time replaces it."""
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
    """After the countdown the button sends a new code, which is accepted."""
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
    """Every step works by a button, and controls that need JavaScript are hidden."""
    page = open_page(java_script_enabled=False)
    ask_for_code(page, "/sign-up/", who.email)
    code = who.read_code(who.email)
    code_field(page).fill(f"{code[:3]} {code[3:]}")
    press(page, "Continue")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    page.get_by_label("New password").fill(who.password)
    press(page, "Create account")
    expect(page.locator(".menu")).to_be_visible()


def test_page_solves_the_challenge_by_itself(
    open_page: Open, base_url: str, who: cast.NewAgent
) -> None:
    """After strangers have asked for the same contact; it says what happens, also on a phone."""
    for number in range(2, 7):
        stranger = httpx.HTTPTransport(local_address=f"127.0.0.{number}")
        with httpx.Client(
            base_url=base_url, transport=stranger, timeout=DEADLINE_SECONDS
        ) as client:
            answer = client.post("/api/v1/auth/sign-up/code/", json={"contact": who.email})
            assert answer.status_code == 202
    page = open_page(viewport=PHONE)
    page.route("**/challenge_worker*", lambda route: route.fulfill(body="", content_type=SCRIPT))
    ask_for_code(page, "/sign-up/", who.email)
    expect(page.get_by_role("heading", name="One moment")).to_be_visible()
    expect(page.get_by_text("This takes a few seconds.")).to_be_visible()
    assert_page_ok_in_both_schemes(page, PHONE)
    page.unroute("**/challenge_worker*")
    ask_for_code(page, "/sign-up/", who.email)
    expect(code_field(page)).to_be_visible()


def test_password_visibility_by_keyboard(open_page: Open) -> None:
    """The button after the field shows and hides the password by keyboard."""
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


def test_password_hint_follows_input(open_page: Open, who: cast.NewAgent) -> None:
    """The hint names missing characters, refuses digits alone, and confirms a valid one."""
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
    """Ending another session logs that browser out and keeps the current one."""
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
