"""The people behind applications, as their client may see them: work, standing and own words.

Neither contacts nor dates of birth, nor whom else they work for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Extract, Greatest, Least, Power

from accounts.models import Agent
from gigs import standing
from gigs.models import Application, Claim, Gig, Rating, WorkSession
from gigs.standing import Standing
from onboarding.profile import queries as profile_queries

#: At most so many applicants are compared.
MOST_COMPARED = 4


@dataclass(frozen=True)
class History:
    """What an agent did on HitouchCX, with all clients together."""

    completed: int = 0
    running: int = 0
    worked: int = 0
    missed: int = 0
    late_releases: int = 0
    time: timedelta = timedelta(0)

    @property
    def is_new(self) -> bool:
        """Whether there is nothing to tell yet."""
        return self == History()


@dataclass(frozen=True, kw_only=True)
class AgentProfile:
    """An agent as clients see them."""

    agent: Agent
    standing: Standing | None
    history: History
    months: int

    @property
    def years(self) -> int:
        """Whole years of experience, as the agent stated them."""
        return self.months // 12

    @property
    def skills(self) -> list[str]:
        return list(self.agent.skills)

    @property
    def languages(self) -> list[str]:
        return list(self.agent.languages)


@dataclass(frozen=True, kw_only=True)
class Applicant(AgentProfile):
    """An application with the person behind it."""

    application: Application

    @property
    def skills(self) -> list[str]:
        """The skills, those that the opportunity asks for first."""
        return _asked_first(self.agent.skills, self.application.opportunity.skills)

    @property
    def languages(self) -> list[str]:
        """The languages, those that the opportunity asks for first."""
        return _asked_first(self.agent.languages, self.application.opportunity.languages)


def _asked_first(own: Sequence[str], asked: Sequence[str]) -> list[str]:
    wanted = {word.casefold() for word in asked}
    return sorted(own, key=lambda word: word.casefold() not in wanted)


def people_behind(applications: Sequence[Application], *, now: datetime) -> list[Applicant]:
    """The applicants in the same order, in a fixed number of queries."""
    agents = {row.agent_id: row.agent for row in applications}
    prefetch_related_objects(list(applications), "agent__experiences")
    standings = standing.standings_of_agents(agents.values(), now=now)
    histories = _histories(list(agents))
    return [
        Applicant(
            application=row,
            agent=row.agent,
            standing=standings[row.agent_id],
            history=histories.get(row.agent_id, History()),
            months=profile_queries.months_worked(row.agent.experiences.all(), on=now),
        )
        for row in applications
    ]


def profile_of(agent: Agent, *, now: datetime) -> AgentProfile:
    """One agent as any client sees them in an application."""
    return AgentProfile(
        agent=agent,
        standing=standing.standings_of_agents([agent], now=now)[agent.pk],
        history=_histories([agent.pk]).get(agent.pk, History()),
        months=profile_queries.months_worked(agent.experiences.all(), on=now),
    )


def _histories(agents: Sequence[UUID]) -> dict[UUID, History]:
    found: dict[UUID, dict[str, Any]] = {agent: {} for agent in agents}
    ended, active = Gig.State.COMPLETED, (Gig.State.ACTIVE, Gig.State.ON_HOLD)
    gigs = Gig.objects.filter(agent__in=agents).order_by().values("agent")
    claims = Claim.objects.filter(agent__in=agents).order_by().values("agent")
    sessions = WorkSession.objects.current().filter(agent__in=agents, ended_at__isnull=False)
    slot = "claim__slot"
    paid = ExpressionWrapper(
        Greatest(
            Least("ended_at", f"{slot}__ends_at") - Greatest("started_at", f"{slot}__starts_at"),
            Value(timedelta(0)),
        ),
        output_field=DurationField(),
    )
    counted: list[QuerySet[Any, dict[str, Any]]] = [
        gigs.annotate(
            completed=Count("pk", filter=Q(state=ended)),
            running=Count("pk", filter=Q(state__in=active)),
        ),
        claims.annotate(
            worked=Count("pk", filter=Q(state=Claim.State.WORKED)),
            missed=Count("pk", filter=Q(state=Claim.State.NO_SHOW)),
            late_releases=Count("pk", filter=Q(is_late_release=True)),
        ),
        sessions.order_by().values("agent").annotate(time=Sum(paid)),
    ]
    for rows in counted:
        for row in rows:
            found[row.pop("agent")].update(row)
    return {agent: History(**facts) for agent, facts in found.items()}


def by_standing(rows: QuerySet[Application], *, now: datetime) -> QuerySet[Application]:
    """The applications, those of the best-rated agents first and of unrated ones last."""
    age = Extract(Value(now) - F("submitted_at"), "epoch")
    weight = Power(Value(0.5), age / standing.HALF_LIFE.total_seconds())
    weighed = ExpressionWrapper(F("stars") * weight, output_field=FloatField())
    ratings = standing.counted(
        Rating.objects.filter(gig__agent=OuterRef("agent"), side=Rating.Side.CLIENT)
    )
    average = (
        ratings.order_by()
        .values("gig__agent")
        .annotate(number=Count("pk"), average=Sum(weighed) / Sum(weight))
        .filter(number__gte=standing.MINIMUM)
        .values("average")
    )
    found = rows.annotate(average=Subquery(average, output_field=FloatField()))
    return found.order_by(F("average").desc(nulls_last=True), "-score", "pk")
