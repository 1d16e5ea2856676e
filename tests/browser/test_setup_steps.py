"""The steps before an assessment in a real browser, with its own camera and microphone."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Agent
from conftest import make_agent, make_staff, sign_in
from hitouch.core.files import storage
from hitouch.journey.cast import portrait
from proctoring.assessments.services import activate_assessment
from proctoring.models import Assessment, Section, SystemCheck
from proctoring.setup import services as setup
from proctoring.setup.identity import PhotoComparison
from proctoring.setup.identity_review.services import decide_identity
from proctoring.tests.support.cast import make_picture, make_sitting, pass_checks
from tests.browser.page_checks import assert_page_ok
from tests.support.waiting import DEADLINE_MS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1366, "height": 768}


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    """The site runs in a thread of this process, so that tests read and set its rows."""
    settings.HITOUCH_PRIVATE_FILES = tmp_path


@pytest.fixture
def agent(transactional_db: None) -> Agent:
    """An agent with the profile photo of the person in front of the camera."""
    made = make_agent("Asha")
    made.photo = storage.store_bytes(
        portrait(), name="photo.jpg", content_type="image/jpeg", purpose="agent-photo"
    )
    made.save()
    assessment = Assessment.objects.create(code="browser", kind="LANGUAGE", title="Browser")
    Section.objects.create(
        assessment=assessment, position=1, name="Reading", kind="READING_MCQ", minutes=8, draw=1,
        instructions="Answer every question.",
    )  # fmt: skip
    activate_assessment(assessment=assessment, by=None, at=timezone.now())
    return made


@pytest.fixture
def page(browser: Browser, agent: Agent, live_server: Any) -> Iterator[Page]:
    """A page in which the agent is logged in."""
    context = browser.new_context(base_url=live_server.url, locale="en-IN", viewport=LAPTOP)
    context.set_default_timeout(DEADLINE_MS)
    name = settings.SESSION_COOKIE_NAME
    value = sign_in(Client(), agent.user).cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def apart(work: Callable[[], object]) -> None:
    """Do something in another thread: in that of the browser's driver an event loop runs."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def look(page: Page) -> None:
    """Nothing is wrong with the page on a laptop and on a phone."""
    for size in (PHONE, LAPTOP):
        assert_page_ok(page, size)


def test_the_whole_setup(page: Page, agent: Agent) -> None:
    """Probe, computer, still and sound, photo, sentence: all by the browser's own devices."""
    sitting = make_sitting(agent, "SYSTEM_CHECK", timezone.now())
    page.goto(f"/assessment/{sitting.pk}/")
    look(page)
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_role("heading", name="Camera and microphone", level=1)).to_be_visible()
    expect(page.get_by_text("Ready. Select Check now")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_role("heading", name="Take your photo")).to_be_visible()
    expect(page.locator("#progress")).to_have_text("Looks good. Hold still and take the photo.")
    look(page)
    page.get_by_role("button", name="Take photo").click()
    expect(page.locator("#progress")).to_have_text("Photo taken. Use it, or retake it.")
    page.get_by_role("button", name="Use this photo").click()
    expect(page.get_by_role("heading", name="Say a sentence")).to_be_visible()
    look(page)
    said = page.locator(".sentence").inner_text()
    page.get_by_role("button", name="Start recording").click()
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Stop and send").click()
    expect(page.get_by_role("heading", name="Listening")).to_be_visible()
    check = SystemCheck.objects.get(sitting=sitting, kind="SENTENCE")
    apart(lambda: setup.judge_sentence(check=check, heard=said, at=timezone.now()))
    expect(page.get_by_role("heading", name="Ready to start")).to_be_visible()
    assert sitting.identity_checks.get().outcome == "PASSED"
    kinds = sitting.checks.filter(passed=True).values_list("kind", flat=True)
    assert {*kinds} == {"NETWORK", "SYSTEM", "DEVICES", "SENTENCE"}


def test_a_failed_check_and_an_expired_one(page: Page, agent: Agent) -> None:
    """A failed check stands above the button with its remedy; old checks are listed as links."""
    long_ago = timezone.now() - timedelta(minutes=20)
    sitting = make_sitting(agent, "READY", long_ago)
    page.goto(f"/assessment/{sitting.pk}/begin/")
    expect(page.get_by_role("heading", name="Almost ready")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Computer").click()
    page.route("**/probe/", lambda route: route.abort())
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("Not measured. Move closer to your router")).to_be_visible()
    look(page)


def test_waiting_for_a_person(page: Page, agent: Agent) -> None:
    """The page goes on by itself when the photo was confirmed."""
    now = timezone.now()
    sitting = make_sitting(agent, "IDENTITY", now)
    pass_checks(sitting, "SENTENCE", at=now)
    doubt = PhotoComparison("PERSON", "no_reference")
    picture = make_picture().read()
    apart(
        lambda: setup.record_identity(
            sitting=sitting, picture=picture, comparison=doubt, by=agent.user, at=now
        )
    )
    page.goto(f"/assessment/{sitting.pk}/")
    expect(page.get_by_role("heading", name="A person is looking at your photo")).to_be_visible()
    look(page)
    proctor = make_staff("Farah", "proctor")
    site = page.url.partition("/assessment")[0]
    staff = page.context.browser.new_context(base_url=site)
    name = settings.SESSION_COOKIE_NAME
    value = sign_in(Client(), proctor).cookies[name].value
    staff.add_cookies([{"name": name, "value": value, "url": site}])
    desk = staff.new_page()
    desk.goto(f"/proctor/{sitting.pk}/identity/")
    expect(desk.get_by_role("button", name="Same person")).to_be_visible()
    look(desk)
    staff.close()
    decision = {"sitting": sitting, "same_person": True, "reason": "", "by": proctor}
    apart(lambda: decide_identity(**decision, at=timezone.now()))
    expect(page.get_by_role("heading", name="Ready to start")).to_be_visible()
