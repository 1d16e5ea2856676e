"""Device, country and masked address of a request, as shown to users."""

import pytest

from accounts.security import origin

ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0"


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (ANDROID, "Chrome on Android"),
        (EDGE, "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Firefox on Linux"),
        ("python-httpx/0.28.1", "python-httpx"),
        ("OrchidPayroll/2 (+https://orchid.example)", "OrchidPayroll"),
        ("Mozilla/5.0", "A browser"),
        ("", "A browser"),
        ("\x1b[31mred", "A browser"),
        ("x" * 500, "x" * 40),
    ],
)
def test_user_agent_is_described(says: str, words: str) -> None:
    """A browser by name and system, an app by its own name, and nothing unsafe."""
    assert origin.describe_user_agent(says) == words


@pytest.mark.parametrize(
    ("ip", "country", "network"),
    [
        ("127.0.0.1", "This computer", "127.0.x.x"),
        ("192.168.1.7", "A private network", "192.168.x.x"),
        ("103.21.58.9", "India", "103.21.x.x"),
        ("8.8.8.8", "United States", "8.8.x.x"),
        ("::ffff:103.21.58.9", "India", "103.21.x.x"),
        ("2401:4900::1", "", "2401:4900:0000:…"),
        ("", "", ""),
        ("nonsense", "", ""),
    ],
)
def test_address_is_described(ip: str, country: str, network: str) -> None:
    """The country by the registries, and the first half of the address only."""
    assert origin.country_of(ip) == country
    assert origin.mask_ip(ip) == network


def test_network_hash_is_per_customer() -> None:
    """A /64 is one customer, two IPv4 addresses are two; the hash reveals neither."""
    one, two = origin.network_hash("2401:4900:1:2::1"), origin.network_hash("2401:4900:1:2:ffff::9")
    assert one == two != origin.network_hash("2401:4900:1:3::1")
    assert origin.network_hash("103.21.58.9") != origin.network_hash("103.21.58.10")
    assert len(one) == 64
