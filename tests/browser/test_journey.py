"""The whole journey of an agent in a real browser, from sign-up to the payment."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hitouch.demo import people
from hitouch.journey import cast
from hitouch.journey import steps as journey_steps
from hitouch.journey.client import ApiSession
from hitouch.management.commands.journey import outbox_reader
from tests.browser import agent, staff

BANK = Path("proctoring") / "item_bank" / "data"
pytestmark = pytest.mark.browser


@pytest.fixture
def who(base_url: str) -> cast.NewAgent:
    """A person without an account."""
    return cast.newcomer(outbox_reader(base_url), BANK, email="", phone="")


@pytest.fixture
def grader(base_url: str) -> Callable[[], ApiSession]:
    """Logs in the demo's grader, once there is something to mark."""
    person = people.GRADER
    login = cast.CastLogin(person.email, people.PASSWORD, person.totp_secret)
    return lambda: journey_steps.enter(base_url, login)


def test_journey_from_sign_up_to_payment(
    open_page: Callable[..., Page], who: cast.NewAgent, grader: Callable[[], ApiSession]
) -> None:
    """A new agent signs up, is cleared, works a shift and is paid."""
    page = open_page()
    agent.sign_up(page, who)
    agent.complete_profile(page, who)
    agent.show_documents(page, who)
    staff.approve_documents(open_page(people.REVIEWER), who)
    agent.prepare_sitting(page)
    agent.sit(page, who, grader)
    staff.clear_sitting(open_page(people.PROCTOR), who)
    agent.sign(page, who)
    agent.name_bank_account(page, who)
    client = open_page(people.ORCHID)
    title = staff.publish(client, who)
    agent.apply(page, title)
    staff.accept(client, who)
    agent.work_a_shift(page, title)
    staff.approve_work(client, title)
    staff.pay(open_page, who)
    agent.payment_page(page, title)
    expect(page.get_by_text("Paid", exact=True).first).to_be_visible()
    expect(page.locator("main")).to_contain_text("JRNY")
