"""Somebody new at their documents: signed up over REST in a second, and logged in by hand.

The way there in the browser is walked by `test_journey` and `test_accounts`.
"""

from typing import Any

from playwright.sync_api import Page

from hitouch.journey import cast, steps
from hitouch.journey.client import ApiSession, Report
from hitouch.management.commands.journey import BANK, outbox_reader
from tests.browser.logins import press

QUIET = Report(lambda words: None)


def newcomer(base_url: str) -> cast.NewAgent:
    """Somebody whom the site has never seen."""
    return cast.newcomer(outbox_reader(base_url), BANK, email="", phone="")


def joined(base_url: str) -> cast.NewAgent:
    """With both contacts, and the profile before them."""
    who = newcomer(base_url)
    steps.sign_up(ApiSession(base_url), who, QUIET)
    return who


def told(base_url: str, **changes: Any) -> tuple[cast.NewAgent, ApiSession]:
    """With both contacts, a profile and a photo; and a program of theirs."""
    who, program = newcomer(base_url), ApiSession(base_url)
    steps.sign_up(program, who, QUIET)
    steps.fill_profile(program, who, QUIET)
    if changes:
        program.put("/onboarding/profile/", who.profile() | changes)
    return who, program


def sent(base_url: str) -> cast.NewAgent:
    """Whose documents wait for a reviewer."""
    who, program = told(base_url)
    steps.show_pictures(program, who, QUIET)
    return who


def log_in(page: Page, who: cast.NewAgent) -> Page:
    """By password, to where they are."""
    page.goto("/log-in/")
    page.get_by_label("Email or mobile number").fill(who.email)
    page.get_by_label("Password").fill(who.password)
    press(page, "Log in")
    return page
