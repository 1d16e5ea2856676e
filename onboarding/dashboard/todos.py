"""What an agent could do next, and what of it comes first."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Literal

Tone = Literal["plain", "good", "warn", "bad", "info"]


class Urgency(IntEnum):
    """What comes before what when several things could be done next."""

    AT_WORK = 10
    SHIFT_DUE = 20
    STEP = 30
    ASKED = 40  # somebody waits for the agent
    MONEY = 50  # earned, and cannot be sent
    HAND_IN = 55
    AHEAD = 60
    FIND = 70
    PREPARE = 80

    @property
    def is_idle(self) -> bool:
        """Whether it is said only when nothing else waits: a panel shows it as well."""
        return self in (Urgency.AHEAD, Urgency.FIND)


@dataclass(frozen=True)
class ToDo:
    """One thing that the agent could do next, and the button for it."""

    key: str
    urgency: Urgency
    title: str
    text: str
    action: str
    url: str
    tone: Tone = "info"
    #: Whether the button sends a form instead of leading to a page.
    posts: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
