"""Where a request comes from, as far as the trusted proxies can tell."""

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.request import Request

from accounts import browsers, places
from accounts.places import Origin


def address_of(request: HttpRequest | Request) -> str:
    """The client's network address; empty when the server was not told."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def origin_of(request: HttpRequest | Request) -> Origin:
    """The place, the device and the browser that a request comes from."""
    ip = address_of(request)
    known_to, browser = browsers.read_mark(request)
    return Origin(
        ip=ip,
        place=places.place_of(ip),
        network=places.masked(ip),
        country=places.country_of(ip),
        device=browsers.name_of(request.headers.get("User-Agent", "")),
        browser=browser,
        known_to=known_to,
    )
