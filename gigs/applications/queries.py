"""Queries for applications, of agents and for clients."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, QuerySet, When

from accounts.models import Agent
from gigs.models import (
    Application,
    Client,
    Opportunity,
    Terms,
)
from gigs.opportunities.terms import TermsChange, changes_between


def applications_for(client: Client) -> QuerySet[Application]:
    """Applications for the client's opportunities."""
    mine = Application.objects.filter(opportunity__project__client=client)
    return mine.select_related("agent__user", "opportunity__project__client", "terms")


def chosen_applications(client: Client, ids: Sequence[str]) -> list[Application]:
    """These applications for the client's opportunities; others are as if they did not exist."""
    return list(applications_for(client).filter(pk__in=ids).order_by("pk"))


def standing_application(agent: Agent, opportunity: Opportunity) -> Application | None:
    """The agent's pending, accepted or rejected application, if any."""
    own = agent.applications.filter(opportunity=opportunity, state__in=Application.STANDING)
    return own.first()


def applications_of(agent: Agent) -> QuerySet[Application]:
    """The agent's applications with opportunity, client and gig."""
    return agent.applications.select_related("opportunity__project__client", "gig", "terms")


@dataclass(frozen=True)
class ApplicationRow:
    """An application, with what changed since the agent agreed to the terms."""

    application: Application
    changes: list[TermsChange]


def with_changes(applications: Sequence[Application]) -> list[ApplicationRow]:
    """Applications with the changes of terms that the agents have yet to agree to."""
    old = [row.opportunity_id for row in applications if row.has_old_terms]
    rows = Terms.objects.filter(opportunity__in=old, version=F("opportunity__terms_version"))
    current = {row.opportunity_id: row for row in rows} if old else {}
    return [
        ApplicationRow(row, changes_between(row.terms, current[row.opportunity_id]))
        if row.terms and row.opportunity_id in current and row.has_old_terms
        else ApplicationRow(row, [])
        for row in applications
    ]


@dataclass(frozen=True)
class ApplicationCounts:
    """Numbers of pending and accepted applications."""

    pending: int
    accepted: int


def application_counts(agent: Agent) -> ApplicationCounts:
    """Count the agent's applications."""
    state = Application.State
    pending = Count("pk", filter=Q(state=state.PENDING))
    accepted = Count("pk", filter=Q(state=state.ACCEPTED))
    return ApplicationCounts(**agent.applications.aggregate(pending=pending, accepted=accepted))


def newest_answers(agent: Agent) -> QuerySet[Application]:
    """The agent's applications: pending ones, then the newest decisions."""
    waits = Case(When(state=Application.State.PENDING, then=0), default=1)
    return applications_of(agent).order_by(waits, F("decided_at").desc(nulls_last=True), "pk")
