"""Queries for opportunities: what is open, and what an agent or a client sees."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Agent
from gigs.models import (
    Application,
    Client,
    Opportunity,
)
from gigs.models.opportunities import OpportunityQuerySet
from hitouch.core.cefr import CEFR


def opportunities_of(client: Client) -> QuerySet[Opportunity]:
    """The client's opportunities, with the number of pending applications as `waiting`."""
    pending = Count("applications", filter=Q(applications__state=Application.State.PENDING))
    mine = Opportunity.objects.filter(project__client=client)
    return mine.select_related("project__client").annotate(waiting=pending)


def visible_to(agent: Agent) -> OpportunityQuerySet:
    """Open opportunities, and others for which the agent applied."""
    own = Application.objects.filter(agent=agent, opportunity=OuterRef("pk"))
    published = Opportunity.objects.published().select_related("project__client")
    return published.filter(Q(state=Opportunity.State.OPEN) | Exists(own))


@dataclass(frozen=True)
class CategoryCount:
    """Numbers of open opportunities in one category."""

    category: str
    open: int
    fresh: int
    one_level_up: int


def open_categories(agent: Agent, *, level: str, now: datetime) -> list[CategoryCount]:
    """Opportunities by category: open at the level, not yet applied for, and one level up."""
    mine = Application.objects.filter(agent=agent, opportunity=OuterRef("pk"))
    offers = Opportunity.objects.open_at(now).annotate(is_known=Exists(mine))
    fits = Q(minimum_level__lte=level)
    rows = offers.values("category").annotate(
        open=Count("pk", filter=fits),
        fresh=Count("pk", filter=fits & Q(is_known=False)),
        one_level_up=Count("pk", filter=Q(minimum_level=level_above(level))),
    )
    return [CategoryCount(**row) for row in rows.order_by("-open", "category")]


def level_above(level: str) -> str:
    """The next level; empty for the highest, and the first if there is none yet."""
    after = [value for value in CEFR.values if value > level]
    return after[0] if after else ""
