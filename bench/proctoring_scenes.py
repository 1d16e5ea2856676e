"""What the page of the running test sees through a camera: films of scenes, in a real browser.

`bench/proctoring_scenes.py 600` shows each clean film (one person: in usual, dim and bright light,
tilted, swaying far) for 600 seconds, then films in which after a while nobody, two people, another
person, a covered camera, a camera on its side or a frozen picture is seen for 15 seconds. Films are
those of Chromium's fake camera, so that camera, worker, detector, journal, socket and server are
the real ones. The person of the films is a public figure (onboarding/demo/samples).
"""

import importlib
import os
import shutil
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from _harness import report
from _own_database import own_database

#: Clean films: observations that are warned of or counted. Scenes: not seen, seconds until seen.
COUNTED, MISSED, SECONDS = 0, 0, 20
#: Milliseconds of a look.
LOOK_MS = 100
BEFORE_SECONDS = 12
SCENE_SECONDS = 15
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


class Site:
    """The modules, which Django has to be set up for, and one running server."""

    def __init__(self, url: str) -> None:
        load = importlib.import_module
        self.url = url
        self.cast, self.camera = load("proctoring.tests.support.cast"), load("tests.browser.camera")
        self.helpers, self.models = load("conftest"), load("proctoring.models")
        self.client = load("django.test").Client
        self.now = load("django.utils.timezone").now
        self.arguments = load("tests.browser.conftest").ARGUMENTS
        self.in_thread = load("tests.browser.asgi_site").in_thread
        self.cookie = load("django.conf").settings.SESSION_COOKIE_NAME
        load("proctoring.item_bank.seeding").seed(self.now())

    def films(self, seconds: float) -> tuple[dict[str, Any], dict[str, tuple[str, Any]]]:
        """Clean films, and scenes by name: the kind that has to be seen, and the film."""
        camera, scene = self.camera, self.camera.Scene
        long = min(seconds, 60)  # the browser repeats it
        clean = {
            "usual": [scene(long)],
            "dim": [scene(long, light=0.4)],
            "bright": [scene(long, light=1.5)],
            "tilted": [scene(long, turned=8)],
            "other": [scene(long, (camera.OTHER,))],
        }
        scripted = {
            "nobody": ("NO_FACE", scene(SCENE_SECONDS, ())),
            "two": ("SEVERAL_FACES", scene(SCENE_SECONDS, (camera.PERSON, camera.OTHER))),
            "another": ("OTHER_PERSON", scene(SCENE_SECONDS, (camera.OTHER,))),
            "covered": ("NO_FACE", scene(SCENE_SECONDS, light=0.04)),
            "on its side": ("NO_FACE", scene(SCENE_SECONDS, turned=90)),
            "frozen": ("STILL_FROZEN", scene(SCENE_SECONDS, noise=0, sways=False)),
        }
        before = scene(BEFORE_SECONDS)
        return clean, {name: (kind, [before, each]) for name, (kind, each) in scripted.items()}

    def begin(self, name: str) -> tuple[Any, str]:
        """A sitting that has just begun, and the session of its agent."""
        agent = self.helpers.make_agent(name.title().replace(" ", ""))
        sitting = self.in_thread(
            self.cast.make_sitting, agent, "IN_PROGRESS", self.now(), monitored=False
        )
        return sitting, self.helpers.sign_in(self.client(), agent.user).cookies[self.cookie].value


def watch(site: Site, player: Any, name: str, film: Any, seconds: float) -> dict[str, Any]:
    """Show a film to the page of a sitting; what was observed, with seconds since the camera."""
    place = Path(tempfile.mkdtemp(prefix="hitouch-film-")) / "film.y4m"
    site.camera.film(place, film)
    sitting, session = site.begin(name)
    chromium = next(path for each in CHROMIUM if (path := shutil.which(each)))
    seen = f"--use-file-for-fake-video-capture={place}"
    browser = player.chromium.launch(executable_path=chromium, args=[*site.arguments, seen])
    try:
        context = browser.new_context(base_url=site.url, viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": site.cookie, "value": session, "url": site.url}])
        page = context.new_page()
        page.goto(f"/assessment/{sitting.pk}/questions/")
        page.get_by_role("button", name="Continue in full screen").click()
        page.locator("#eye[data-looks]").wait_for(state="attached", timeout=60_000)
        began = site.now()
        looks, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            page.wait_for_timeout(500)
            looks.append(float(page.locator("#eye").get_attribute("data-took") or 0))
    finally:
        browser.close()
        shutil.rmtree(place.parent, ignore_errors=True)
    rows = list(sitting.observations.order_by("number").prefetch_related("rulings"))
    return {"rows": rows, "began": began, "look": median(looks)}


def measure(site: Site, player: Any, seconds: float) -> dict[str, tuple[float, float]]:
    """All figures with their goals."""
    clean, scripted = site.films(seconds)
    counted, missed, slowest, looks = 0, 0, 0.0, []
    for name, film in clean.items():
        seen = watch(site, player, f"clean {name}", film, seconds)
        looks.append(seen["look"])
        weighed = [
            row.kind
            for row in seen["rows"]
            if any(ruling.standing != "NOTED" for ruling in row.rulings.all())
        ]
        counted += len(weighed)
        print(f"clean {name}: {len(seen['rows'])} observations, weighed {weighed}")
    for name, (kind, film) in scripted.items():
        seen = watch(site, player, f"scene {name}", film, BEFORE_SECONDS + SCENE_SECONDS + 8)
        looks.append(seen["look"])
        start = seen["began"] + timedelta(seconds=BEFORE_SECONDS)
        moments = [row.received_at for row in seen["rows"] if row.kind == kind]
        delay = (moments[0] - start).total_seconds() if moments else None
        missed += delay is None
        slowest = max(slowest, delay or 0)
        print(f"scene {name}: {kind} after {delay} s")
    return {
        "clean films: observations warned of or counted": (counted, COUNTED),
        "scenes that were not seen": (missed, MISSED),
        "seconds until a scene was seen, slowest": (round(slowest, 1), SECONDS),
        "milliseconds of a look, median": (round(median(looks), 1), LOOK_MS),
    }


def main(seconds: float = 60) -> None:
    """Run the measurement."""
    # The driver of the browser runs an event loop in this thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with own_database():
        site_module = importlib.import_module("tests.browser.asgi_site")
        playwright = importlib.import_module("playwright.sync_api")
        with site_module.AsgiSite() as running, playwright.sync_playwright() as player:
            figures = measure(Site(running.url), player, seconds)
    report(figures)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]))
