"""What only the apps above know of a person: what holds a closing back, their data, its erasure.

They are found by the name in `HITOUCH_LIFE`, a module such as `hitouch.life`.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from hitouch.core.data_protection.privacy import Hold, OwnFile


class PersonalDataHooks(Protocol):
    """What that module offers."""

    def holds(self, user: User, *, now: datetime) -> list[Hold]:
        """What has to be settled before the account can be closed."""

    def export(self, user: User) -> dict[str, Any]:
        """Everything we know of the person, by app, ready for JSON."""

    def files(self, user: User) -> list[OwnFile]:
        """The files the person gave us."""

    def erase(self, user: User, *, at: datetime) -> None:
        """Remove what need not stay; begun again after a crash it goes on."""


def personal_data_hooks() -> PersonalDataHooks:
    """The apps above."""
    return cast(PersonalDataHooks, import_module(settings.HITOUCH_LIFE))


@dataclass(frozen=True)
class Landing:
    """The next step, as a word for programs and an address for people."""

    next_step: str
    url: str


def landing_for(user: User, *, now: datetime) -> Landing:
    """The first open step of an agent, or the home page of a member or of staff."""
    return cast(Landing, import_string(settings.HITOUCH_LANDING)(user, now=now))


def mfa_required(user: User) -> bool:
    """Whether this account may not be without a second factor."""
    promises = import_string(settings.HITOUCH_FACTOR_DEMANDED)
    return user.is_staff or cast(bool, promises(user))
