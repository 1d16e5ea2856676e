"""Places: what is kept of where somebody came from, and how it is told to them."""

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from allauth.account.adapter import get_adapter
from babel import Locale
from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from ip3country import CountryLookup
from rest_framework.request import Request

from hitouch.core.crypto import blind_index

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
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


@dataclass(frozen=True)
class RequestOrigin:
    """Where a request comes from: enough to know the place again and to tell it to its owner.

    `place` is a keyed hash, `network` the masked address, `country` and `device` are words.
    `browser` names a browser in which the person `known_to` has logged in before.
    """

    ip: str = ""
    place: str = ""
    network: str = ""
    country: str = ""
    device: str = ""
    browser: str = ""
    known_to: str = ""


#: What has no origin: a command, a task, a test.
UNKNOWN_ORIGIN = RequestOrigin()


def network_hash(ip: str) -> str:
    """A keyed hash of the customer's network: an IPv4 address, or the /64 of an IPv6 one."""
    address = _parsed(ip)
    if address is None:
        return ""
    if address.version == 6:
        address = ipaddress.ip_network(f"{address}/64", strict=False).network_address
    return blind_index("place", str(address))


def masked_contact(ip: str) -> str:
    """The first half of an address, such as 103.21.x.x."""
    address = _parsed(ip)
    if address is None:
        return ""
    if address.version == 6:
        return ":".join(address.exploded.split(":")[:3]) + ":…"
    return ".".join(str(address).split(".")[:2]) + ".x.x"


def country_of(ip: str) -> str:
    """The place in words: a country by the address registries, or what kind of network it is."""
    address = _parsed(ip)
    if address is None:
        return ""
    if address.is_loopback:
        return "This computer"
    if address.is_private:
        return "A private network"
    code = _countries().lookupStr(str(address)) if address.version == 4 else None
    return str(Locale("en").territories.get(code, "")) if code else ""


def _parsed(ip: str) -> Address | None:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


@cache
def _countries() -> CountryLookup:
    """Read once: 400 kB of the registries' allocations."""
    return CountryLookup()


def describe_user_agent(user_agent: str) -> str:
    """Such as "Chrome on Android", or a program's own name; "A browser" when it says nothing."""
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    if not browser and not user_agent.startswith("Mozilla/"):
        program = user_agent.partition("/")[0].strip()[:40]
        return program if program.isprintable() and program else "A browser"
    return f"{browser or 'A browser'} on {system}" if system else browser or "A browser"


def read_known_browser_cookie(request: HttpRequest | Request) -> tuple[str, str]:
    """Whose browser it is, as a person's id, and the browser's own name; or nothing twice."""
    mark = request.COOKIES.get(settings.HITOUCH_BROWSER_COOKIE, "")
    try:
        person, browser = signing.loads(mark, salt=SALT, max_age=KEPT)
    except (signing.BadSignature, ValueError):
        return "", ""
    return str(person), str(browser)


def set_known_browser_cookie(request: HttpRequest, response: HttpResponse, *, person: str) -> None:
    """Remember that this person has logged in with this browser."""
    known_to, browser = read_known_browser_cookie(request)
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


def address_of(request: HttpRequest | Request) -> str:
    """The client's network address; empty when the server was not told."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def origin_of(request: HttpRequest | Request) -> RequestOrigin:
    """The place, the device and the browser that a request comes from."""
    ip = address_of(request)
    known_to, browser = read_known_browser_cookie(request)
    return RequestOrigin(
        ip=ip,
        place=network_hash(ip),
        network=masked_contact(ip),
        country=country_of(ip),
        device=describe_user_agent(request.headers.get("User-Agent", "")),
        browser=browser,
        known_to=known_to,
    )
