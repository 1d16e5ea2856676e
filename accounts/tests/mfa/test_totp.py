"""The codes of authenticator apps, by the test vectors of RFC 6238."""

import base64
from datetime import UTC, datetime

import pytest

from accounts.mfa import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_equal_the_vectors_of_the_rfc(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, for SHA-1: the last six of its eight digits."""
    assert totp.code(SECRET, datetime.fromtimestamp(seconds, tz=UTC)) == code


def test_unpadded_lower_case_secret_is_accepted() -> None:
    """Apps show secrets without padding, and users type them in lower case."""
    at = datetime(2026, 5, 3, tzinfo=UTC)
    assert totp.code("gezdgnbv", at) == totp.code("GEZDGNBV", at)
