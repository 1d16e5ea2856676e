"""An agent's home page: the one thing to do next, and a panel for each part of their work.

Onboarding does not know the apps above it, so they bring their part themselves. In the
`ready()` of an app's config:

    from onboarding import dashboard
    dashboard.register(cards.for_home)

where `for_home(visit)` answers with a `Share`. It is called for every agent on each view of the
page, also for those who are not cleared: a handful of queries, always the same number of them.
The page and the API show the same; texts are for people, `key`, `state` and numbers for programs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Literal

from accounts.models import Agent
from onboarding.queries import Clearance, Standing

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


class Place(IntEnum):
    """Where on the page a panel stands."""

    SHIFTS = 1
    MONEY = 2
    APPLICATIONS = 3
    LEVEL = 4
    MESSAGES = 5
    STANDING = 6


ICONS = {
    Place.SHIFTS: "clock",
    Place.MONEY: "money",
    Place.APPLICATIONS: "work",
    Place.LEVEL: "check",
    Place.MESSAGES: "help",
    Place.STANDING: "person",
}


@dataclass(frozen=True)
class Visit:
    """One look of one agent at the page, with what onboarding knows already."""

    agent: Agent
    now: datetime
    clearance: Clearance | None
    account: Standing | None


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


@dataclass(frozen=True)
class Figure:
    """A number of a panel: money in paise, or a count in a unit."""

    key: str
    title: str
    paise: int | None = None
    count: int | None = None
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a panel."""

    key: str
    title: str
    note: str = ""
    url: str = ""
    state: str = ""
    word: str = ""
    tone: str = "plain"
    at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    paise: int | None = None


@dataclass(frozen=True)
class Empty:
    """What a panel teaches while there is nothing in it: why, and the one thing to do."""

    text: str
    action: str
    url: str


@dataclass(frozen=True)
class Panel:
    """One part of the page: figures, rows, and the page with all of it."""

    place: Place
    title: str
    url: str
    link: str
    figures: tuple[Figure, ...] = ()
    lines: tuple[Line, ...] = ()
    empty: Empty | None = None
    note: str = ""

    @property
    def key(self) -> str:
        """What programs know it by."""
        return self.place.name.lower()

    @property
    def icon(self) -> str:
        """The symbol beside its title."""
        return ICONS[self.place]


@dataclass(frozen=True)
class Share:
    """What one app has to say on the page."""

    todos: tuple[ToDo, ...] = ()
    panels: tuple[Panel, ...] = ()


ShareFunction = Callable[[Visit], Share]
_functions: list[ShareFunction] = []


def register(function: ShareFunction) -> ShareFunction:
    """Add a function that says an app's part. Usable as a decorator; twice changes nothing."""
    if function not in _functions:
        _functions.append(function)
    return function


@dataclass(frozen=True)
class Arranged:
    """All parts together: the most urgent thing, what else waits, the panels in their places."""

    first: ToDo | None
    others: tuple[ToDo, ...]
    panels: tuple[Panel, ...]


def arranged(visit: Visit, own: Share) -> Arranged:
    """Onboarding's own part and those of the apps above, in the order of the page."""
    shares = [own, *(function(visit) for function in _functions)]
    todos = sorted((todo for share in shares for todo in share.todos), key=lambda it: it.urgency)
    panels = sorted((panel for share in shares for panel in share.panels), key=lambda it: it.place)
    others = tuple(todo for todo in todos[1:] if not todo.urgency.is_idle)
    return Arranged(todos[0] if todos else None, others, tuple(panels))
