"""The standing of agents and clients: the average of their open ratings, weighted by age.

A rating that the decision of a dispute hides does not count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Agent
from gigs.models import Client, Rating

#: A rating counts half as much after this time, and so on.
HALF_LIFE = timedelta(days=180)
#: Fewer ratings say too little to be shown.
MINIMUM = 3
#: Older ratings than the latest so many are not counted.
LATEST = 200


@dataclass(frozen=True)
class Standing:
    """The weighted average of ratings, in hundredths of a star, and their number."""

    average: int
    count: int

    @property
    def stars(self) -> str:
        """Such as "4.6", rounded half up to one digit."""
        tenths = (self.average + 5) // 10
        return f"{tenths // 10}.{tenths % 10}"


def standing_of_agent(agent: Agent, *, now: datetime) -> Standing | None:
    """How clients rated the agent; None while there are too few."""
    return _standing(Rating.objects.filter(gig__agent=agent, side=Rating.Side.CLIENT), now)


def standings_of_agents(agents: Iterable[Agent], *, now: datetime) -> dict[UUID, Standing | None]:
    """The standing of each agent, by id; read in one statement."""
    found: dict[UUID, list[tuple[int, datetime]]] = {agent.pk: [] for agent in agents}
    rows = counted(Rating.objects.filter(gig__agent__in=found, side=Rating.Side.CLIENT))
    for agent, stars, submitted_at in rows.values_list("gig__agent", "stars", "submitted_at"):
        found[agent].append((stars, submitted_at))
    return {agent: weighted(ratings[:LATEST], now=now) for agent, ratings in found.items()}


def standing_of_client(client: Client, *, now: datetime) -> Standing | None:
    """How agents rated the client; None while there are too few."""
    return _standing(Rating.objects.filter(gig__client=client, side=Rating.Side.AGENT), now)


def _standing(rows: QuerySet[Rating], now: datetime) -> Standing | None:
    return weighted(counted(rows).values_list("stars", "submitted_at")[:LATEST], now=now)


def counted(rows: QuerySet[Rating]) -> QuerySet[Rating]:
    """Those that are open and that no decision of a dispute hides, the latest first."""
    opened = rows.filter(opened_at__isnull=False).exclude(resolutions__state="APPLIED")
    return opened.order_by("-submitted_at")


def weighted(ratings: Iterable[tuple[int, datetime]], *, now: datetime) -> Standing | None:
    """The average of stars, each weighted by its age; None below the minimum."""
    rows = list(ratings)
    if len(rows) < MINIMUM:
        return None
    weights = [0.5 ** ((now - submitted_at) / HALF_LIFE) for _, submitted_at in rows]
    total = sum(weight * stars for weight, (stars, _) in zip(weights, rows, strict=True))
    return Standing(round(100 * total / sum(weights)), len(rows))
