"""Where somebody goes after signing in.

The answer needs apps above this one, so it is found by the name in `HITOUCH_LANDING`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User


@dataclass(frozen=True)
class Landing:
    """The next step, as a word for programs and an address for people."""

    next_step: str
    url: str


def landing_for(user: User, *, now: datetime) -> Landing:
    """The first open step of an agent, or the home page of a member or of staff."""
    return cast(Landing, import_string(settings.HITOUCH_LANDING)(user, now=now))
