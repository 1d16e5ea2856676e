"""Log-ins of the demo users, one per user and run."""

from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser, Page

from accounts.mfa import totp
from hitouch.demo import people
from tests.support.waiting import DEADLINE_MS, wait_until

used: dict[str, int] = {}


def second_factor(person: people.DemoPerson) -> str:
    """The authenticator's code; the same one is not taken twice, so wait for the next."""
    wait_until(lambda: used.get(person.email) != current_totp_step())
    used[person.email] = current_totp_step()
    return totp.code(person.totp_secret, datetime.now(UTC))


def current_totp_step() -> int:
    return int(datetime.now(UTC).timestamp()) // totp.STEP_SECONDS


def reload_until(page: Page, words: str) -> None:
    """Reload until the page shows these words: a worker does its part meanwhile."""

    def shown() -> bool:
        page.reload()
        return page.get_by_text(words).count() > 0

    if not page.get_by_text(words).count():
        wait_until(shown, lambda: f"{page.url} does not show: {words}", every=0.3)


def log_in(page: Page, person: people.DemoPerson) -> None:
    page.goto("/log-in/")
    page.get_by_label("Email or mobile number").fill(person.email)
    page.get_by_label("Password").fill(people.PASSWORD)
    press(page, "Log in")
    if person.has_factor:
        page.get_by_label("Code").fill(second_factor(person))
        press(page, "Log in")


def press(page: Page, words: str) -> None:
    """Press a button of the page itself and wait for where it leads."""
    with page.expect_navigation():
        page.locator("main, #main").get_by_role("button", name=words, exact=True).first.click()


class Logins:
    """Whoever logged in stays so: one log-in for the whole run."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self.browser, self.base_url = browser, base_url
        self.states: dict[str, Any] = {}

    def state_of(self, person: people.DemoPerson) -> Any:
        if person.email not in self.states:
            context = self.browser.new_context(base_url=self.base_url)
            context.set_default_timeout(DEADLINE_MS)
            log_in(context.new_page(), person)
            self.states[person.email] = context.storage_state()
            context.close()
        return self.states[person.email]
