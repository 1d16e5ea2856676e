"""The agent's level on the dashboard, with the opportunities open at it and one above."""

from collections.abc import Mapping

from django.urls import reverse

from gigs.models import Category
from gigs.opportunities import prospects
from gigs.opportunities import queries as opportunity_queries
from gigs.opportunities.queries import CategoryCount
from hitouch.core.cefr import CEFR
from onboarding.dashboard.panels import (
    Contribution,
    DashboardRequest,
    EmptyState,
    Panel,
    PanelFigure,
    PanelLine,
    PanelPosition,
    ToDo,
    Urgency,
)


def contribution(request: DashboardRequest) -> Contribution:
    """The level panel, and a to-do to find work if the agent may apply."""
    agent, level, now = request.agent, request.agent.level, request.now
    numbers, known = opportunity_queries.open_and_known_numbers(agent, now)
    categories = opportunity_queries.open_categories(level, numbers, known)
    fresh = sum(category.fresh for category in categories)
    todos = (_find_work_todo(fresh),) if request.clearance else ()
    words = prospects.most_asked_for(agent, level=level, now=now) if level else []
    note = " ".join([_next_level_note(level, numbers), *(word.text for word in words)])
    return Contribution(todos, (_level_panel(level, categories, note),))


def _find_work_todo(fresh: int) -> ToDo:
    url, title = reverse("gigs:opportunities"), "Find work"
    word = "opportunity you have not applied for is" if fresh == 1 else "opportunities are"
    text = f"{fresh} {word} open at your level." if fresh else NOTHING_NEW
    return ToDo("find_work", Urgency.FIND, title, text, "View opportunities", url)


NOTHING_NEW = "You have applied for everything at your level. New opportunities will appear here."


def _level_panel(level: str, categories: list[CategoryCount], note: str) -> Panel:
    url, link = reverse("gigs:opportunities"), "View opportunities"
    if not level:
        return Panel(PanelPosition.LEVEL, "Your level", url, link, empty=_empty_state())
    figures = (
        PanelFigure("level", "English", unit=str(CEFR(level).label)),
        PanelFigure(
            "open", "Open at this level", count=sum(category.open for category in categories)
        ),
    )
    lines = tuple(_line(category) for category in categories if category.open)
    return Panel(PanelPosition.LEVEL, "Your level", url, link, figures, lines, note=note)


def _line(category: CategoryCount) -> PanelLine:
    url = f"{reverse('gigs:opportunities')}?category={category.category}"
    label = Category(category.category).label
    return PanelLine(category.category, label, url=url, word=f"{category.open} open")


def _next_level_note(level: str, numbers: Mapping[tuple[str, str], int]) -> str:
    """How many more opportunities the next level opens today, or the first that opens any."""
    above = opportunity_queries.level_above(level)
    if not above:
        return "You are at the highest level. Every opportunity is open to you."
    found = prospects.next_level(level, numbers)
    return found.text if found else f"No more at {above} for now."


def _empty_state() -> EmptyState:
    text = (
        "Take the assessment to get your level, from A1 to C2. It decides what you can apply for."
    )
    return EmptyState(text, "Continue onboarding", reverse("onboarding:next"))
