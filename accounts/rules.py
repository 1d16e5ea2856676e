"""Figures of the rules of accounts that people are told, read where the rules stand."""

from typing import Any

from django.conf import settings

from accounts import agents
from accounts.models import OneTimeCode
from accounts.one_time_codes import fields
from accounts.security import rate_limits

_LENGTH = "django.contrib.auth.password_validation.MinimumLengthValidator"


def figures() -> dict[str, int]:
    """The figures by name; each name ends with its unit."""
    return {
        "code_digits": fields.CODE_DIGITS,
        "code_minutes": int(OneTimeCode.LIFETIME.total_seconds()) // 60,
        "code_attempts": OneTimeCode.TRIES,
        "resend_seconds": settings.HITOUCH_CODE_COOLDOWN_SECONDS,
        "codes_an_hour": settings.HITOUCH_CODES_PER_CONTACT_AN_HOUR,
        "password_length": _least_password_length(),
        "log_in_tries": rate_limits.LOG_IN.tries,
        "log_in_pause_minutes": rate_limits.LOG_IN.seconds // rate_limits.MINUTE,
        "closing_days": settings.HITOUCH_CLOSING_DAYS,
        "exports_a_day": rate_limits.EXPORT.tries,
        "adult_age": agents.ADULT_AGE,
    }


def _least_password_length() -> int:
    validators: Any = settings.AUTH_PASSWORD_VALIDATORS
    lengths = [row["OPTIONS"]["min_length"] for row in validators if row["NAME"] == _LENGTH]
    return int(max(lengths, default=0))
