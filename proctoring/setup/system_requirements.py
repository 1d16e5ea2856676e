"""System requirements of a sitting, with a remedy for each check. Does not use Django.

What a browser says about itself cannot be proven, and stays with the check as a claim. The camera,
the microphone and the network are judged by evidence in checks of their own.
"""

from collections.abc import Collection
from dataclasses import dataclass

from proctoring.setup.results import CheckResult

BROWSERS = {"chrome": 115, "edge": 115, "firefox": 115, "safari": 16}
REMEDIES = {
    "browser": "Open this page in an up-to-date Chrome, Edge, Firefox or Safari.",
    "desktop": "Log in on a laptop or desktop computer and continue from this step.",
    "screen": "You need a screen of {width} x {height} or more. "
    "Use a larger screen or set the zoom to 100%.",
    "second_screen": "Unplug the other screen, or turn it off in your display settings.",
    "fullscreen": "Allow full screen for this site in the browser's settings.",
    "camera": "Connect your camera, close other apps using it and select Allow in your browser.",
    "microphone": "Connect your microphone and select Allow when your browser asks.",
}


@dataclass(frozen=True)
class SystemFacts:
    """What the browser says about the computer. `second_screen` is None where it cannot tell."""

    browser: str
    browser_version: int
    desktop: bool
    screen_width: int
    screen_height: int
    fullscreen: bool
    camera: bool
    microphone: bool
    second_screen: bool | None = None


def check_system(
    facts: SystemFacts, *, min_screen: tuple[int, int], waives: Collection[str] = ()
) -> list[CheckResult]:
    """Check the computer. A minimum screen of 0 x 0 allows phones as well."""
    width, height = min_screen
    size = f"{facts.screen_width} x {facts.screen_height}"
    browser_ok = facts.browser_version >= BROWSERS.get(facts.browser.casefold(), 10**6)
    screen_ok = facts.screen_width >= width and facts.screen_height >= height
    kind = "Computer" if facts.desktop else "Phone or tablet"
    screens = {None: "Not known", True: "Two or more screens", False: "One screen"}
    found = [
        _check("browser", "Browser", browser_ok, f"{facts.browser} {facts.browser_version}"),
        _check("desktop", "Computer", facts.desktop or width == 0, kind),
        _check("screen", "Screen", screen_ok, size, width=width, height=height),
        _check(
            "second_screen",
            "Other screens",
            not facts.second_screen or "SECOND_SCREEN" in waives,
            screens[facts.second_screen],
        ),
    ]
    if "FULLSCREEN" not in waives:
        found.append(_check("fullscreen", "Full screen", facts.fullscreen))
    if "CAMERA" not in waives:
        found.append(_check("camera", "Camera", facts.camera))
    if "MICROPHONE" not in waives:
        found.append(_check("microphone", "Microphone", facts.microphone))
    return found


def _check(key: str, title: str, passed: bool, found: str = "", **sizes: int) -> CheckResult:
    found = found or ("Working" if passed else "Not working")
    return CheckResult(key, title, passed, found, REMEDIES[key].format(**sizes))
