"""The codes that an authenticator app shows (RFC 6238: HMAC-SHA1, 30 seconds, 6 digits).

For the demo site, the journey and tests, which log in as an app would; codes that users send are
checked in `accounts.mfa.services`.
"""

import base64
from datetime import datetime

from django_otp.oath import hotp

STEP_SECONDS = 30
DIGITS = 6


def code(secret: str, at: datetime) -> str:
    """The code of a base32 secret at a moment."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    value: int = hotp(key, int(at.timestamp()) // STEP_SECONDS, digits=DIGITS)
    return f"{value:0{DIGITS}}"
