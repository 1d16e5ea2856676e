"""One running site and one Chromium for all browser tests; pages that must not complain."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hitouch.demo import people
from tests.browser import camera, microphone
from tests.browser.console_watch import Faults
from tests.browser.logins import Logins
from tests.browser.sittings import agent, context, live_site, private_files, sitting
from tests.deployment import first_start
from tests.deployment.sites import Site
from tests.fakes.google import Google
from tests.support.waiting import DEADLINE_MS

#: Fixtures of a running assessment.
__all__ = ["agent", "context", "live_site", "private_files", "sitting"]
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
LAPTOP = {"width": 1280, "height": 800}
#: So soon a new code can be asked for, instead of in a minute: long enough to be too early.
COOLDOWN_SECONDS = 6
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport]:
    """A failed test leaves pictures of its pages."""
    report = yield
    item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session", autouse=True)
def rows_beside_a_browser() -> Iterator[None]:
    """Tests may use the database while a browser is open, whose driver runs an event loop."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def google() -> Iterator[Google]:
    """A Google of our own, with which the site is configured."""
    ours = Google()
    yield ours
    ours.close()


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory, google: Google) -> Iterator[str]:
    """Where the site is: one started for this run, or BROWSER_SITE, which runs already."""
    given = os.environ.get("BROWSER_SITE")
    if given:
        yield given.rstrip("/")
        return
    var = tmp_path_factory.mktemp("browser") / "var"
    first_start.copy_to(var, tmp_path_factory)
    cooldown = {"HITOUCH_CODE_COOLDOWN_SECONDS": str(COOLDOWN_SECONDS)}
    site = Site(var, **cooldown, **google.environment())
    try:
        yield f"http://127.0.0.1:{site.start().port}"
    finally:
        site.stop_if_running()


def chromium() -> str:
    """Where the system's Chromium is."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("There is no Chromium; tools/chromium says how to get one.")
    return found


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The system's Chromium with a microphone that hears a voice, and a camera that sees a face."""
    found = chromium()
    expect.set_options(timeout=DEADLINE_MS)
    with sync_playwright() as player:
        place = tmp_path_factory.mktemp("camera")
        film = f"--use-file-for-fake-video-capture={camera.film(place / 'face.y4m')}"
        voice = f"--use-file-for-fake-audio-capture={microphone.voice(place / 'voice.wav')}"
        opened = player.chromium.launch(executable_path=found, args=[*ARGUMENTS, film, voice])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def logins(browser: Browser, base_url: str) -> Logins:
    """The demo's people, each logged in at most once."""
    return Logins(browser, base_url)


@pytest.fixture
def faults() -> Iterator[Faults]:
    """What the pages of this test complained about: it has to stay empty."""
    found = Faults()
    yield found
    assert not found, "\n".join(found)


@pytest.fixture
def open_page(
    browser: Browser,
    base_url: str,
    logins: Logins,
    faults: Faults,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> Iterator[Callable[..., Page]]:
    """A page in a browser of its own: `open_page(demo.ASHA, viewport=…, color_scheme="dark")`."""
    contexts = []

    def make(person: people.DemoPerson | None = None, **options: object) -> Page:
        state = logins.state_of(person) if person else None
        usual = {"viewport": LAPTOP, "locale": "en-IN", "storage_state": state}
        contexts.append(browser.new_context(**{"base_url": base_url} | usual | options))
        contexts[-1].set_default_timeout(DEADLINE_MS)
        return faults.watch(contexts[-1].new_page())

    yield make
    for number, each in enumerate(contexts):
        if request.node.stash.get(FAILED, False):
            for page in each.pages:
                page.screenshot(path=tmp_path / f"{number}.png", full_page=True)
                print(f"{page.url} is shown in {tmp_path / f'{number}.png'}")  # noqa: T201
        each.close()
