"""Hooks into the apps above, each a dotted path in the settings.

`HITOUCH_PERSONAL_DATA_HOOKS` is a module with blockers of a closing, data export and erasure;
`HITOUCH_LANDING_HOOK` gives the page after log-in; `HITOUCH_MFA_REQUIRED_HOOK` says who needs a
second factor.
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
    """The functions of the module `HITOUCH_PERSONAL_DATA_HOOKS`."""

    def holds(self, user: User, *, now: datetime) -> list[Hold]:
        """What has to be settled before the account can be closed."""

    def export(self, user: User) -> dict[str, Any]:
        """All data about the user, by app, ready for JSON."""

    def files(self, user: User) -> list[OwnFile]:
        """The files that the user uploaded."""

    def erase(self, user: User, *, at: datetime) -> None:
        """Delete what need not be retained; can be repeated after a crash."""


def personal_data_hooks() -> PersonalDataHooks:
    """The module named by `HITOUCH_PERSONAL_DATA_HOOKS`."""
    return cast(PersonalDataHooks, import_module(settings.HITOUCH_PERSONAL_DATA_HOOKS))


@dataclass(frozen=True)
class Landing:
    """The next step: a code for API clients and a URL for browsers."""

    next_step: str
    url: str


def landing_for(user: User, *, now: datetime) -> Landing:
    """The first open step of an agent, or the home page of a member or of staff."""
    return cast(Landing, import_string(settings.HITOUCH_LANDING_HOOK)(user, now=now))


def mfa_required(user: User) -> bool:
    """Whether this account has to have a second factor."""
    return user.is_staff or may_spend(user)


def may_spend(user: User) -> bool:
    """Whether the user can spend a client's money, by the hook `HITOUCH_MFA_REQUIRED_HOOK`."""
    return cast(bool, import_string(settings.HITOUCH_MFA_REQUIRED_HOOK)(user))
