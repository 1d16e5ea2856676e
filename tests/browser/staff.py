"""Steps of staff and of a client's member in the browser journey."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from hitouch.demo import people
from hitouch.journey.cast import NewAgent
from tests.browser.agent import fill
from tests.browser.logins import press
from tests.browser.page_checks import LAPTOP, assert_page_ok

Open = Callable[..., Page]
INDIA = ZoneInfo("Asia/Kolkata")


def approve_documents(page: Page, who: NewAgent) -> None:
    """The reviewer finds the case among what waits, takes it, looks, approves."""
    page.goto("/admin/")
    page.get_by_role("link", name=re.compile("document", re.IGNORECASE)).first.click()
    page.locator("#result_list").get_by_role("link", name=who.name).first.click()
    press(page, "Assign to me")
    assert_page_ok(page, LAPTOP)
    why = page.get_by_label("Why you approve nevertheless")
    if why.is_visible():  # the faces have not been compared yet
        why.fill("Compared the faces by eye.")
    page.get_by_role("button", name="Approve", exact=True).click()
    press(page, "Yes Enter")


def clear_sitting(page: Page, who: NewAgent) -> None:
    """The proctor opens the sitting in the admin, goes to the case, and clears it."""
    page.goto("/admin/proctoring/sitting/")
    page.locator("#result_list").get_by_role("link", name=who.name).first.click()
    page.get_by_role("link", name="Open review page").click()
    assert_page_ok(page, LAPTOP)
    decide = page.get_by_role("button", name="Decide and go on")
    if decide.is_visible():  # the result was held
        page.get_by_label("Clear", exact=True).check()
        decide.click()
    else:
        press(page, "Confirm result")


def publish(page: Page, who: NewAgent) -> str:
    """A project, an opportunity, a slot; then it is open. Answers with the title."""
    title = f"Order desk {who.family_name}"
    page.goto("/client/projects/new/")
    fill(page, title=f"Journey {who.family_name}", budget_paise="6000")
    press(page, "Create project")
    page.get_by_role("link", name="Add an opportunity").click()
    now = datetime.now(INDIA)
    fill(
        page,
        title=title,
        description="Answer the chat of one afternoon.",
        category="CHAT",
        pay_kind="FIXED",
        rate_paise="1500",
        apply_by=local(now + timedelta(days=2)),
    )
    press(page, "Save draft")
    half_hour = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    fill(page, starts_at=local(half_hour))
    fill(page, ends_at=local(half_hour + timedelta(hours=4)))
    press(page, "Add shift")
    press(page, "Publish and reserve ₹1,500.00")
    return title


def local(at: datetime) -> str:
    """As the browser's own field writes it."""
    return at.strftime("%Y-%m-%dT%H:%M")


def accept(page: Page, who: NewAgent) -> None:
    page.goto("/client/applications/?state=PENDING")
    page.get_by_role("link", name=who.name).click()
    assert_page_ok(page)
    press(page, "Accept")


def approve_work(page: Page, title: str) -> None:
    page.goto("/client/works/")
    page.get_by_role("link", name=title).first.click()
    assert_page_ok(page)
    press(page, "Approve and pay ₹1,500.00")


def pay(open_page: Open, who: NewAgent) -> None:
    """One finance colleague starts the payout, another one records the bank's number."""
    maker, checker = open_page(people.MAKER), open_page(people.CHECKER)
    for page, words in ((maker, "Start payout"), (checker, "Record UTR")):
        page.goto("/admin/payments/payout/?q=" + who.family_name)
        page.locator("#result_list").get_by_role("link", name=who.name).first.click()
        if page is checker:
            assert_page_ok(page, LAPTOP)
            page.locator("#settle_utr").fill(f"JRNY{uuid4().hex[:12].upper()}")
        else:
            page.get_by_text("Start this payout by hand").click()
        press(page, words)
