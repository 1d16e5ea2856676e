"""New agents for browser tests, created over the REST API and then logged in in the browser.

`test_journey` and `test_accounts` cover the same steps in the browser.
"""

from typing import Any

from playwright.sync_api import Page

from hitouch.journey import cast, steps
from hitouch.journey.client import ApiSession, Report
from hitouch.management.commands.journey import BANK, outbox_reader
from tests.browser.logins import press

QUIET = Report(lambda words: None)


def unregistered(base_url: str) -> cast.NewAgent:
    """The data of an agent who has not signed up."""
    return cast.newcomer(outbox_reader(base_url), BANK, email="", phone="")


def registered(base_url: str) -> cast.NewAgent:
    """An agent with both contacts confirmed and an empty profile."""
    who = unregistered(base_url)
    steps.sign_up(ApiSession(base_url), who, QUIET)
    return who


def with_profile(base_url: str, **changes: Any) -> tuple[cast.NewAgent, ApiSession]:
    """An agent with a profile and a photo, and their API session."""
    who, program = unregistered(base_url), ApiSession(base_url)
    steps.sign_up(program, who, QUIET)
    steps.fill_profile(program, who, QUIET)
    if changes:
        program.put("/onboarding/profile/", who.profile() | changes)
    return who, program


def with_submitted_documents(base_url: str) -> cast.NewAgent:
    """An agent whose documents wait for review."""
    who, program = with_profile(base_url)
    steps.show_pictures(program, who, QUIET)
    return who


def log_in(page: Page, who: cast.NewAgent) -> Page:
    """Log in by password."""
    page.goto("/log-in/")
    page.get_by_label("Email or mobile number").fill(who.email)
    page.get_by_label("Password").fill(who.password)
    press(page, "Log in")
    return page
