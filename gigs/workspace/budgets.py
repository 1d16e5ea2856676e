"""The budgets of a client's projects, and what was spent of them by month.

What was spent is known to the app of payments, which answers a signal.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from gigs import signals
from gigs.models import Client, Project
from gigs.models.clients import ProjectState

#: The projects and months that the home page shows.
PROJECTS_SHOWN, MONTHS_SHOWN = 6, 6


@dataclass(frozen=True)
class SpentInMonth:
    """What agents earned with a project in a month, without GST."""

    month: date
    project: UUID
    paise: int


@dataclass(frozen=True)
class ProjectBudget:
    """A project's budget: what was earned, what is reserved for more, and what is left."""

    project: Project
    spent_paise: int

    @property
    def reserved_paise(self) -> int:
        """Set aside for published work that is not earned yet."""
        return max(self.project.promised_paise - self.spent_paise, 0)

    @property
    def left_paise(self) -> int:
        return self.project.free_paise


def spent_by(client: Client) -> list[SpentInMonth]:
    """What the client spent, by month and project."""
    answers: list[Any] = signals.client_spend_asked.send(sender=Client, client=client)
    return [row for _, rows in answers for row in rows]


def budgets_of(client: Client, spent: Sequence[SpentInMonth]) -> list[ProjectBudget]:
    """The budgets of projects that have not ended, the newest first."""
    by_project: Counter[UUID] = Counter()
    for row in spent:
        by_project[row.project] += row.paise
    ended = (ProjectState.COMPLETED, ProjectState.CANCELLED)
    running = client.projects.exclude(state__in=ended).order_by("-created_at", "pk")
    return [ProjectBudget(row, by_project[row.pk]) for row in running[:PROJECTS_SHOWN]]


@dataclass(frozen=True)
class MonthSpent:
    """What was spent in a month; `most_paise` is the largest of the months shown."""

    month: date
    paise: int
    most_paise: int

    @property
    def name(self) -> str:
        """Such as "November 2026"."""
        return f"{self.month:%B %Y}"


def months_of(spent: Sequence[SpentInMonth]) -> list[MonthSpent]:
    """The last months in which something was spent, the newest first."""
    by_month: Counter[date] = Counter()
    for row in spent:
        by_month[row.month] += row.paise
    last = sorted(by_month, reverse=True)[:MONTHS_SHOWN]
    most = max((by_month[month] for month in last), default=0)
    return [MonthSpent(month, by_month[month], most) for month in last]
