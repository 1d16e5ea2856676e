"""The support desk in a real Chromium, with its socket, beside another member and the person."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from chatbot.desk import hours, services
from chatbot.models import CannedReply, FaqCategory, SupportMember, Ticket
from conftest import make_agent, make_staff, sign_in
from tests.browser.asgi_site import AsgiSite, in_thread
from tests.browser.console_watch import Faults
from tests.browser.page_checks import LAPTOP, PHONE, assert_page_ok_in_both_schemes
from tests.support.waiting import DEADLINE_MS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site() -> Iterator[AsgiSite]:
    with AsgiSite() as running:
        yield running


@pytest.fixture
def pages(browser: Browser, site: AsgiSite, faults: Faults) -> Iterator[Callable[..., Page]]:
    """A page of a user who is logged in: `pages(user, "/staff/desk/", viewport=…)`."""
    contexts = []

    def make(user: User, path: str = "/staff/desk/", **options: Any) -> Page:
        name = site_settings.SESSION_COOKIE_NAME
        cookie = sign_in(Client(), user).cookies[name].value
        usual: dict[str, Any] = {"base_url": site.url, "locale": "en-IN", "viewport": LAPTOP}
        contexts.append(browser.new_context(**(usual | options)))
        contexts[-1].set_default_timeout(DEADLINE_MS)
        contexts[-1].add_cookies([{"name": name, "value": cookie, "url": site.url}])
        page = faults.watch(contexts[-1].new_page())
        page.goto(path)
        if path.startswith("/staff/desk/"):
            expect(page.locator("[data-link=live]")).to_be_visible()
        return page

    yield make
    for context in contexts:
        context.close()


def make_member(name: str, *, on_duty: bool = True) -> User:
    """A member of support with room for tickets."""
    user = make_staff(name, "support")
    SupportMember.objects.create(user=user, capacity=5)
    if on_duty:
        elsewhere(services.go_on_duty, user=user)
    return user


def open_ticket(user: User, subject: str = "My payment is missing", **facts: Any) -> Ticket:
    text = facts.pop("text", "I worked on Monday and have not been paid.")
    return elsewhere(services.open_ticket, user=user, subject=subject, text=text, **facts)


def elsewhere(act: Callable[..., Any], **facts: Any) -> Any:
    """Do something as another process does it."""
    return in_thread(act, **({"at": timezone.now()} | facts))


@pytest.fixture
def desk() -> None:
    """Hours, targets, topics and canned replies of the desk."""
    hours.seed(timezone.now())
    FaqCategory.objects.create(title="Payments", position=1)
    CannedReply.objects.create(
        title="Payment is on its way",
        text="Hello {{ name }}, your payment is on its way. This is {{ member }}.",
    )


def open_page_of(page: Page, ticket: Ticket) -> None:
    page.locator(f"a[data-ticket='{ticket.pk}']").click()
    expect(page.get_by_role("heading", name=ticket.subject)).to_be_visible()


def test_what_happens_elsewhere_is_on_the_screen(pages: Callable[..., Page], desk: None) -> None:
    """A new ticket and a new message appear by themselves, and typed text stays."""
    asha, sunita = make_agent("Asha").user, make_member("Sunita")
    page = pages(sunita, "/staff/desk/?view=open")
    ticket = open_ticket(asha)
    open_page_of(page, ticket)
    box = page.get_by_label("Answer to")
    box.fill("We are looking")
    elsewhere(services.reply, ticket=ticket, text="It was Tuesday, not Monday.")
    expect(page.locator("#desk-lines")).to_contain_text("It was Tuesday")
    expect(box).to_have_value("We are looking")
    expect(page.get_by_text("wrote while you were writing")).to_be_visible()


def test_a_draft_survives_a_reload(pages: Callable[..., Page], desk: None) -> None:
    """What was typed is there again: after a reload, and on another computer."""
    asha, sunita = make_agent("Asha").user, make_member("Sunita")
    ticket = open_ticket(asha)
    path = f"/staff/desk/tickets/{ticket.pk}/"
    page = pages(sunita, path)
    page.get_by_label("Answer to").fill("Dear Asha, we have looked")
    expect(page.locator("[data-saved]")).to_contain_text("Draft saved")
    page.reload()
    expect(page.get_by_label("Answer to")).to_have_value("Dear Asha, we have looked")
    expect(pages(sunita, path).get_by_label("Answer to")).to_have_value("Dear Asha, we have looked")


def test_what_is_typed_without_a_connection_is_kept(
    pages: Callable[..., Page], desk: None, faults: Faults
) -> None:
    """Text that could not be sent to the server is in the browser when the page is back."""
    asha, sunita = make_agent("Asha").user, make_member("Sunita")
    page = pages(sunita, f"/staff/desk/tickets/{open_ticket(asha).pk}/")
    page.context.set_offline(True)
    page.get_by_label("Answer to").fill("Typed in a tunnel")
    expect(page.locator("[data-saved]")).to_contain_text("kept in this browser")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Answer to")).to_have_value("Typed in a tunnel")
    faults.clear()


def test_two_members_do_not_write_over_each_other(
    pages: Callable[..., Page], desk: None, faults: Faults
) -> None:
    """Each sees that the other writes; the second is warned, and refused after a new message."""
    asha = make_agent("Asha").user
    first, second = make_member("Sunita"), make_member("Omar", on_duty=False)
    ticket = open_ticket(asha)
    path = f"/staff/desk/tickets/{ticket.pk}/"
    page, other = pages(first, path), pages(second, path)
    page.get_by_label("Answer to").press_sequentially("We look at it")
    expect(other.locator("#desk-presence")).to_contain_text("is writing")
    other.get_by_label("Answer to").fill("I answer, too")
    other.get_by_role("button", name="Send answer").click()
    expect(other.get_by_role("dialog")).to_contain_text("is writing an answer")
    other.get_by_role("button", name="Keep it as a draft").click()
    page.get_by_role("button", name="Send answer").click()
    sent = page.locator("#desk-lines").get_by_text("We look at it")
    anyway = page.get_by_role("button", name="Send my answer")
    sent.or_(anyway).first.wait_for()
    if anyway.is_visible():  # Omar has begun to write, too
        anyway.click()
    expect(sent).to_be_visible()
    expect(other.locator("#desk-lines")).to_contain_text("We look at it")
    expect(other.get_by_text("wrote while you were writing")).to_be_visible()
    assert ticket.messages.filter(is_from_staff=True).count() == 1
    faults.clear()


def test_an_answer_by_keyboard(pages: Callable[..., Page], desk: None) -> None:
    """Find, open, take, fill in a canned reply, and send: no mouse."""
    asha, sunita = make_agent("Asha").user, make_member("Sunita", on_duty=False)
    ticket = open_ticket(asha)
    page = pages(sunita, "/staff/desk/?view=unassigned")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=ticket.subject)).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_text("· yours")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.type("/")
    expect(page.get_by_role("dialog")).to_contain_text("Payment is on its way")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Answer to")).to_have_value(
        "Hello Asha, your payment is on its way. This is Sunita."
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator("#desk-lines")).to_contain_text("your payment is on its way")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assigned_to) == ("WAITING", sunita)
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Checked with finance")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")


def test_the_person_and_the_desk(pages: Callable[..., Page], desk: None) -> None:
    """The person opens, reads the answer without a reload, closes and rates; the desk sees it."""
    asha, sunita = make_agent("Asha").user, make_member("Sunita")
    page = pages(asha, "/help/tickets/new/")
    page.get_by_label("Subject").fill("My level is wrong")
    page.get_by_label("What happened").fill("The site says A2.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("from support is working on this")).to_be_visible()
    ticket = Ticket.objects.get()
    elsewhere(services.answer, ticket=ticket, by=sunita, text="It says B1 now.")
    expect(page.locator("#ticket-thread")).to_contain_text("It says B1 now.")
    page.get_by_role("button", name="Close this ticket").click()
    page.get_by_label("4, good").check()
    page.get_by_role("button", name="Send rating").click()
    expect(page.get_by_text("Your rating: 4 of 5")).to_be_visible()
    staff = pages(sunita, f"/staff/desk/tickets/{ticket.pk}/")
    expect(staff.locator("#desk-lines")).to_contain_text("Rated 4 of 5")


def test_pages_of_the_desk(pages: Callable[..., Page], desk: None) -> None:
    """Queue, ticket, case and clocks: structure, axe, light and dark, laptop and phone."""
    tickets = busy_desk()
    sunita = User.objects.get(email__startswith="sunita")
    page = pages(sunita, "/staff/desk/?view=open")
    assert_page_ok_in_both_schemes(page, PHONE, LAPTOP)
    page.goto(f"/staff/desk/tickets/{tickets[0].pk}/?view=open")
    expect(page.locator("#desk-lines li").first).to_be_attached()
    assert_page_ok_in_both_schemes(page, PHONE, LAPTOP)
    page.set_viewport_size(PHONE)
    page.get_by_text("Case", exact=True).click()
    expect(page.get_by_role("heading", name="Asked before")).to_be_visible()
    assert_page_ok_in_both_schemes(page, PHONE)
    page.goto(f"/staff/desk/tickets/{tickets[0].pk}/clocks/")
    assert_page_ok_in_both_schemes(page, PHONE, LAPTOP)


def test_pages_of_the_person(pages: Callable[..., Page], desk: None) -> None:
    """List, thread and new ticket: structure, axe, light and dark, laptop and phone."""
    ticket = busy_desk()[0]
    page = pages(ticket.user, "/help/tickets/")
    assert_page_ok_in_both_schemes(page, PHONE, LAPTOP)
    for path in (f"/help/tickets/{ticket.pk}/", "/help/tickets/new/"):
        page.goto(path)
        assert_page_ok_in_both_schemes(page, PHONE, LAPTOP)


def busy_desk() -> list[Ticket]:
    """Tickets in every state, with notes, holds and answers."""
    now = timezone.now()
    sunita, omar = make_member("Sunita"), make_member("Omar")
    people = [make_agent(name).user for name in ("Asha", "Ravi", "Nila", "Farah", "Imran")]
    topic = FaqCategory.objects.get(title="Payments")
    days = timedelta(days=3)
    first = open_ticket(
        people[0],
        at=now - days,
        topic=topic,
        text="My payment of last week has not come. The shift was on Monday, 9 am to 1 pm.",
    )
    elsewhere(services.set_priority, ticket=first, by=sunita, priority=3, at=now - days)
    holder = Ticket.objects.get(pk=first.pk).assigned_to or sunita
    elsewhere(
        services.answer,
        ticket=first,
        by=holder,
        text="Thank you. We are asking our finance colleagues and will write here.",
        at=now - timedelta(days=2),
    )
    elsewhere(
        services.reply,
        ticket=first,
        text="It is still not there. My rent is due.",
        at=now - timedelta(days=1),
    )
    elsewhere(
        services.add_note,
        ticket=first,
        by=omar,
        text="The bank returned the payout: wrong IFSC. Ask for the right one first.",
        at=now - timedelta(hours=3),
    )
    found = [first]
    for index, subject in enumerate(
        (
            "Shift not in my calendar",
            "मेरा लेवल गलत है",
            "Cannot upload my PAN",
            "How do I change my phone number",
        )
    ):
        language = "HI" if index == 1 else "EN"
        found.append(
            open_ticket(
                people[index + 1],
                subject=subject,
                at=now - timedelta(hours=5 - index),
                language=language,
                text="Please look at this, I have tried twice already.",
            )
        )
    elsewhere(
        services.hold, ticket=found[1], by=sunita, reason="Client confirms the roster", at=now
    )
    holder = Ticket.objects.get(pk=found[3].pk).assigned_to or sunita
    elsewhere(services.answer, ticket=found[3], by=holder, text="Use a photo below 5 MB.", at=now)
    return found
