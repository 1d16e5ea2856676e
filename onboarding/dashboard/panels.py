"""Panels and to-dos of the agent's home page, which apps contribute and onboarding assembles."""

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
    """Agent, time and onboarding data for which the dashboard is built."""

    agent: Agent
    now: datetime
    clearance: Clearance | None
    account: AccountStatus | None


@dataclass(frozen=True)
class EmptyState:
    """Text and action of a panel without content."""

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
    #: Deadline for an answer.
    due_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    paise: int | None = None


class PanelPosition(IntEnum):
    """Position of a panel on the page."""

    SHIFTS = 1
    MONEY = 2
    APPLICATIONS = 3
    MESSAGES = 4
    LEVEL = 5
    STANDING = 6


@dataclass(frozen=True)
class Panel:
    """A panel: figures, lines, and a link to its page."""

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
        """Key of the panel in the API."""
        return self.place.name.lower()

    @property
    def icon(self) -> str:
        """Icon beside the title."""
        return ICONS[self.place]


Tone = Literal["plain", "good", "warn", "bad", "info"]


class Urgency(IntEnum):
    """Order of to-dos, most urgent first."""

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
        """Whether it is only shown as the first to-do, because a panel shows it too."""
        return self in (Urgency.AHEAD, Urgency.FIND)


@dataclass(frozen=True)
class ToDo:
    """Something the agent can do next, with its button."""

    key: str
    urgency: Urgency
    title: str
    text: str
    action: str
    url: str
    tone: Tone = "info"
    #: Whether the button submits a POST instead of opening a page.
    posts: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Contribution:
    """To-dos and panels of one app."""

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
    """Register a function that returns an app's contribution. A decorator; idempotent."""
    if function not in _functions:
        _functions.append(function)
    return function


@dataclass(frozen=True)
class DashboardContent:
    """The assembled dashboard: first to-do, other to-dos, and panels in order."""

    first: ToDo | None
    others: tuple[ToDo, ...]
    panels: tuple[Panel, ...]


def build_dashboard(visit: DashboardRequest, own: Contribution) -> DashboardContent:
    """Combine onboarding's own contribution with the registered ones, in order."""
    contributions = [own, *(function(visit) for function in _functions)]
    todos = sorted(
        (todo for contribution in contributions for todo in contribution.todos),
        key=lambda todo: todo.urgency,
    )
    panels = sorted(
        (panel for contribution in contributions for panel in contribution.panels),
        key=lambda panel: panel.place,
    )
    # If two to-dos link to one page, only the more urgent one is shown.
    by_url: dict[str, ToDo] = {}
    for todo in todos:
        by_url.setdefault(todo.url, todo)
    others = tuple(todo for todo in list(by_url.values())[1:] if not todo.urgency.is_idle)
    return DashboardContent(todos[0] if todos else None, others, tuple(panels))
