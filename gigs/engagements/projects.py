"""The life of a project: hold, resume, complete, cancel.

Locks: agents by id, the project, then its opportunities by id.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit, locks
from gigs.engagements import services as gig_services
from gigs.models import Gig, Opportunity, Project
from gigs.models.opportunities import ENDED
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import Refusal

ENDED_OPPORTUNITIES = (Opportunity.State.CLOSED, Opportunity.State.CANCELLED)


class ProjectUnsettled(Refusal):
    """Something of the project goes on."""

    code = "project_unsettled"
    message = (
        "This project still has opportunities that are not closed or gigs that have not ended."
    )


@transaction.atomic
def hold_project(*, project: Project, by: User | None, at: datetime) -> Project:
    """Publish and accept nothing for now. Agents at work go on."""
    project = _lock(project)
    transition(project, to=Project.State.ON_HOLD, by=by, at=at)
    for opportunity in _opportunities(project, Opportunity.State.OPEN):
        transition(opportunity, to=Opportunity.State.ON_HOLD, by=by, at=at)
    _record(project, "project.held", by=by, at=at)
    return project


@transaction.atomic
def resume_project(*, project: Project, by: User | None, at: datetime) -> Project:
    """Go on, with the opportunities that were put on hold with the project."""
    project = _lock(project)
    if not project.is_on_hold:
        raise InvalidTransition
    held = project.events.order_by("pk").last()
    has_gigs = Gig.objects.filter(opportunity__project=project).exists()
    state = Project.State.IN_PROGRESS if has_gigs else Project.State.ACTIVE
    transition(project, to=state, by=by, at=at)
    for opportunity in _opportunities(project, Opportunity.State.ON_HOLD):
        last = opportunity.events.order_by("pk").last()
        if held and last and last.at == held.at:
            transition(opportunity, to=Opportunity.State.OPEN, by=by, at=at)
    _record(project, "project.resumed", by=by, at=at)
    return project


@transaction.atomic
def complete_project(*, project: Project, by: User | None, at: datetime) -> Project:
    """Complete a project of which nothing goes on. Drafts are cancelled."""
    project = _lock(project)
    drafts = _opportunities(project, Opportunity.State.DRAFT)
    others = project.opportunities.exclude(state__in=ENDED_OPPORTUNITIES)
    gigs = Gig.objects.filter(opportunity__project=project)
    if len(drafts) < others.count() or gigs.exclude(state__in=ENDED).exists():
        raise ProjectUnsettled
    transition(project, to=Project.State.COMPLETED, by=by, at=at)
    for opportunity in drafts:
        transition(opportunity, to=Opportunity.State.CANCELLED, by=by, at=at)
    _record(project, "project.completed", by=by, at=at)
    return project


@transaction.atomic
def cancel_project(*, project: Project, why: str, by: User | None, at: datetime) -> Project:
    """Call off a project with all its opportunities and gigs."""
    why = gig_services.required_reason(why)
    agents = Gig.objects.filter(opportunity__project=project).values_list("agent", flat=True)
    for agent in sorted(set(agents)):
        locks.lock_agent(agent)
    project = _lock(project)
    others = project.opportunities.exclude(state=Opportunity.State.CANCELLED)
    for opportunity in others.order_by("pk"):
        gig_services.cancel_opportunity(opportunity=opportunity, why=why, by=by, at=at)
    transition(project, to=Project.State.CANCELLED, by=by, at=at, why=why)
    _record(project, "project.cancelled", by=by, at=at)
    return project


def _lock(project: Project) -> Project:
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _opportunities(project: Project, state: str) -> list[Opportunity]:
    rows = project.opportunities.select_for_update(no_key=True).filter(state=state)
    return list(rows.order_by("pk"))


def _record(project: Project, action: str, *, by: User | None, at: datetime) -> None:
    audit.record_event(by=by, action=action, on=project, at=at)
