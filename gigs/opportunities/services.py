"""Opportunities of a client: create, publish, close."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from gigs import notifications, signals
from gigs.models import AgentInvitation, Application, Opportunity, Project, Visibility
from gigs.opportunities import milestones, terms
from hitouch.core import money
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import Refusal
from onboarding.vocabulary import queries as vocabulary_queries

#: The reason of applications that were waiting, as the agents read it.
CLOSED = "The client takes no more agents for this."


class BudgetTooSmall(Refusal):
    """The cost would exceed the project's budget."""

    code = "budget_too_small"
    message = "The project's budget is not enough for this."


class ProjectNotActive(Refusal):
    """The project is on hold or has ended."""

    code = "project_not_active"
    message = "This project is on hold or has ended."


@transaction.atomic
def create_opportunity(
    *,
    project: Project,
    title: str,
    description: str,
    category: str,
    minimum_level: str,
    pay_kind: str,
    rate_paise: int,
    headcount: int,
    apply_by: datetime,
    now: datetime,
    hours_each: int = 0,
    skills: Sequence[str] = (),
    languages: Sequence[str] = (),
    qualifications: str = "",
    experience_years: int = 0,
    visibility: str = Visibility.PUBLIC,
) -> Opportunity:
    """Create a draft; no budget is committed until it is published."""
    pay = {"pay_kind": pay_kind, "hours_each": hours_each}
    terms.check_times_and_hours({"apply_by": apply_by, **pay}, now=now)
    if not project.takes_work:
        raise ProjectNotActive
    return Opportunity.objects.create(
        project=project,
        title=title,
        description=description,
        category=category,
        minimum_level=minimum_level,
        pay_kind=pay_kind,
        rate_paise=rate_paise,
        headcount=headcount,
        apply_by=apply_by,
        hours_each=hours_each,
        skills=vocabulary_queries.normalise_words("skills", skills),
        languages=vocabulary_queries.normalise_words("languages", languages),
        qualifications=qualifications,
        experience_years=experience_years,
        visibility=visibility,
    )


@transaction.atomic
def publish(*, opportunity: Opportunity, by: User, at: datetime) -> Opportunity:
    """Publish an opportunity with the first version of its terms.

    Its full cost is committed, from the budget and the client's money.
    """
    project = lock_project_of(opportunity)
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=opportunity.pk)
    if not opportunity.is_draft:
        raise InvalidTransition
    if at >= opportunity.apply_by:
        raise terms.DeadlinePassed
    if not project.takes_work:
        raise ProjectNotActive
    if opportunity.cost_paise > project.free_paise:
        raise BudgetTooSmall(
            f"This can cost up to {money.rupees(opportunity.cost_paise)}, but "
            f"the project has {money.rupees(project.free_paise)} left."
        )
    milestones.check_price(opportunity)
    terms.add_version(opportunity, by=by, at=at)
    transition(opportunity, to=Opportunity.State.OPEN, by=by, at=at, published_at=at)
    if project.state == Project.State.PLANNING:
        transition(project, to=Project.State.ACTIVE, by=by, at=at)
    signals.opportunity_published.send(sender=Opportunity, opportunity=opportunity, at=at)
    return opportunity


@transaction.atomic
def close(*, opportunity: Opportunity, by: User | None, at: datetime) -> Opportunity:
    """Close an opportunity; the cost of unfilled places returns to the project's budget.

    Applications that wait expire, and the applicants are told.
    """
    lock_project_of(opportunity)
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=opportunity.pk)
    transition(opportunity, to=Opportunity.State.CLOSED, by=by, at=at)
    expire_pending(opportunity, CLOSED, by=by, at=at)
    signals.opportunity_closed.send(sender=Opportunity, opportunity=opportunity, at=at)
    return opportunity


@transaction.atomic
def hold(*, opportunity: Opportunity, by: User | None, at: datetime) -> Opportunity:
    """Take no applications and accept nobody for now; what waits goes on waiting."""
    return _move(opportunity, Opportunity.State.ON_HOLD, by=by, at=at)


@transaction.atomic
def resume(*, opportunity: Opportunity, by: User | None, at: datetime) -> Opportunity:
    """Open an opportunity that was on hold."""
    if not opportunity.is_on_hold:
        raise InvalidTransition
    return _move(opportunity, Opportunity.State.OPEN, by=by, at=at)


def _move(opportunity: Opportunity, to: str, *, by: User | None, at: datetime) -> Opportunity:
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=opportunity.pk)
    transition(opportunity, to=to, by=by, at=at)
    audit.record_event(by=by, action=f"opportunity.{to.lower()}", on=opportunity, at=at)
    return opportunity


def expire_pending(opportunity: Opportunity, why: str, *, by: User | None, at: datetime) -> None:
    """Expire what waits for an opportunity that takes no more agents, and tell the applicants."""
    sent = AgentInvitation.State.SENT
    for invitation in opportunity.invitations.filter(state=sent).order_by("pk"):
        transition(
            invitation, to=AgentInvitation.State.EXPIRED, by=by, at=at, why=why, answered_at=at
        )
    pending = opportunity.applications.filter(state=Application.State.PENDING)
    for application in pending.select_related("agent__user", "opportunity").order_by("pk"):
        expire_application(application, why, by=by, at=at)


def expire_application(
    application: Application, why: str, *, by: User | None, at: datetime
) -> Application:
    """Expire an application that nobody decided on, and tell the agent why."""
    state = Application.State.EXPIRED
    transition(application, to=state, by=by, at=at, why=why, decided_at=at, reason=why)
    notifications.application_expired(application=application, at=at)
    return application


def lock_project_of(opportunity: Opportunity) -> Project:
    """Lock the project before its opportunity, since a trigger changes what it has promised.

    So concurrent commitments cannot exceed the budget.
    """
    return Project.objects.select_for_update(no_key=True).get(pk=opportunity.project_id)
