"""System requirements of a sitting, with a remedy for each check. Does not use Django."""

from dataclasses import asdict, dataclass

BROWSERS = {"chrome": 115, "edge": 115, "firefox": 115, "safari": 16}
MAX_ROUND_TRIP_MS = 1500
MIN_MICROPHONE_LEVEL = 0.01
REMEDIES = {
    "browser": "Open this page in an up-to-date Chrome, Edge, Firefox or Safari.",
    "desktop": "Log in on a laptop or desktop computer and continue from this step.",
    "screen": "You need a screen of {width} x {height} or more. "
    "Use a larger screen or set the zoom to 100%.",
    "fullscreen": "Allow full screen for this site in the browser's settings.",
    "camera": "Connect your camera, close other apps using it and select Allow in your browser.",
    "microphone": "Connect your microphone and select Allow when your browser asks.",
    "network": "Move closer to your router, stop downloads or use another connection.",
    "picture": "We could not see a picture. Uncover your camera and allow it in your browser.",
    "sound": "We could not hear you. Select the right microphone, unmute it and say something.",
}


@dataclass(frozen=True)
class SystemFacts:
    """What the browser measured about the computer."""

    browser: str
    browser_version: int
    desktop: bool
    screen_width: int
    screen_height: int
    fullscreen: bool
    camera: bool
    microphone: bool
    round_trip_ms: int


@dataclass(frozen=True)
class CheckResult:
    """The result of one check; `mend` says how to fix it."""

    key: str
    title: str
    passed: bool
    found: str
    mend: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def check_system(facts: SystemFacts, *, min_screen: tuple[int, int]) -> list[CheckResult]:
    """Check the computer. A minimum screen of 0 x 0 allows phones as well."""
    width, height = min_screen
    size = f"{facts.screen_width} x {facts.screen_height}"
    browser_ok = facts.browser_version >= BROWSERS.get(facts.browser.casefold(), 10**6)
    network_ok = 0 < facts.round_trip_ms <= MAX_ROUND_TRIP_MS
    screen_ok = facts.screen_width >= width and facts.screen_height >= height
    kind = "Computer" if facts.desktop else "Phone or tablet"
    return [
        _check("browser", "Browser", browser_ok, f"{facts.browser} {facts.browser_version}"),
        _check("desktop", "Computer", facts.desktop or width == 0, kind),
        _check("screen", "Screen", screen_ok, size, width=width, height=height),
        _check("fullscreen", "Full screen", facts.fullscreen),
        _check("camera", "Camera", facts.camera),
        _check("microphone", "Microphone", facts.microphone),
        _check("network", "Network", network_ok, f"{facts.round_trip_ms} ms"),
    ]


def check_devices(*, picture: bool, microphone_level: float) -> list[CheckResult]:
    """Check that the camera shows a picture and the microphone picks up a voice."""
    heard = microphone_level >= MIN_MICROPHONE_LEVEL
    return [
        _check("picture", "Camera picture", picture),
        _check("sound", "Your voice", heard, f"{microphone_level:.0%}"),
    ]


def _check(key: str, title: str, passed: bool, found: str = "", **sizes: int) -> CheckResult:
    found = found or ("Working" if passed else "Not working")
    return CheckResult(key, title, passed, found, REMEDIES[key].format(**sizes))
