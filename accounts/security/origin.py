"""Where a request comes from: IP address, network hash, country, device and known browser.

The full address is not stored: log-in events keep a keyed hash, to recognise a network, and the
masked address, to show to the owner.
"""

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
BROWSER_COOKIE_AGE = timedelta(days=90)
#: The order matters: most user agents also contain names further down.
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
    """Where a request comes from.

    `network_hash` is a keyed hash of the customer's network, `network` the masked address,
    `country` and `device` are texts. `browser` identifies a browser in which the user with the id
    `known_to` has logged in before.
    """

    ip: str = ""
    network_hash: str = ""
    network: str = ""
    country: str = ""
    device: str = ""
    browser: str = ""
    known_to: str = ""


#: For calls without a request, such as commands, tasks and tests.
UNKNOWN_ORIGIN = RequestOrigin()


def network_hash(ip: str) -> str:
    """A keyed hash of the customer's network: an IPv4 address, or the /64 of an IPv6 one."""
    address = _parse(ip)
    if address is None:
        return ""
    if address.version == 6:
        address = ipaddress.ip_network(f"{address}/64", strict=False).network_address
    return blind_index("place", str(address))


def mask_ip(ip: str) -> str:
    """The first half of an address, such as 103.21.x.x."""
    address = _parse(ip)
    if address is None:
        return ""
    if address.version == 6:
        return ":".join(address.exploded.split(":")[:3]) + ":…"
    return ".".join(str(address).split(".")[:2]) + ".x.x"


def country_of(ip: str) -> str:
    """The country by the address registries, or the kind of network, as text."""
    address = _parse(ip)
    if address is None:
        return ""
    if address.is_loopback:
        return "This computer"
    if address.is_private:
        return "A private network"
    code = _country_database().lookupStr(str(address)) if address.version == 4 else None
    return str(Locale("en").territories.get(code, "")) if code else ""


def describe_user_agent(user_agent: str) -> str:
    """Such as "Chrome on Android", or an app's own name; "A browser" when it tells nothing."""
    system = next((name for token, name in SYSTEMS.items() if token in user_agent), "")
    browser = next((name for token, name in BROWSERS.items() if token in user_agent), "")
    if not browser and not user_agent.startswith("Mozilla/"):
        program = user_agent.partition("/")[0].strip()[:40]
        return program if program.isprintable() and program else "A browser"
    return f"{browser or 'A browser'} on {system}" if system else browser or "A browser"


def read_known_browser_cookie(request: HttpRequest | Request) -> tuple[str, str]:
    """The user's id and the browser's random id from the cookie; two empty strings without one."""
    cookie = request.COOKIES.get(settings.HITOUCH_BROWSER_COOKIE, "")
    try:
        user_id, browser = signing.loads(cookie, salt=SALT, max_age=BROWSER_COOKIE_AGE)
    except (signing.BadSignature, ValueError):
        return "", ""
    return str(user_id), str(browser)


def set_known_browser_cookie(request: HttpRequest, response: HttpResponse, *, user_id: str) -> None:
    """Mark the browser as one in which this user has logged in."""
    known_to, browser = read_known_browser_cookie(request)
    if known_to != user_id:
        browser = secrets.token_urlsafe(12)
    response.set_cookie(
        settings.HITOUCH_BROWSER_COOKIE,
        signing.dumps([user_id, browser], salt=SALT),
        max_age=BROWSER_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def address_of(request: HttpRequest | Request) -> str:
    """The client's IP address; empty when the server does not know it."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def origin_of(request: HttpRequest | Request) -> RequestOrigin:
    """The network, country, device and known browser of a request."""
    ip = address_of(request)
    known_to, browser = read_known_browser_cookie(request)
    return RequestOrigin(
        ip=ip,
        network_hash=network_hash(ip),
        network=mask_ip(ip),
        country=country_of(ip),
        device=describe_user_agent(request.headers.get("User-Agent", "")),
        browser=browser,
        known_to=known_to,
    )


def _parse(ip: str) -> Address | None:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


@cache
def _country_database() -> CountryLookup:
    """Loaded once: 400 kB of the registries' allocations."""
    return CountryLookup()
