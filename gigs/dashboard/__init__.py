"""What gigs says on an agent's home page."""

from gigs.dashboard import applications, level, shifts, work
from gigs.queries import work as queries_work
from onboarding.dashboard.panels import Contribution, DashboardRequest

WORKS_SHOWN = 2


def for_home(visit: DashboardRequest) -> Contribution:
    """Shifts, applications, what has to be handed in or changed, and what the level opens."""
    works = list(queries_work.works_under_way(visit.agent)[:WORKS_SHOWN])
    shares = [
        shifts.share(visit),
        work.share(visit, works),
        applications.share(visit, works),
        level.share(visit),
    ]
    return Contribution(
        tuple(todo for share in shares for todo in share.todos),
        tuple(panel for share in shares for panel in share.panels),
    )
