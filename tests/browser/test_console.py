"""The console of proctors in a real Chromium, with a socket, beside other clients."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
import uvicorn
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings as site_settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from django.db import connections
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Agent, User
from conftest import make_staff, sign_in
from hitouch import routing
from hitouch.core.files import storage
from proctoring.console.announcements import tell_consoles
from proctoring.item_bank.seeding import seed
from proctoring.models import Intervention, Sitting, Supervision
from proctoring.tests.support.live import face, live_sittings, make_mixed, observe
from tests.browser.console_watch import Faults
from tests.browser.page_checks import LAPTOP, PHONE, assert_page_ok
from tests.support.waiting import DEADLINE_MS, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: What another client does is on the screen within a second; the test machine may be busy.
ON_SCREEN_MS = 10_000


class Hall:
    """A server of the site in this process, which shares the database with the test."""

    def __init__(self) -> None:
        sockets = AuthMiddlewareStack(URLRouter(routing.websocket_urlpatterns))
        pages = ASGIStaticFilesHandler(get_asgi_application())
        application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
        config = uvicorn.Config(application, port=0, lifespan="off", log_level="error")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=lambda: asyncio.run(self.server.serve()))
        self.thread.start()
        wait_until(lambda: self.server.started)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(60)


@pytest.fixture
def hall(settings: Any, tmp_path: Path) -> Iterator[Hall]:
    settings.HITOUCH_PRIVATE_FILES = tmp_path
    server = Hall()
    yield server
    server.stop()


@pytest.fixture
def console(browser: Browser, hall: Hall, faults: Faults) -> Iterator[Callable[..., Page]]:
    """The console as a proctor sees it: `console(user, viewport=…)`."""
    contexts = []

    def make(user: User, **options: Any) -> Page:
        name = site_settings.SESSION_COOKIE_NAME
        cookie = sign_in(Client(), user).cookies[name].value
        usual: dict[str, Any] = {"base_url": hall.url, "locale": "en-IN", "viewport": LAPTOP}
        contexts.append(browser.new_context(**(usual | options)))
        contexts[-1].set_default_timeout(DEADLINE_MS)
        contexts[-1].add_cookies([{"name": name, "value": cookie, "url": hall.url}])
        page = faults.watch(contexts[-1].new_page())
        page.goto("/proctor/")
        expect(page.locator("[data-link=live]")).to_be_visible()
        return page

    yield make
    for context in contexts:
        context.close()


def sittings_in(number: int) -> list[Sitting]:
    now = timezone.now()
    seed(now)
    return live_sittings(number, now, stills=2)


def elsewhere(act: Callable[[], object]) -> None:
    """Do something as another process does it, whose threads have no browser beside them."""

    def do() -> None:
        act()
        connections.close_all()

    thread = threading.Thread(target=do)
    thread.start()
    thread.join()


def observed(sitting: Sitting, kind: str, **ruling: Any) -> None:
    """Something is observed, and the consoles are told."""

    def act() -> None:
        observe(sitting, kind, timezone.now(), **ruling)
        tell_consoles(sitting.pk)

    elsewhere(act)


def tile(page: Page, sitting: Sitting) -> Any:
    return page.locator(f".tile[data-id='{sitting.pk}']")


def test_events_are_on_the_screen_at_once(console: Callable[..., Page]) -> None:
    """What is observed elsewhere appears on every console, and moves its tile to the front."""
    sittings = sittings_in(5)
    page, other = console(make_staff("Farah", "proctor")), console(make_staff("Omar", "proctor"))
    observed(sittings[4], "FULLSCREEN_LEFT", standing="WARNED", severity="HIGH")
    for each in (page, other):
        expect(tile(each, sittings[4])).to_contain_text("Warning", timeout=ON_SCREEN_MS)
        expect(each.locator(".tile").first).to_have_attribute("data-id", str(sittings[4].pk))
        expect(each.locator("[data-filter=attention]")).to_contain_text("1")


def test_a_proctor_acts_by_keyboard(console: Callable[..., Page]) -> None:
    """Message, pause and resume need no mouse; each is done once and shown at once."""
    (sitting,) = sittings_in(1)
    page = console(make_staff("Farah", "proctor"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Asha Rao")).to_be_visible()
    for key, words, button in (
        ("m", "Please look at the screen.", "Send message"),
        ("p", "We have a technical problem.", "Pause assessment"),
        ("p", "You can go on.", "Resume assessment"),
    ):
        page.keyboard.press(key)
        dialog = page.locator("#console-act")
        expect(dialog.get_by_role("button", name=button)).to_be_visible()
        page.keyboard.type(words)
        if key == "p" and button.startswith("Pause"):
            dialog.get_by_label("A technical problem").check()
            dialog.get_by_label("What the candidate reads").focus()
        page.keyboard.press("Control+Enter")
        expect(dialog).to_be_hidden()
        expect(page.locator("ol[data-acts]")).to_contain_text(words)
        is_paused = button.startswith("Pause")
        state = "Paused" if is_paused else "In progress"
        expect(page.locator("[data-state-word]")).to_have_text(state, timeout=ON_SCREEN_MS)
        sitting.refresh_from_db()
        assert sitting.state == ("PAUSED" if is_paused else "IN_PROGRESS")
    kinds = Intervention.objects.order_by("at").values_list("kind", flat=True)
    assert list(kinds) == ["MESSAGE", "PAUSE", "RESUME"]
    page.keyboard.press("v")
    wait_until(lambda: Supervision.objects.filter(until=None).count() == 1)
    expect(tile(page, sitting)).to_contain_text("Watched by you")


def test_an_end_is_confirmed_and_its_tile_goes(console: Callable[..., Page]) -> None:
    """An end names the person, needs a reason and words, and can be cancelled."""
    (sitting,) = sittings_in(1)
    page = console(make_staff("Farah", "proctor"))
    tile(page, sitting).locator("button").click()
    page.keyboard.press("e")
    dialog = page.locator("#console-act")
    expect(dialog.get_by_role("heading")).to_have_text("End Asha Rao's assessment?")
    end = dialog.get_by_role("button", name="End assessment")
    end.click()
    expect(dialog.get_by_role("alert")).to_contain_text("Select a reason.")
    dialog.get_by_label("The candidate", exact=True).check()
    end.click()
    expect(dialog.get_by_role("alert")).to_contain_text("Write what the candidate should read.")
    dialog.get_by_role("button", name="Cancel").click()
    sitting.refresh_from_db()
    assert sitting.state == "IN_PROGRESS"
    page.keyboard.press("e")
    dialog.get_by_label("The candidate", exact=True).check()
    dialog.get_by_label("What the candidate reads").fill("Another person sits at your place.")
    end.click()
    expect(page.locator("[data-state-word]")).to_have_text("Ended", timeout=ON_SCREEN_MS)
    sitting.refresh_from_db()
    assert sitting.state == "TERMINATED"


def test_identity_is_decided_by_keyboard(console: Callable[..., Page]) -> None:
    """Both photos stand beside each other, whole; without a profile photo nobody is the same."""
    with_photo, without = sittings_in(2)
    photo = storage.store_bytes(
        face(), name="p.jpg", content_type="image/jpeg", purpose="onboarding.photo"
    )
    Agent.objects.filter(pk=with_photo.agent_id).update(photo=photo)
    for sitting in (with_photo, without):
        number = {"number": 3, "outcome": "PERSON", "distance": 0.6}
        now = timezone.now()
        sitting.identity_checks.create(photo=photo, taken_at=now, keep_until=now, **number)
    with pgtrigger.ignore():
        Sitting.objects.update(state="IDENTITY_REVIEW")
    page = console(make_staff("Farah", "proctor"))
    expect(page.locator(".identity-case")).to_have_count(2)
    case = page.locator(f".identity-case[data-id='{with_photo.pk}']")
    expect(case.locator("img:visible")).to_have_count(2)
    other = page.locator(f".identity-case[data-id='{without.pk}']")
    expect(other.get_by_role("button", name="Same person")).to_be_hidden()
    assert_page_ok(page, PHONE, LAPTOP)
    case.focus()
    page.keyboard.press("y")
    expect(case).to_have_count(0)
    with_photo.refresh_from_db()
    assert with_photo.state == "READY"
    page.keyboard.press("a")
    dialog = page.locator("#console-act")
    page.keyboard.type("Please add a profile photo first.")
    dialog.get_by_role("button", name="Ask for a photo").click()
    expect(other).to_have_count(0)
    without.refresh_from_db()
    assert without.state == "IDENTITY"


def test_nothing_jumps_under_the_hand(console: Callable[..., Page]) -> None:
    """While the focus is in the grid the order stays; one key sorts it."""
    sittings = sittings_in(3)
    page = console(make_staff("Farah", "proctor"))
    page.keyboard.press("j")
    first = page.locator(".tile").first.get_attribute("data-id")
    last = next(each for each in sittings if str(each.pk) != first)
    observed(last, "TAKEOVER", standing="COUNTED", severity="CRITICAL", points=5)
    expect(page.locator("[data-sort]")).to_be_visible(timeout=ON_SCREEN_MS)
    assert page.locator(".tile").first.get_attribute("data-id") == first
    page.keyboard.press("s")
    expect(page.locator(".tile").first).to_have_attribute("data-id", str(last.pk))


def test_the_console_fits_and_is_accessible(console: Callable[..., Page]) -> None:
    """axe finds nothing on a phone and a laptop, with details and dialogs open, in both schemes."""
    sittings = sittings_in(9)
    elsewhere(lambda: make_mixed(sittings, timezone.now()))
    page = console(make_staff("Farah", "proctor"))
    for light in ("dark", "light"):
        page.emulate_media(color_scheme=light)
        assert_page_ok(page, PHONE, LAPTOP)
    tile(page, sittings[2]).locator("button").click()
    expect(page.locator("ol[data-seen] li").first).to_be_visible()
    assert_page_ok(page, PHONE, LAPTOP)
    page.keyboard.press("w")
    assert_page_ok(page, PHONE, LAPTOP)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert_page_ok(page, PHONE, LAPTOP)
