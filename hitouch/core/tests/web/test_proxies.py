"""The client's address and scheme behind several proxies."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from hitouch.core.middleware import TrustedProxyMiddleware, require_trusted_proxies
from hitouch.core.web.proxies import ClientAddress, TrustedProxies, client_of, parse_trusted

OURS = ("10.0.0.0/8", "192.0.2.7", "2001:db8:aaaa::/48", "unix")
ASHA, FORGED = "103.21.58.66", "6.6.6.6"


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        (ASHA, FORGED, ASHA),
        ("11.0.0.1", f"{FORGED}, 10.0.0.1", "11.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", ASHA, ASHA),
        ("10.0.0.1", f"{FORGED}, {ASHA}, 192.0.2.7, 10.9.9.9", ASHA),
        ("10.0.0.1", f"{FORGED}, 10.0.0.3, {ASHA}, 10.0.0.2", ASHA),
        ("10.0.0.1", f"'; DROP TABLE, unknown, {ASHA}", ASHA),
        ("10.0.0.1", f", ,{ASHA} ,", ASHA),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", f"{ASHA}:50123, 10.0.0.2:443", ASHA),
        ("10.0.0.1", "2409:4043::1", "2409:4043::1"),
        ("10.0.0.1", f"{FORGED}, [2409:4043::1]:443", "2409:4043::1"),
        ("10.0.0.1", f'{FORGED}, "[2409:4043::1]"', "2409:4043::1"),
        ("10.0.0.1", "fe80::1%eth0", "fe80::1"),
        ("::ffff:10.0.0.1", f"::ffff:{ASHA}", ASHA),
        ("2001:db8:aaaa::9", f"{FORGED}, {ASHA}, 2001:0DB8:AAAA:0::7", ASHA),
        ("2001:db8:bbbb::9", FORGED, "2001:db8:bbbb::9"),
        ("", f"{FORGED}, {ASHA}, 10.0.0.4", ASHA),
        ("10.0.0.1", f"{FORGED}, unknown", ""),
        ("10.0.0.1", f"{FORGED}, _hidden, 10.0.0.2", ""),
        ("10.0.0.1", "999.1.1.1", ""),
        ("10.0.0.1", "103.21.58.66:http", ""),
        ("10.0.0.1", "[2409:4043::1", ""),
        ("10.0.0.1", "103.021.058.066", ""),
        ("10.0.0.1", "1" * 5000, ""),
    ],
)
def test_entries_are_skipped_from_the_right_while_trusted(
    peer: str, forwarded_for: str, address: str
) -> None:
    """The first entry that is no proxy of ours is the client, whatever is left of it."""
    assert client_of(peer, forwarded_for, parse_trusted(*OURS)).address == address


@pytest.mark.parametrize(
    ("hops", "forwarded_for", "client"),
    [
        (0, ASHA, ClientAddress("10.0.0.1", 0)),
        (1, f"{FORGED}, {ASHA}", ClientAddress(ASHA, 1)),
        (2, f"{FORGED}, {ASHA}, 198.51.100.1", ClientAddress(ASHA, 2)),
        (3, f"{ASHA}, 198.51.100.1", ClientAddress(ASHA, 2)),
        (3, "", ClientAddress("10.0.0.1", 0)),
    ],
)
def test_a_number_of_proxies_is_counted_from_the_right(
    hops: int, forwarded_for: str, client: ClientAddress
) -> None:
    """Whatever their addresses; a request past some of them has the furthest known address."""
    assert client_of("10.0.0.1", forwarded_for, TrustedProxies(hops=hops)) == client


def test_a_socket_is_trusted_only_when_named() -> None:
    """Somebody on this machine who is no proxy has no address, and claims none."""
    assert client_of("", ASHA, parse_trusted("10.0.0.0/8")).address == ""


@pytest.mark.parametrize(
    "words", [["0.0.0.0/0"], ["::/0"], ["10.0.0.1/8"], ["localhost"], ["*"], ["10"], ["1", "::1"]]
)
def test_a_mistaken_list_of_proxies_stops_the_start(settings, words: list[str]) -> None:
    """Nobody trusts everybody by a slip."""
    settings.HITOUCH_TRUSTED_PROXIES = words
    with pytest.raises(ImproperlyConfigured, match=r"is (no|every) address|too many"):
        require_trusted_proxies()


@pytest.mark.parametrize(
    ("peer", "scheme", "forwarded_for", "secure"),
    [
        ("10.0.0.1", "https", ASHA, True),
        ("10.0.0.1", "http", ASHA, False),
        ("10.0.0.1", "", ASHA, False),
        ("10.0.0.1", "https, http", ASHA, False),
        ("10.0.0.1", "https, http", f"{ASHA}, 10.0.0.2", True),
        ("10.0.0.1", "https, http, http", f"{ASHA}, 10.0.0.2", False),
        ("10.0.0.1", "https", f"{ASHA}, 10.0.0.2", True),
        ("10.0.0.1", "https", "", True),
        (ASHA, "https", "", False),
        (ASHA, "https", "10.0.0.1", False),
    ],
)
def test_the_scheme_counts_from_trusted_proxies_only(
    settings, peer: str, scheme: str, forwarded_for: str, secure: bool
) -> None:
    """And it is what the outermost of them was called with; nothing of others' headers is left."""
    settings.HITOUCH_TRUSTED_PROXIES = OURS
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    request = RequestFactory().get(
        "/",
        REMOTE_ADDR=peer,
        HTTP_X_FORWARDED_FOR=forwarded_for,
        HTTP_X_FORWARDED_PROTO=scheme,
    )
    TrustedProxyMiddleware(view)(request)
    assert seen[0].is_secure() is secure
    assert "X-Forwarded-For" not in seen[0].headers
