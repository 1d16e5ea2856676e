"""A browser: its name, from what it says of itself, and the mark by which we know it again.

The mark is a signed cookie that says who has logged in with this browser. It opens nothing:
who has it is only spared the limits that strangers' tries would otherwise use up (the device
cookies of OWASP's "Slow Down Online Guessing Attacks with Device Cookies").
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

SALT = "accounts.browser"
KEPT = timedelta(days=90)

#: In this order: most browsers also say the names of those below them.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


def name_of(user_agent: str) -> str:
    """Such as "Chrome on Android", or a program's own name; "A browser" when it says nothing."""
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    if not browser and not user_agent.startswith("Mozilla/"):
        program = user_agent.partition("/")[0].strip()[:40]
        return program if program.isprintable() and program else "A browser"
    return f"{browser or 'A browser'} on {system}" if system else browser or "A browser"


def read_mark(request: HttpRequest | Request) -> tuple[str, str]:
    """Whose browser it is, as a person's id, and the browser's own name; or nothing twice."""
    mark = request.COOKIES.get(settings.HITOUCH_BROWSER_COOKIE, "")
    try:
        person, browser = signing.loads(mark, salt=SALT, max_age=KEPT)
    except (signing.BadSignature, ValueError):
        return "", ""
    return str(person), str(browser)


def mark(request: HttpRequest, response: HttpResponse, *, person: str) -> None:
    """Remember that this person has logged in with this browser."""
    known_to, browser = read_mark(request)
    if known_to != person:
        browser = secrets.token_urlsafe(12)
    response.set_cookie(
        settings.HITOUCH_BROWSER_COOKIE,
        signing.dumps([person, browser], salt=SALT),
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
