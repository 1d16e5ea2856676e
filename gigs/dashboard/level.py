"""The agent's level on the dashboard, with the opportunities open at it and one above."""

from django.urls import reverse

from gigs.models import Category
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
    level = request.agent.level
    categories = opportunity_queries.open_categories(request.agent, level=level, now=request.now)
    fresh = sum(category.fresh for category in categories)
    todos = (_find_work_todo(fresh),) if request.clearance else ()
    return Contribution(todos, (_level_panel(level, categories),))


def _find_work_todo(fresh: int) -> ToDo:
    url, title = reverse("gigs:opportunities"), "Find work"
    word = "opportunity you have not applied for is" if fresh == 1 else "opportunities are"
    text = f"{fresh} {word} open at your level." if fresh else NOTHING_NEW
    return ToDo("find_work", Urgency.FIND, title, text, "View opportunities", url)


NOTHING_NEW = "You have applied for everything at your level. New opportunities will appear here."


def _level_panel(level: str, categories: list[CategoryCount]) -> Panel:
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
    note = _next_level_note(level, categories)
    return Panel(PanelPosition.LEVEL, "Your level", url, link, figures, lines, note=note)


def _line(category: CategoryCount) -> PanelLine:
    url = f"{reverse('gigs:opportunities')}?category={category.category}"
    label = Category(category.category).label
    return PanelLine(category.category, label, url=url, word=f"{category.open} open")


def _next_level_note(level: str, categories: list[CategoryCount]) -> str:
    """How many more opportunities are open one level up today."""
    above = opportunity_queries.level_above(level)
    more = sum(category.one_level_up for category in categories)
    if not above:
        return "You are at the highest level. Every opportunity is open to you."
    return (
        f"{more} more would be open to you at {above}." if more else f"No more at {above} for now."
    )


def _empty_state() -> EmptyState:
    text = (
        "Take the assessment to get your level, from A1 to C2. It decides what you can apply for."
    )
    return EmptyState(text, "Continue onboarding", reverse("onboarding:next"))
