"""Where a request comes from: IP address, network hash, country, device and known browser.

The full address is not stored: log-in events keep a keyed hash, to recognise a network, and the
masked address, to show to the owner.
"""

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import NamedTuple

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
MAX_DEVICE_TOKEN_LENGTH = 300
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
    `country` and `device` are texts. `browser` identifies a browser or an app in which the user
    with the id `known_to` has logged in before, when the user's `login_epoch` was `known_epoch`.
    """

    ip: str = ""
    network_hash: str = ""
    network: str = ""
    country: str = ""
    device: str = ""
    browser: str = ""
    known_to: str = ""
    known_epoch: int = -1


class KnownBrowser(NamedTuple):
    """A browser or an app, the user who has logged in there, and that user's `login_epoch`."""

    user_id: str = ""
    browser: str = ""
    epoch: int = -1


@dataclass(frozen=True)
class NetworkHashes:
    """Keyed hashes of an address and of the larger networks around it.

    `address` is an IPv4 address, or the /64 of an IPv6 one: one customer. `subnet` is the /56 that
    providers give a home, `block` the /48 that they give an office; a renter of servers has either
    for nothing. Of IPv4 `block` is the /24, and there is no `subnet`.
    """

    version: int = 0
    address: str = ""
    subnet: str = ""
    block: str = ""


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


def network_hashes(ip: str) -> NetworkHashes:
    """The hashes by which requests are counted; empty for an unknown address."""
    address = _parse(ip)
    if address is None:
        return NetworkHashes()
    if address.version == 4:
        return NetworkHashes(4, network_hash(ip), block=_prefix_hash(address, 24))
    subnet, block = _prefix_hash(address, 56), _prefix_hash(address, 48)
    return NetworkHashes(6, network_hash(ip), subnet, block)


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


def read_known_browser_cookie(request: HttpRequest | Request) -> KnownBrowser:
    """Whose browser it is by its cookie; an empty one without a valid cookie."""
    return read_known_browser(request.COOKIES.get(settings.HITOUCH_BROWSER_COOKIE, ""))


def read_known_browser(text: str) -> KnownBrowser:
    """The content of `sign_known_browser`'s text; an empty one if it is not valid."""
    try:
        user_id, browser, epoch = signing.loads(text, salt=SALT, max_age=BROWSER_COOKIE_AGE)
        return KnownBrowser(str(user_id), str(browser), int(epoch))
    except (signing.BadSignature, ValueError, TypeError):
        return KnownBrowser()


def sign_known_browser(known: KnownBrowser) -> str:
    """The signed text by which a browser or an app shows that its user has logged in there.

    It authenticates nobody. A change of the user's `login_epoch` makes it worthless.
    """
    return signing.dumps(list(known), salt=SALT)


def set_known_browser_cookie(
    request: HttpRequest, response: HttpResponse, *, user_id: str, epoch: int
) -> None:
    """Mark the browser as one in which this user has logged in."""
    known = read_known_browser_cookie(request)
    browser = known.browser if known.user_id == user_id else secrets.token_urlsafe(12)
    response.set_cookie(
        settings.HITOUCH_BROWSER_COOKIE,
        sign_known_browser(KnownBrowser(user_id, browser, epoch)),
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


def origin_of(request: HttpRequest | Request, *, device_token: str = "") -> RequestOrigin:
    """The network, country, device and known browser of a request.

    Apps have no cookie: they send back the device token that came with their tokens.
    """
    ip = address_of(request)
    known = read_known_browser(device_token) if device_token else read_known_browser_cookie(request)
    return RequestOrigin(
        ip=ip,
        network_hash=network_hash(ip),
        network=mask_ip(ip),
        country=country_of(ip),
        device=describe_user_agent(request.headers.get("User-Agent", "")),
        browser=known.browser,
        known_to=known.user_id,
        known_epoch=known.epoch,
    )


def _prefix_hash(address: Address, bits: int) -> str:
    network = ipaddress.ip_network(f"{address}/{bits}", strict=False)
    return blind_index("place", str(network))


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
