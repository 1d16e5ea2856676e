"""What an agent's level opens to them, and what the next one would."""

from django.urls import reverse

from gigs.models import Category
from gigs.queries import opportunities
from gigs.queries.opportunities import CategoryCount
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


def share(visit: DashboardRequest) -> Contribution:
    """The level with the work that is on offer at it now."""
    level = visit.agent.level
    fields = opportunities.open_categories(visit.agent, level=level, now=visit.now)
    fresh = sum(field.fresh for field in fields)
    todos = (_find(fresh),) if visit.clearance else ()
    return Contribution(todos, (_panel(level, fields),))


def _find(fresh: int) -> ToDo:
    url, title = reverse("gigs:opportunities"), "Find work"
    word = "opportunity you have not applied for is" if fresh == 1 else "opportunities are"
    text = f"{fresh} {word} open at your level." if fresh else NOTHING_NEW
    return ToDo("find_work", Urgency.FIND, title, text, "View opportunities", url)


NOTHING_NEW = "You have applied for everything at your level. New opportunities will appear here."


def _panel(level: str, fields: list[CategoryCount]) -> Panel:
    url, link = reverse("gigs:opportunities"), "View opportunities"
    if not level:
        return Panel(PanelPosition.LEVEL, "Your level", url, link, empty=_empty())
    figures = (
        PanelFigure("level", "English", unit=str(CEFR(level).label)),
        PanelFigure("open", "Open at this level", count=sum(field.open for field in fields)),
    )
    lines = tuple(_line(field) for field in fields if field.open)
    note = _above(level, fields)
    return Panel(PanelPosition.LEVEL, "Your level", url, link, figures, lines, note=note)


def _line(field: CategoryCount) -> PanelLine:
    url = f"{reverse('gigs:opportunities')}?category={field.category}"
    label = Category(field.category).label
    return PanelLine(field.category, label, url=url, word=f"{field.open} open")


def _above(level: str, fields: list[CategoryCount]) -> str:
    """What one level more would open: a number of today, not a promise."""
    above = opportunities.level_above(level)
    more = sum(field.one_level_up for field in fields)
    if not above:
        return "You are at the highest level. Every opportunity is open to you."
    return (
        f"{more} more would be open to you at {above}." if more else f"No more at {above} for now."
    )


def _empty() -> EmptyState:
    text = (
        "Take the assessment to get your level, from A1 to C2. It decides what you can apply for."
    )
    return EmptyState(text, "Continue onboarding", reverse("onboarding:next"))
