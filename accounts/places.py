"""Places: what is kept of where somebody came from, and how it is told to them."""

import ipaddress
from dataclasses import dataclass
from functools import cache

from babel import Locale
from ip3country import CountryLookup

from hitouch.core.crypto import blind_index

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Origin:
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
NOWHERE = Origin()


def place_of(ip: str) -> str:
    """A keyed hash of the customer's network: an IPv4 address, or the /64 of an IPv6 one."""
    address = _parsed(ip)
    if address is None:
        return ""
    if address.version == 6:
        address = ipaddress.ip_network(f"{address}/64", strict=False).network_address
    return blind_index("place", str(address))


def masked(ip: str) -> str:
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
