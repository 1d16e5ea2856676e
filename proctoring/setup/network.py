"""The network probe: random bytes that a client fetches and sends back, timed by the server.

A probe is a signed token with the server's time. The client returns the bytes, which it can only do
after it received all of them, and then answers some small tokens at once. So the throughput and the
round trips are bounds from the server's own clock: a client can look slower than it is, not faster.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.core import signing

from hitouch.core.errors import Refusal
from proctoring import conf
from proctoring.models import Sitting
from proctoring.setup.results import CheckResult

BYTES = 128 * 1024
ROUND_TRIPS = 3
#: A network that needs longer for the bytes is far too slow.
MAX_AGE = timedelta(seconds=120)
REMEDY = "Move closer to your router, stop downloads or use another connection, and check again."


class ProbeUnknown(Refusal):
    """The token is not one of this sitting, or too old."""

    code = "probe_unknown"
    message = "This network check has ended. Start it again."
    field = "token"
    status = 422


class ProbeDiffers(Refusal):
    """The bytes that came back are not those that were sent."""

    code = "probe_differs"
    message = (
        "Something between you and us changed what was sent. Turn off VPN and data savers, "
        "and check again."
    )
    status = 422


@dataclass(frozen=True)
class Measured:
    """What the probe measured so far."""

    kbps: float
    round_trips: tuple[int, ...] = ()

    @property
    def round_trip_ms(self) -> int:
        """The middle of the round trips."""
        return round(median(self.round_trips))

    def as_json(self) -> dict[str, object]:
        return {
            "bytes": BYTES,
            "kbps": round(self.kbps),
            "round_trips_ms": list(self.round_trips),
            "round_trip_ms": self.round_trip_ms,
        }


def start(sitting: Sitting, at: datetime) -> tuple[str, bytes]:
    """A token, and the bytes to send back with it."""
    nonce = secrets.token_hex(16)
    return _token(sitting, {"nonce": nonce, "at": at.isoformat()}), _content(nonce)


def go_on(sitting: Sitting, token: str, content: bytes, at: datetime) -> tuple[str, Measured]:
    """The next token, or "" at the end, and what was measured."""
    try:
        known = signing.loads(token, salt=_salt(sitting))
    except signing.BadSignature as fault:
        raise ProbeUnknown from fault
    took = (at - datetime.fromisoformat(known["at"])) / timedelta(milliseconds=1)
    if not 0 <= took <= MAX_AGE / timedelta(milliseconds=1):
        raise ProbeUnknown
    if "nonce" in known:
        if not hmac.compare_digest(content, _content(known["nonce"])):
            raise ProbeDiffers
        measured = Measured(kbps=2 * 8 * BYTES / max(took, 1))
    else:
        measured = Measured(known["kbps"], (*known["trips"], max(round(took), 1)))
    if len(measured.round_trips) >= ROUND_TRIPS:
        return "", measured
    facts = {"kbps": measured.kbps, "trips": measured.round_trips, "at": at.isoformat()}
    return _token(sitting, facts), measured


def judge(measured: Measured) -> list[CheckResult]:
    """Whether the network carries an assessment."""
    fast = measured.kbps >= conf.min_network_kbps()
    near = measured.round_trip_ms <= conf.max_round_trip_ms()
    return [
        CheckResult("speed", "Network speed", fast, f"{measured.kbps:,.0f} kbit/s", REMEDY),
        CheckResult("delay", "Network delay", near, f"{measured.round_trip_ms} ms", REMEDY),
    ]


def _content(nonce: str) -> bytes:
    """The bytes of a probe: nobody without the key can make them."""
    return hashlib.shake_256(f"{settings.SECRET_KEY} probe {nonce}".encode()).digest(BYTES)


def _token(sitting: Sitting, facts: dict[str, Any]) -> str:
    return signing.dumps(facts, salt=_salt(sitting))


def _salt(sitting: Sitting) -> str:
    return f"proctoring.probe.{sitting.pk}"
