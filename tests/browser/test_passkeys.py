"""Passkeys in a real browser, with Chromium's virtual authenticator."""

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page, expect

from hitouch.demo import people
from tests.browser import new_agent
from tests.browser.logins import log_in, press
from tests.browser.page_checks import LAPTOP, PHONE, assert_page_ok

pytestmark = pytest.mark.browser
FACTORS = "/account/second-factor/"


@pytest.fixture
def open_named(open_page: Callable[..., Page], base_url: str) -> Callable[..., Page]:
    """Open pages under a host name: WebAuthn does not work on IP addresses."""
    return lambda **options: open_page(
        base_url=base_url.replace("127.0.0.1", "localhost"), **options
    )


class Phone:
    """Add a virtual authenticator with user verification to the page."""

    def __init__(self, page: Page) -> None:
        self.line: CDPSession = page.context.new_cdp_session(page)
        self.line.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self.line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.name = made["authenticatorId"]

    def set_fingerprint(self, *, valid: bool) -> None:
        """Set whether user verification succeeds."""
        who = {"authenticatorId": self.name, "isUserVerified": valid}
        self.line.send("WebAuthn.setUserVerified", who)


def log_out(page: Page) -> None:
    page.locator("details.menu summary").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Log out").first.click()


def add_passkey(page: Page, name: str) -> None:
    page.goto(FACTORS)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill(name)
    with page.expect_navigation():
        page.get_by_role("button", name="Add passkey").click()


def test_log_in_with_a_passkey_alone(open_named: Callable[..., Page], base_url: str) -> None:
    """A passkey logs in without a contact and a password."""
    who, page = new_agent.registered(base_url), open_named()
    Phone(page)
    new_agent.log_in(page, who)
    add_passkey(page, "Journey phone")
    expect(page.get_by_text("They won't be shown again")).to_be_visible()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    assert_page_ok(page, PHONE, LAPTOP)
    page.goto(FACTORS)
    expect(page.get_by_text("Journey phone")).to_be_visible()
    assert_page_ok(page, PHONE, LAPTOP)
    log_out(page)
    page.goto("/log-in/")
    assert_page_ok(page, PHONE)
    press(page, "Log in with a passkey")
    page.goto(FACTORS)
    expect(page.get_by_text("Last used")).to_be_visible()


def test_passkey_after_the_password(open_named: Callable[..., Page], base_url: str) -> None:
    """A passkey is the second factor after the password; it can be renamed and removed."""
    who, page = new_agent.registered(base_url), open_named()
    Phone(page)
    new_agent.log_in(page, who)
    add_passkey(page, "Old name")
    log_out(page)
    page.goto("/log-in/")
    page.get_by_label("Email or mobile number").fill(who.email)
    page.get_by_label("Password", exact=True).fill(who.password)
    press(page, "Log in")
    assert_page_ok(page, PHONE, LAPTOP)
    press(page, "Use a passkey")
    page.goto(FACTORS)
    page.get_by_role("link", name="Rename Old name").click()
    assert_page_ok(page, PHONE)
    page.get_by_label("Name").fill("New name")
    press(page, "Save")
    page.get_by_role("link", name="Remove New name").click()
    assert_page_ok(page, PHONE)
    press(page, "Remove")
    expect(page.get_by_text("Removed.")).to_be_visible()


def test_passkey_opens_the_admin(open_named: Callable[..., Page]) -> None:
    """A passkey alone counts as both factors for the admin."""
    page = open_named()
    Phone(page)
    log_in(page, people.SUPPORT)
    add_passkey(page, "Desk")
    log_out(page)
    page.goto("/log-in/?next=/admin/")
    press(page, "Log in with a passkey")
    expect(page.get_by_role("heading", name="Work queues")).to_be_visible()


def test_a_wrong_fingerprint_shows_an_error(open_named: Callable[..., Page]) -> None:
    """Failed user verification shows an error, and other log-ins remain available."""
    page = open_named()
    Phone(page).set_fingerprint(valid=False)
    page.goto("/log-in/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_text("Passkey not used")).to_be_visible()
    expect(page.get_by_role("link", name="Log in with a code instead")).to_be_visible()
    assert_page_ok(page, PHONE)


def test_no_passkey_button_on_an_ip_address(open_page: Callable[..., Page]) -> None:
    """On an IP address the page offers only the other log-ins."""
    page = open_page()
    page.goto("/log-in/")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Log in with a passkey")).to_have_count(0)


def test_no_passkey_button_without_javascript(open_named: Callable[..., Page]) -> None:
    """Without JavaScript the passkey button is hidden, and an authenticator app can be set up."""
    page = open_named(java_script_enabled=False)
    log_in(page, people.MEERA)
    page.goto(f"{FACTORS}passkeys/add/")
    expect(page.get_by_role("button", name="Add passkey")).not_to_be_visible()
    expect(page.get_by_role("link", name="Set up an authenticator app")).to_be_visible()


def test_second_factor_pages_fit_and_are_accessible(open_named: Callable[..., Page]) -> None:
    """At phone and laptop width axe finds nothing, and nothing overflows."""
    page = open_named()
    Phone(page)
    log_in(page, people.ORCHID)
    for path in ("", "set-up/", "passkeys/add/", "recovery-codes/new/"):
        page.goto(f"{FACTORS}{path}")
        assert_page_ok(page, PHONE, LAPTOP)
