"""One person through all apps: what holds a closing back, their data, its erasure."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import locks
from accounts import personal as accounts
from accounts.models import User
from chatbot import personal as chatbot
from gigs import personal as gigs
from hitouch.core.personal import Hold, OwnFile
from onboarding import personal as onboarding
from payments import personal as payments
from proctoring import personal as proctoring

#: From above to below: an app's rows go before those that they point at, the account last.
APPS = (chatbot, payments, gigs, onboarding, proctoring, accounts)


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
            locks.account(user.pk)
            app.erase(user, at=at)
