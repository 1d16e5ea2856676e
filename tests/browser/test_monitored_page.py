"""The page of the running assessment is monitored: questions come and go with the lease."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Agent
from proctoring.models import MonitoringConnection, Observation, Sitting, Snapshot
from tests.browser import camera
from tests.browser.asgi_site import AsgiSite
from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.page_checks import PHONE, assert_page_ok
from tests.browser.sittings import answer, enter, held, open_questions, session_cookie, wait_for
from tests.support.waiting import DEADLINE_MS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "What does the writer want?"
#: The page watches 500 ms after full screen began.
WATCH_BEGAN = "() => new Promise((done) => setTimeout(done, 600))"
STOP_CAMERA = "() => document.getElementById('eye').srcObject.getVideoTracks()[0].stop()"


def seen(sitting: Sitting, kind: str) -> list[Observation]:
    return list(sitting.observations.filter(kind=kind).order_by("number"))


def wait_to_see(sitting: Sitting, kind: str, count: int = 1) -> list[Observation]:
    wait_for(lambda: len(seen(sitting, kind)) >= count, f"{kind} is not recorded")
    return seen(sitting, kind)


def blocked(page: Page, title: str) -> None:
    expect(page.locator("#blocked-title")).to_have_text(title)
    expect(page.locator("#questions")).to_be_hidden()


def test_questions_come_with_the_lease(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """Before camera and microphone are proven the page has no question in it."""
    page = context().new_page()
    page.goto(f"/assessment/{sitting.pk}/questions/")
    expect(page.get_by_role("button", name="Continue in full screen")).to_be_focused()
    assert TEXT not in page.content()
    enter(page)
    assert TEXT in page.content()
    connection = MonitoringConnection.objects.get(sitting=sitting, state="HELD")
    assert connection.camera_proven_at
    assert connection.sound_proven_at
    chosen = answer(page, 1, 1)
    wait_for(lambda: held(sitting, 1) == chosen, "the answer does not arrive")
    wait_for(
        lambda: Snapshot.objects.filter(sitting=sitting, origin="PERIODIC").exists(),
        "no picture arrives",
    )


def test_what_the_page_sees_is_recorded_and_said(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """Copying nothing is nothing; a shortcut is told once, with what to do; so is full screen."""
    page = open_questions(context(), sitting)
    page.evaluate(WATCH_BEGAN)
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+k")
    wait_to_see(sitting, "SHORTCUT")
    warning = page.locator("#warning")
    expect(warning).to_contain_text("A keyboard shortcut was used. This is a warning.")
    assert_page_ok(page, PHONE)
    warning.get_by_role("button", name="OK").click()
    page.evaluate("() => document.exitFullscreen()")
    expect(page.get_by_role("heading", name="Continue in full screen")).to_be_visible()
    enter(page)
    begun, over = wait_to_see(sitting, "FULLSCREEN_LEFT", 2)
    assert (begun.data["phase"], over.data["phase"]) == ("BEGIN", "END")
    assert len(seen(sitting, "SHORTCUT")) == 1
    assert not seen(sitting, "COPY")
    assert not seen(sitting, "JOURNAL_BROKEN") + seen(sitting, "JOURNAL_GAP")
    page.evaluate(STOP_CAMERA)
    blocked(page, "Your camera is off")
    assert_page_ok(page, PHONE)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#questions")).to_be_visible()
    assert [row.data["phase"] for row in wait_to_see(sitting, "CAMERA_OFF", 2)] == ["BEGIN", "END"]


def test_lost_connection_hides_the_questions_until_it_is_back(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """What was seen meanwhile arrives, also from a tab that was closed; answers too."""
    one = context()
    page = open_questions(one, sitting)
    page.evaluate(WATCH_BEGAN)
    one.set_offline(True)
    chosen = answer(page, 1, 2)
    page.keyboard.press("Control+k")
    blocked(page, "No connection")
    expect(page.locator("#blocked-text")).to_contain_text("Your answers are safe.")
    expect(page.locator("#blocked-time")).to_contain_text("given back, up to 2 minutes")
    assert_page_ok(page, PHONE)
    assert not seen(sitting, "SHORTCUT")
    one.new_page()
    page.close()
    one.set_offline(False)
    again = open_questions(one, sitting)
    wait_to_see(sitting, "SHORTCUT")
    wait_for(lambda: held(sitting, 1) == chosen, "the answer does not arrive")
    expect(again.locator("#blocked")).to_be_hidden()


def test_another_window_takes_over_and_gives_back(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """One window has the questions; the other says so, and may take them back."""
    first, second = open_questions(context(), sitting), None
    second = open_questions(context(), sitting)
    blocked(first, "The assessment goes on in another window")
    assert_page_ok(first, PHONE)
    wait_to_see(sitting, "TAKEOVER")
    first.get_by_role("button", name="Continue here").click()
    expect(first.locator("#questions")).to_be_visible()
    blocked(second, "The assessment goes on in another window")


@pytest.fixture
def film_page(
    agent: Agent, live_site: AsgiSite, tmp_path: Path, browser: Browser
) -> Iterator[Callable[..., Page]]:
    """A page whose camera shows a film of its own."""
    opened = []

    def make(*scenes: camera.Scene) -> Page:
        film = camera.film(tmp_path / "film.y4m", scenes)
        arguments = [*ARGUMENTS, f"--use-file-for-fake-video-capture={film}"]
        path = chromium()
        opened.append(browser.browser_type.launch(executable_path=path, args=arguments))
        made = opened[-1].new_context(base_url=live_site.url, locale="en-IN")
        made.set_default_timeout(DEADLINE_MS)
        made.add_cookies([session_cookie(agent, live_site.url)])
        return made.new_page()

    yield make
    for each in opened:
        each.close()


def test_nobody_before_the_camera_is_seen(film_page: Callable[..., Page], sitting: Sitting) -> None:
    """A film of the fake camera: somebody sits there, leaves for a while, and comes back."""
    page = film_page(camera.Scene(9), camera.Scene(11, ()))
    page.goto(f"/assessment/{sitting.pk}/questions/")
    enter(page)
    begun = wait_to_see(sitting, "NO_FACE")[0]
    assert begun.data["phase"] == "BEGIN"
    over = wait_to_see(sitting, "NO_FACE", 2)[-1]
    assert over.data["seconds"] > 0
    assert not seen(sitting, "SEVERAL_FACES") + seen(sitting, "OTHER_PERSON")
