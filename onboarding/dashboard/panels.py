"""The parts of an agent's home, and where each stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Literal

from accounts.models import Agent
from onboarding.payees.queries import AccountStatus
from onboarding.steps.queries import Clearance


@dataclass(frozen=True)
class DashboardRequest:
    """One look of one agent at the page, with what onboarding knows already."""

    agent: Agent
    now: datetime
    clearance: Clearance | None
    account: AccountStatus | None


@dataclass(frozen=True)
class EmptyState:
    """What a panel teaches while there is nothing in it: why, and the one thing to do."""

    text: str
    action: str
    url: str


@dataclass(frozen=True)
class PanelFigure:
    """A number of a panel: money in paise, or a count in a unit."""

    key: str
    title: str
    paise: int | None = None
    count: int | None = None
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class PanelLine:
    """One row of a panel."""

    key: str
    title: str
    note: str = ""
    url: str = ""
    state: str = ""
    word: str = ""
    tone: str = "plain"
    at: datetime | None = None
    #: When somebody has to have answered.
    due_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    paise: int | None = None


class PanelPosition(IntEnum):
    """Where on the page a panel stands."""

    SHIFTS = 1
    MONEY = 2
    APPLICATIONS = 3
    MESSAGES = 4
    LEVEL = 5
    STANDING = 6


@dataclass(frozen=True)
class Panel:
    """One part of the page: figures, rows, and the page with all of it."""

    place: PanelPosition
    title: str
    url: str
    link: str
    figures: tuple[PanelFigure, ...] = ()
    lines: tuple[PanelLine, ...] = ()
    empty: EmptyState | None = None
    note: str = ""

    @property
    def key(self) -> str:
        """What programs know it by."""
        return self.place.name.lower()

    @property
    def icon(self) -> str:
        """The symbol beside its title."""
        return ICONS[self.place]


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


@dataclass(frozen=True)
class Contribution:
    """What one app has to say on the page."""

    todos: tuple[ToDo, ...] = ()
    panels: tuple[Panel, ...] = ()


ContributionFunction = Callable[[DashboardRequest], Contribution]
_functions: list[ContributionFunction] = []
ICONS = {
    PanelPosition.SHIFTS: "clock",
    PanelPosition.MONEY: "money",
    PanelPosition.APPLICATIONS: "work",
    PanelPosition.LEVEL: "check",
    PanelPosition.MESSAGES: "help",
    PanelPosition.STANDING: "person",
}


def register_contribution(function: ContributionFunction) -> ContributionFunction:
    """Add a function that says an app's part. Usable as a decorator; twice changes nothing."""
    if function not in _functions:
        _functions.append(function)
    return function


@dataclass(frozen=True)
class DashboardContent:
    """All parts together: the most urgent thing, what else waits, the panels in their places."""

    first: ToDo | None
    others: tuple[ToDo, ...]
    panels: tuple[Panel, ...]


def build_dashboard(visit: DashboardRequest, own: Contribution) -> DashboardContent:
    """Onboarding's own part and those of the apps above, in the order of the page."""
    shares = [own, *(function(visit) for function in _functions)]
    todos = sorted((todo for share in shares for todo in share.todos), key=lambda it: it.urgency)
    panels = sorted((panel for share in shares for panel in share.panels), key=lambda it: it.place)
    # Two parts may send to one page, such as that of the account: the more urgent one says it.
    once: dict[str, ToDo] = {}
    for todo in todos:
        once.setdefault(todo.url, todo)
    others = tuple(todo for todo in list(once.values())[1:] if not todo.urgency.is_idle)
    return DashboardContent(todos[0] if todos else None, others, tuple(panels))
