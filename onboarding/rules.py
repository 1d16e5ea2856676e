"""Figures of the rules of onboarding that people are told, read where the rules stand."""

from django.conf import settings

from hitouch.core.files import storage
from onboarding.models import KycUpload


def figures() -> dict[str, int]:
    """The figures by name; each name ends with its unit."""
    return {
        "review_hours": settings.HITOUCH_REVIEW_HOURS,
        "document_megabytes": storage.MAX_BYTES // (1024 * 1024),
        "pdf_password_tries": KycUpload.MOST_PASSWORDS,
        "account_wait_hours": settings.HITOUCH_ACCOUNT_COOLING_HOURS,
        "account_changes_a_day": settings.HITOUCH_ACCOUNT_TESTS_A_DAY,
    }


def least_level() -> str:
    """The lowest level of English with which an agent can be cleared to work."""
    return str(settings.HITOUCH_LEVEL_FLOOR)
