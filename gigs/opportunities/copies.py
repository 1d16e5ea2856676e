"""Copies of opportunities and projects: drafts with all but the dates, and without shifts."""

from datetime import datetime

from django.db import transaction

from gigs.clients import services as client_services
from gigs.models import Opportunity, Project
from gigs.models.opportunities import OpportunityState
from gigs.opportunities import services as opportunity_services

#: What a copy has of its opportunity. Milestones have dates, so they are not copied.
COPIED = (
    "description",
    "category",
    "minimum_level",
    "pay_kind",
    "rate_paise",
    "hours_each",
    "headcount",
    "skills",
    "languages",
    "qualifications",
    "experience_years",
)


def copy_opportunity(
    *,
    opportunity: Opportunity,
    apply_by: datetime,
    now: datetime,
    title: str = "",
    project: Project | None = None,
) -> Opportunity:
    """A draft with the same text, requirements and pay, in the same or another project."""
    facts = {name: getattr(opportunity, name) for name in COPIED}
    return opportunity_services.create_opportunity(
        project=project or opportunity.project,
        title=title or opportunity.title,
        apply_by=apply_by,
        now=now,
        **facts,
    )


@transaction.atomic
def copy_project(*, project: Project, title: str, apply_by: datetime, now: datetime) -> Project:
    """A project with the same budget, and drafts of its opportunities but the cancelled ones."""
    made = client_services.create_project(
        client=project.client,
        title=title,
        description=project.description,
        department=project.department,
        budget_paise=project.budget_paise,
        now=now,
    )
    rows = project.opportunities.exclude(state=OpportunityState.CANCELLED)
    for opportunity in rows.order_by("created_at", "pk"):
        copy_opportunity(opportunity=opportunity, apply_by=apply_by, project=made, now=now)
    return made
