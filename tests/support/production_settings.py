"""The environment of a production site, for tests that run one in a process of its own."""

import base64
import os
import subprocess
import sys
from pathlib import Path

from hitouch.settings.development_seal import new_seal

ROOT = Path(__file__).resolve().parents[2]
SEAL = new_seal("HitouchCX, for a test")
ENVIRONMENT = {
    "HITOUCH_DEBUG": "0",
    "SECRET_KEY": "a-secret-of-a-test-that-is-long-enough-and-has-many-letters-0123456789",
    "HITOUCH_KEYS": "k1:" + base64.b64encode(bytes(range(32))).decode(),
    "ALLOWED_HOSTS": "hitouch.example",
    "BASE_URL": "https://hitouch.example",
    "HITOUCH_SEAL_KEY": SEAL,
    "HITOUCH_SEAL_CERT": SEAL,
    "MAIL_FROM": "HitouchCX <no-reply@hitouch.example>",
}


def environment(**changes: str | None) -> dict[str, str]:
    """The environment of a production process; a change to None takes a variable away."""
    wanted: dict[str, str | None] = {**os.environ, **ENVIRONMENT, **changes}
    return {name: value for name, value in wanted.items() if value is not None}


def manage(*args: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run a management command as production would."""
    return subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
