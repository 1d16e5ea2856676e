"""What an agent applied for, and what is on offer at a level: each question is one query."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from accounts.models import Agent
from gigs.models import Application, Opportunity
from gigs.queries.finding import applications_of
from hitouch.core.cefr import CEFR


@dataclass(frozen=True)
class Applied:
    """How many applications wait for a client, and how many a client said yes to."""

    pending: int
    accepted: int


def applied(agent: Agent) -> Applied:
    """The agent's applications, counted."""
    state = Application.State
    pending = Count("pk", filter=Q(state=state.PENDING))
    accepted = Count("pk", filter=Q(state=state.ACCEPTED))
    return Applied(**agent.applications.aggregate(pending=pending, accepted=accepted))


def newest_answers(agent: Agent) -> QuerySet[Application]:
    """The agent's applications: those that wait, then the newest answers."""
    waits = Case(When(state=Application.State.PENDING, then=0), default=1)
    return applications_of(agent).order_by(waits, F("decided_at").desc(nulls_last=True), "pk")


@dataclass(frozen=True)
class Field:
    """One kind of work: how much of it is on offer."""

    category: str
    open: int
    fresh: int
    one_level_up: int


def fields_open_to(agent: Agent, *, level: str, now: datetime) -> list[Field]:
    """What is on offer at a level, what of it is new to the agent, and what is one level above."""
    mine = Application.objects.filter(agent=agent, opportunity=OuterRef("pk"))
    offers = Opportunity.objects.open_at(now).annotate(is_known=Exists(mine))
    fits = Q(minimum_level__lte=level)
    rows = offers.values("category").annotate(
        open=Count("pk", filter=fits),
        fresh=Count("pk", filter=fits & Q(is_known=False)),
        one_level_up=Count("pk", filter=Q(minimum_level=level_above(level))),
    )
    return [Field(**row) for row in rows.order_by("-open", "category")]


def level_above(level: str) -> str:
    """The next level; empty for the highest, and the first one while there is none."""
    after = [each for each in CEFR.values if each > level]
    return after[0] if after else ""
