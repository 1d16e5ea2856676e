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

from onboarding.dashboard.lines import Figure, PanelLine
from onboarding.dashboard.panels import Empty, Panel, PanelPosition
from onboarding.dashboard.shares import DashboardRequest, Share
from onboarding.dashboard.todos import ToDo, Tone, Urgency

__all__ = [
    "DashboardRequest",
    "Empty",
    "Figure",
    "Panel",
    "PanelLine",
    "PanelPosition",
    "Share",
    "ToDo",
    "Tone",
    "Urgency",
    "arranged",
    "register",
]

ShareFunction = Callable[[DashboardRequest], Share]
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


def arranged(visit: DashboardRequest, own: Share) -> Arranged:
    """Onboarding's own part and those of the apps above, in the order of the page."""
    shares = [own, *(function(visit) for function in _functions)]
    todos = sorted((todo for share in shares for todo in share.todos), key=lambda it: it.urgency)
    panels = sorted((panel for share in shares for panel in share.panels), key=lambda it: it.place)
    # Two parts may send to one page, such as that of the account: the more urgent one says it.
    once: dict[str, ToDo] = {}
    for todo in todos:
        once.setdefault(todo.url, todo)
    others = tuple(todo for todo in list(once.values())[1:] if not todo.urgency.is_idle)
    return Arranged(todos[0] if todos else None, others, tuple(panels))
