"""One person's data in all apps (DPDP data principal): closing blockers, export, erasure."""

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

#: In order of erasure: an app's rows are erased before the rows they refer to, the account last.
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
    """All data about the person, by section."""
    return {name: section for app in reversed(APPS) for name, section in app.export(user).items()}


def files(user: User) -> list[OwnFile]:
    """The files uploaded by the person."""
    return [file for app in APPS for file in app.files(user)]


def erase(user: User, *, at: datetime) -> None:
    """Erase app by app, each in its own transaction. After a crash a second run completes it."""
    for app in APPS:
        with transaction.atomic():
            locks.lock_account(user.pk)
            app.erase(user, at=at)
