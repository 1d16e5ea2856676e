"""Whether a computer is fit for a sitting, and how to mend what is not. Knows no Django."""

from dataclasses import asdict, dataclass

BROWSERS = {"chrome": 115, "edge": 115, "firefox": 115, "safari": 16}
SLOWEST_ROUND_TRIP_MS = 1500
QUIETEST_LEVEL = 0.01


MEND = {
    "browser": "Open this page in a current Chrome, Edge, Firefox or Safari.",
    "desktop": "Sign in on a laptop or a desktop computer and go on there from this step.",
    "screen": "The test needs {width} x {height} or more. "
    "Use a larger screen, or set the zoom to 100 %.",
    "fullscreen": "Allow full screen for this site in the browser's settings.",
    "camera": "Plug the camera in, close other programs that use it, "
    "and choose Allow when the browser asks.",
    "microphone": "Plug the microphone in and choose Allow when the browser asks.",
    "network": "Move nearer to the router, stop downloads, or use another connection.",
    "picture": "We saw no picture. Uncover the camera and allow it in the browser.",
    "sound": "We heard nothing. Choose the right microphone, unmute it and speak a sentence.",
}


@dataclass(frozen=True)
class Facts:
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
class Check:
    key: str
    title: str
    passed: bool
    found: str
    mend: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def check_system(facts: Facts, *, min_screen: tuple[int, int]) -> list[Check]:
    """Every check of the computer. A smallest screen of 0 x 0 admits phones as well."""
    width, height = min_screen
    size = f"{facts.screen_width} x {facts.screen_height}"
    current = facts.browser_version >= BROWSERS.get(facts.browser.casefold(), 10**6)
    quick = 0 < facts.round_trip_ms <= SLOWEST_ROUND_TRIP_MS
    large = facts.screen_width >= width and facts.screen_height >= height
    kind = "Computer" if facts.desktop else "Phone or tablet"
    return [
        _check("browser", "Browser", current, f"{facts.browser} {facts.browser_version}"),
        _check("desktop", "Computer", facts.desktop or width == 0, kind),
        _check("screen", "Screen", large, size, width=width, height=height),
        _check("fullscreen", "Full screen", facts.fullscreen),
        _check("camera", "Camera", facts.camera),
        _check("microphone", "Microphone", facts.microphone),
        _check("network", "Network", quick, f"{facts.round_trip_ms} ms"),
    ]


def check_devices(*, picture: bool, microphone_level: float) -> list[Check]:
    """A live picture was seen and a voice was heard."""
    heard = microphone_level >= QUIETEST_LEVEL
    return [
        _check("picture", "Live picture", picture),
        _check("sound", "Your voice", heard, f"{microphone_level:.0%}"),
    ]


def _check(key: str, title: str, passed: bool, found: str = "", **sizes: int) -> Check:
    found = found or ("Works" if passed else "Not working")
    return Check(key, title, passed, found, MEND[key].format(**sizes))
