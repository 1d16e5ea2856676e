"""What is foolish in the settings of the rail, each in one sentence."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

HOME = ("127.0.0.1", "localhost", "::1")
NEEDED = ("RAZORPAYX_KEY_SECRET", "RAZORPAYX_ACCOUNT")


def require_rail_settings() -> None:
    """Asked when a process starts: with a key, what goes with it has to be there."""
    if found := payout_errors():
        raise ImproperlyConfigured(found[0])


def payout_errors() -> list[str]:
    """Why no rupee could go out although a key is given, or why it would go astray."""
    if not settings.RAZORPAYX_KEY_ID:
        return []
    missing = [name for name in NEEDED if not getattr(settings, name)]
    found = [f"RAZORPAYX_KEY_ID is set: set {', '.join(missing)} too."] if missing else []
    url = urlsplit(settings.RAZORPAYX_URL)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in HOME):
        found.append(
            "RAZORPAYX_URL has to begin with https://; only this machine may be asked without."
        )
    return found


@checks.register()
def check_rail(**kwargs: Any) -> list[checks.CheckMessage]:
    """`manage.py check`: what stops a start, and what is allowed but slow."""
    found: list[checks.CheckMessage] = [
        checks.Error(fault, id="hitouch.E002") for fault in payout_errors()
    ]
    if settings.RAZORPAYX_KEY_ID and not settings.DEBUG and not settings.RAZORPAYX_WEBHOOK_SECRET:
        doubt = "RAZORPAYX_WEBHOOK_SECRET is empty: answers of banks are only asked for, not told."
        found.append(checks.Warning(doubt, id="hitouch.W002"))
    return found
