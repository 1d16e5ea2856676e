"""An agent's home page: onboarding's own part, and those of the apps above."""

from dataclasses import dataclass
from datetime import datetime

from accounts import services as accounts
from accounts.models import Agent
from hitouch.core.steps import Step
from onboarding import queries, services, steps
from onboarding.dashboard import DashboardRequest, Panel, Share, ToDo, arranged
from onboarding.home import asked, standing
from onboarding.queries import Clearance


@dataclass(frozen=True)
class Home:
    """Everything the page shows."""

    clearance: Clearance | None
    steps: list[Step]
    closes_at: datetime | None
    first: ToDo | None
    others: tuple[ToDo, ...]
    panels: tuple[Panel, ...]

    @property
    def step(self) -> Step | None:
        """The open step."""
        return next((step for step in self.steps if step.state == "open"), None)

    @property
    def shown(self) -> list[Panel]:
        """Panels of their own: for who is cleared also the empty ones, which teach."""
        return [panel for panel in self.panels if self.clearance or not panel.empty]

    @property
    def later(self) -> list[Panel]:
        """For who is on the way: what will be here, all of it in one place."""
        return [panel for panel in self.panels if panel.empty and not self.clearance]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state == "done" for step in self.steps)


def home_of(agent: Agent, now: datetime) -> Home:
    """One agent's home page at this moment."""
    way = steps.steps_for(agent, now)
    clearance = _clearance(agent, now) if all(step.state == "done" for step in way) else None
    visit = DashboardRequest(agent, now, clearance, queries.standing_of(agent, now))
    closing = accounts.open_closing(agent.user)
    found = arranged(visit, _share(visit, way))
    return Home(
        clearance=clearance,
        steps=way,
        closes_at=closing.due_at if closing else None,
        first=found.first,
        others=found.others,
        panels=found.panels,
    )


def _clearance(agent: Agent, now: datetime) -> Clearance | None:
    """After a setting changed no act of anybody closed the last gate: then it is noted now."""
    if found := queries.clearance_behind_gates(agent):
        return found
    services.settle_clearance(agent=agent, at=now)
    return queries.clearance_of(agent)


def _share(visit: DashboardRequest, way: list[Step]) -> Share:
    step = next((step for step in way if step.state == "open"), None)
    todos = [asked.open_step(step), asked.account(visit, step)]
    return Share(tuple(todo for todo in todos if todo), (standing.standing(visit, way),))
