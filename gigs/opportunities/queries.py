"""Queries for opportunities: what is open, and what an agent or a client sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from accounts.models import Agent
from gigs.models import (
    AgentInvitation,
    Application,
    Client,
    Opportunity,
    Terms,
    Visibility,
)
from gigs.models.opportunities import OpportunityQuerySet
from gigs.opportunities.terms import TermsChange, changes_between
from hitouch.core.cefr import CEFR


def opportunities_of(client: Client) -> QuerySet[Opportunity]:
    """The client's opportunities, with the number of pending applications as `waiting`."""
    pending = Count("applications", filter=Q(applications__state=Application.State.PENDING))
    mine = Opportunity.objects.filter(project__client=client)
    return mine.select_related("project__client").annotate(waiting=pending)


def visible_to(agent: Agent) -> OpportunityQuerySet:
    """Open opportunities, private ones for the invited only, and others the agent applied for."""
    own = Application.objects.filter(agent=agent, opportunity=OuterRef("pk"))
    invited = AgentInvitation.objects.filter(
        agent=agent, opportunity=OuterRef("pk"), state=AgentInvitation.State.SENT
    )
    published = Opportunity.objects.published().select_related("project__client")
    is_open = Q(state=Opportunity.State.OPEN)
    is_shown = Q(visibility=Visibility.PUBLIC) | Exists(invited)
    return published.filter((is_open & is_shown) | Exists(own))


def standing_applications(agent: Agent, ids: Sequence[UUID]) -> dict[UUID, Application]:
    """The agent's pending, accepted and rejected applications for these, by opportunity."""
    own = agent.applications.filter(opportunity__in=ids, state__in=Application.STANDING)
    return {row.opportunity_id: row for row in own}


@dataclass(frozen=True)
class TermsVersion:
    """One version of the terms, with what it changed."""

    terms: Terms
    changes: list[TermsChange]


def versions_of(opportunity: Opportunity) -> list[TermsVersion]:
    """The versions of an opportunity's terms, the newest first."""
    rows = list(opportunity.terms.order_by("version"))
    before = [None, *rows]
    found = [
        TermsVersion(row, changes_between(was, row) if was else [])
        for was, row in zip(before, rows, strict=False)
    ]
    return found[::-1]


@dataclass(frozen=True)
class CategoryCount:
    """Numbers of open opportunities in one category."""

    category: str
    open: int
    fresh: int
    one_level_up: int


#: Numbers by category and lowest level.
OpenNumbers = Mapping[tuple[str, str], int]


def open_numbers(now: datetime) -> OpenNumbers:
    """Numbers of all open opportunities, from an index alone."""
    return {(kind, level): number for kind, level, number in _numbers(_open(now))}


def open_and_known_numbers(agent: Agent, now: datetime) -> tuple[OpenNumbers, OpenNumbers]:
    """Numbers of all open opportunities, and of those that the agent applied for."""
    mine = _open(now).filter(pk__in=Application.objects.filter(agent=agent).values("opportunity"))
    every = _numbers(_open(now)).annotate(is_known=Value(False))
    found: tuple[dict[tuple[str, str], int], ...] = ({}, {})
    for kind, level, number, is_known in every.union(
        _numbers(mine).annotate(is_known=Value(True)), all=True
    ):
        found[is_known][kind, level] = number
    return found[0], found[1]


def _open(now: datetime) -> OpportunityQuerySet:
    return Opportunity.objects.open_at(now).order_by()


def _numbers(rows: OpportunityQuerySet) -> QuerySet[Any, Any]:
    return rows.values_list("category", "minimum_level").annotate(number=Count("*"))


def open_categories(level: str, numbers: OpenNumbers, known: OpenNumbers) -> list[CategoryCount]:
    """Opportunities by category: open at the level, not yet applied for, and one level up."""
    above = level_above(level)
    found = {category: [0, 0, 0] for category, _ in numbers}
    for (category, lowest), number in numbers.items():
        at_level = number if lowest <= level else 0
        fresh = at_level - known.get((category, lowest), 0) if at_level else 0
        row = found[category]
        found[category] = [row[0] + at_level, row[1] + fresh, row[2] + number * (lowest == above)]
    rows = [CategoryCount(category, *row) for category, row in found.items()]
    return sorted(rows, key=lambda row: (-row.open, row.category))


def level_above(level: str) -> str:
    """The next level; empty for the highest, and the first if there is none yet."""
    after = [value for value in CEFR.values if value > level]
    return after[0] if after else ""
