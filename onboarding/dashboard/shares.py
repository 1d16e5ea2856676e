"""What an app is asked with, and what it answers."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Agent
from onboarding.dashboard.panels import Panel
from onboarding.dashboard.todos import ToDo
from onboarding.queries import AccountStatus, Clearance


@dataclass(frozen=True)
class DashboardRequest:
    """One look of one agent at the page, with what onboarding knows already."""

    agent: Agent
    now: datetime
    clearance: Clearance | None
    account: AccountStatus | None


@dataclass(frozen=True)
class Share:
    """What one app has to say on the page."""

    todos: tuple[ToDo, ...] = ()
    panels: tuple[Panel, ...] = ()
