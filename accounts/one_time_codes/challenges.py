"""Proof of work: a calculation that makes many requests for codes expensive.

A challenge is a random nonce, its expiry and its difficulty with our signature over them and over
what it is for, so that nothing is stored until it is solved. Solved means: for each of its parts a
number is found, so that the SHA-256 of `challenge:part:number` begins with so many zero bits.
Several parts take more even times than one difficult one, and show progress. A challenge is
redeemed once, in Valkey.
"""

import base64
import binascii
import hashlib
import hmac
import math
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache

from accounts.one_time_codes.budgets import LimitReason, Pressure
from hitouch.core.crypto import keyed_hash
from hitouch.core.errors import Refusal
from hitouch.core.web.humanize import wait_text

LIFETIME = timedelta(minutes=5)
PARTS = 16
#: Each doubling of the use doubles the work, up to 16 times.
MOST_EXTRA_BITS = 4
#: How much easier than needed now a challenge may be: the need may have grown while it was solved.
TOLERATED_BITS = 1
NONCE_BYTES, SIGNATURE_BYTES = 8, 16
HEAD = struct.Struct(f">{NONCE_BYTES}sIB")
MAX_CHALLENGE_LENGTH = 100
MAX_SOLUTION_LENGTH = 400
MAX_NUMBER_DIGITS = 12
CAUSES = {
    LimitReason.CONTACT: "Many codes were requested for this contact",
    LimitReason.NETWORK: "Many codes were requested from your network, "
    "which you may share with other people",
    LimitReason.SMS: "Many text messages were requested today",
}


class ChallengeRequired(Refusal):
    """A solved challenge is needed now, or time; `challenge` is one to solve."""

    code = "challenge_required"
    status = 429

    def __init__(self, challenge: "Challenge", pressure: Pressure) -> None:
        self.challenge, self.cause = challenge, CAUSES[pressure.reason]
        self.retry_after = max(1, math.ceil(pressure.wait.total_seconds()))
        self.members = {"reason": str(pressure.reason), "challenge": challenge.as_members()}
        self.wait = wait_text(self.retry_after, in_seconds_below=120)
        super().__init__(
            f"{self.cause}, so a calculation is needed before we send yours. "
            f"Browsers do it by themselves. Without it, try again in {self.wait}."
        )


@dataclass(frozen=True)
class Challenge:
    """What is to be solved."""

    text: str
    bits: int
    expires_at: datetime
    parts: int = PARTS

    def as_members(self) -> Mapping[str, object]:
        """For the problem document."""
        return {
            "algorithm": "sha-256",
            "text": self.text,
            "parts": self.parts,
            "bits": self.bits,
            "expires_at": self.expires_at.isoformat().replace("+00:00", "Z"),
        }


def require(
    pressure: Pressure, *, purpose: str, target: str, challenge: str, solution: str, at: datetime
) -> None:
    """Redeem a solved challenge, or raise `ChallengeRequired` with a new one."""
    bits = bits_for(pressure)
    opened = _open(challenge, purpose, target, at)
    if opened is None or opened.bits < bits - TOLERATED_BITS or not is_solved(opened, solution):
        raise ChallengeRequired(_issue(purpose, target, bits, at), pressure)
    seconds = LIFETIME // timedelta(seconds=1)
    # A challenge expires by the clock of the request: its mark is kept for longer than it lives.
    if not cache.add(f"code-challenge:{opened.text}", 1, timeout=2 * seconds):
        raise ChallengeRequired(_issue(purpose, target, bits, at), pressure)


def bits_for(pressure: Pressure) -> int:
    """How many zero bits each part needs."""
    extra = math.floor(math.log2(max(1, pressure.ratio)))
    return int(settings.HITOUCH_CODE_CHALLENGE_BITS) + min(extra, MOST_EXTRA_BITS)


def _issue(purpose: str, target: str, bits: int, at: datetime) -> Challenge:
    expires = math.ceil((at + LIFETIME).timestamp())
    head = HEAD.pack(secrets.token_bytes(NONCE_BYTES), expires, bits)
    text = base64.urlsafe_b64encode(head + _signature(head, purpose, target)).rstrip(b"=").decode()
    return Challenge(text, bits, datetime.fromtimestamp(expires, UTC))


def is_solved(challenge: Challenge, solution: str) -> bool:
    """Whether the solution, numbers joined by dots, has one for each part."""
    numbers = solution.split(".") if len(solution) <= MAX_SOLUTION_LENGTH else []
    if len(numbers) != challenge.parts:
        return False
    return all(
        number.isascii()
        and number.isdecimal()
        and len(number) <= MAX_NUMBER_DIGITS
        and _zero_bits(f"{challenge.text}:{part}:{number}") >= challenge.bits
        for part, number in enumerate(numbers)
    )


def solve(challenge: Challenge) -> str:
    """The solution; for tests and for programs that use our code."""
    numbers = []
    for part in range(challenge.parts):
        number = 0
        while _zero_bits(f"{challenge.text}:{part}:{number}") < challenge.bits:
            number += 1
        numbers.append(str(number))
    return ".".join(numbers)


def _open(text: str, purpose: str, target: str, at: datetime) -> Challenge | None:
    """The challenge, if it is ours, for this purpose and contact, and not expired."""
    if not 0 < len(text) <= MAX_CHALLENGE_LENGTH:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != HEAD.size + SIGNATURE_BYTES:
        return None
    head, signature = raw[: HEAD.size], raw[HEAD.size :]
    if not hmac.compare_digest(signature, _signature(head, purpose, target)):
        return None
    _, expires, bits = HEAD.unpack(head)
    if expires <= at.timestamp():
        return None
    canonical = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    return Challenge(canonical, bits, datetime.fromtimestamp(expires, UTC))


def _signature(head: bytes, purpose: str, target: str) -> bytes:
    text = f"{head.hex()} {purpose} {target}"
    return bytes.fromhex(keyed_hash("code-challenge", text))[:SIGNATURE_BYTES]


def _zero_bits(text: str) -> int:
    digest = hashlib.sha256(text.encode()).digest()
    return 256 - int.from_bytes(digest).bit_length()
