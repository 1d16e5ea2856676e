"""Gigs on the agent's dashboard: shifts, work, applications and level."""

from gigs.dashboard import applications, level, shifts, work
from gigs.work import queries as work_queries
from onboarding.dashboard.panels import Contribution, DashboardRequest

WORKS_SHOWN = 2


def contribution(request: DashboardRequest) -> Contribution:
    """The panels and to-dos of all sections."""
    works = list(work_queries.works_under_way(request.agent)[:WORKS_SHOWN])
    sections = [
        shifts.contribution(request),
        work.contribution(request, works),
        applications.contribution(request, works),
        level.contribution(request),
    ]
    return Contribution(
        tuple(todo for section in sections for todo in section.todos),
        tuple(panel for section in sections for panel in section.panels),
    )
