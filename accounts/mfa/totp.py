"""The code an authenticator app shows (RFC 6238: HMAC-SHA1, 30 seconds, 6 digits)."""

import base64
import hmac
import struct
from datetime import datetime

STEP_SECONDS = 30
DIGITS = 6


def code(secret: str, at: datetime) -> str:
    """The six digits for a base32 secret at a moment."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(at.timestamp()) // STEP_SECONDS)
    digest = hmac.digest(key, counter, "sha1")
    start = digest[-1] & 0x0F
    (value,) = struct.unpack(">I", digest[start : start + 4])
    return str((value & 0x7FFFFFFF) % 10**DIGITS).zfill(DIGITS)
