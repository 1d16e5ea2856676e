"""System checks of the payout provider's settings."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
NEEDED = ("RAZORPAYX_KEY_SECRET", "RAZORPAYX_ACCOUNT")


def require_payout_settings() -> None:
    """Raise at start when a key is set and the other settings are incomplete."""
    if found := payout_errors():
        raise ImproperlyConfigured(found[0])


def payout_errors() -> list[str]:
    """Reasons why the configured provider cannot be used."""
    if not settings.RAZORPAYX_KEY_ID:
        return []
    missing = [name for name in NEEDED if not getattr(settings, name)]
    found = [f"RAZORPAYX_KEY_ID is set: set {', '.join(missing)} too."] if missing else []
    url = urlsplit(settings.RAZORPAYX_URL)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOCAL_HOSTS):
        found.append(
            "RAZORPAYX_URL has to begin with https://; only this machine may be asked without."
        )
    return found


@checks.register()
def check_payout_settings(**kwargs: Any) -> list[checks.CheckMessage]:
    """Errors that prevent a start, and a warning for a missing webhook secret."""
    found: list[checks.CheckMessage] = [
        checks.Error(fault, id="hitouch.E004") for fault in payout_errors()
    ]
    if settings.RAZORPAYX_KEY_ID and not settings.DEBUG and not settings.RAZORPAYX_WEBHOOK_SECRET:
        doubt = "RAZORPAYX_WEBHOOK_SECRET is empty: answers of banks are only asked for, not told."
        found.append(checks.Warning(doubt, id="hitouch.W003"))
    return found
