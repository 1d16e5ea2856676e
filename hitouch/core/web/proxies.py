"""The client's address and scheme behind reverse proxies, by the headers they add. No Django.

Each proxy appends the address it was called from to X-Forwarded-For, so the header is read from
the right: entries further left than the first address we do not trust may be forged. `Forwarded`,
X-Real-IP and similar headers are not read.
"""

import ipaddress
from dataclasses import dataclass
from functools import cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
UNIX = "unix"
MOST_HOPS = 9


@dataclass(frozen=True)
class TrustedProxies:
    """Whose headers count: those of a number of proxies in front of us, or of these networks.

    `unix` trusts whoever connects over a Unix socket, which has no address.
    """

    hops: int = 0
    networks: tuple[Network, ...] = ()
    unix: bool = False

    def trusts(self, index: int, entry: str) -> bool:
        """Whether the entry, so many steps from us, is a proxy of ours."""
        if self.hops:
            return index < self.hops
        address = parse_address(entry)
        if address is None:
            return self.unix and index == 0 and not entry
        return any(address in network for network in self.networks)


@dataclass(frozen=True)
class ClientAddress:
    """The client as seen by our outermost proxy; `steps` is the number of proxies between."""

    address: str
    steps: int


@cache
def parse_trusted(*words: str) -> TrustedProxies:
    """From a number of proxies, or a list of addresses and networks; raises ValueError."""
    if len(words) == 1 and words[0].isascii() and words[0].isdigit():
        if int(words[0]) > MOST_HOPS:
            raise ValueError(f"{words[0]} proxies are too many; count those in front of the site")
        return TrustedProxies(hops=int(words[0]))
    networks = tuple(_network(word) for word in words if word != UNIX)
    return TrustedProxies(networks=networks, unix=UNIX in words)


def _network(word: str) -> Network:
    try:
        network = ipaddress.ip_network(word)
    except ValueError:
        raise ValueError(f"“{word}” is no address, no network such as 10.0.0.0/8") from None
    if network.prefixlen == 0:
        raise ValueError(f"“{word}” is every address")
    return network


def client_of(peer: str, forwarded_for: str, trusted: TrustedProxies) -> ClientAddress:
    """The client of a connection from `peer`; without an address when a proxy sent none."""
    entries = [entry.strip() for entry in forwarded_for.split(",")]
    chain = [peer, *(entry for entry in reversed(entries) if entry)]
    steps = 0
    while steps + 1 < len(chain) and trusted.trusts(steps, chain[steps]):
        steps += 1
    address = parse_address(chain[steps])
    return ClientAddress(str(address) if address else "", steps)


def scheme_of(forwarded_proto: str, steps: int) -> str:
    """The scheme that our outermost proxy was called with: `https` or `http`.

    Proxies replace the header or append to it; an entry further left than ours may be forged.
    """
    entries = [entry.strip().lower() for entry in forwarded_proto.split(",")]
    named = entries[-min(max(steps, 1), len(entries))]
    return "https" if named in ("https", "wss") else "http"


def parse_address(text: str) -> Address | None:
    """An address as proxies write it: with a port, in brackets, IPv4 mapped into IPv6."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text, closed, port = text[1:].partition("]")
        if not closed or (port and not _is_port(port)):
            return None
    elif text.count(":") == 1:
        text, _, port = text.partition(":")
        if not _is_port(f":{port}"):
            return None
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_port(text: str) -> bool:
    return text.startswith(":") and text[1:].isascii() and text[1:].isdigit()
