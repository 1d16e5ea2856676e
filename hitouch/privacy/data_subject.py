"""One person through all apps: what holds a closing back, their data, its erasure."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.privacy import personal_data
from accounts.security import locks
from chatbot import privacy as chatbot_privacy
from gigs import privacy as gigs_privacy
from hitouch.core.data_protection.privacy import Hold, OwnFile
from onboarding import privacy as onboarding_privacy
from payments import privacy as payments_privacy
from proctoring import privacy as proctoring_privacy

#: From above to below: an app's rows go before those that they point at, the account last.
APPS = (
    chatbot_privacy,
    payments_privacy,
    gigs_privacy,
    onboarding_privacy,
    proctoring_privacy,
    personal_data,
)


def holds(user: User, *, now: datetime) -> list[Hold]:
    """What has to be settled before the account can be closed."""
    return [hold for app in APPS for hold in app.holds(user, now=now)]


def export(user: User) -> dict[str, Any]:
    """Everything we know of the person, from the account up to the help."""
    return {name: section for app in reversed(APPS) for name, section in app.export(user).items()}


def files(user: User) -> list[OwnFile]:
    """The files the person gave us."""
    return [file for app in APPS for file in app.files(user)]


def erase(user: User, *, at: datetime) -> None:
    """Each app in its own transaction. A crash leaves whole apps, and a second run goes on."""
    for app in APPS:
        with transaction.atomic():
            locks.lock_account(user.pk)
            app.erase(user, at=at)
