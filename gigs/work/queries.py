"""Queries for submitted work and its pay."""

from dataclasses import dataclass

from django.db.models import Case, Prefetch, QuerySet, When

from accounts.models import Agent
from gigs.models import (
    Client,
    Deliverable,
    Gig,
    Milestone,
    PayKind,
    Work,
    WorkEvent,
    WorkReview,
    WorkSession,
)
from gigs.models.work import WorkQuerySet
from gigs.shifts.queries import pay_for, time_of, unpaid_paise


def gross_of(work: Work) -> int:
    """Gross pay: the fixed price, or paid time times the hourly rate."""
    if work.gig.pay_kind == PayKind.FIXED:
        return work.price_paise
    return pay_for(time_of(work), rate_paise=work.gig.rate_paise)


def can_submit_work(gig: Gig) -> bool:
    """Whether work can be submitted now; the service decides."""
    if gig.has_ended:
        return False
    if gig.is_hourly:
        return unpaid_paise(gig) > 0
    return bool(open_milestones(gig)) or (
        not gig.opportunity.milestones.exists()
        and not gig.works.exclude(state=Work.State.REJECTED).exists()
    )


@dataclass(frozen=True)
class MilestoneOfGig:
    """A milestone with the last work that a gig handed in for it, if any."""

    milestone: Milestone
    work: Work | None

    @property
    def is_open(self) -> bool:
        """Whether work can be handed in for it."""
        return self.work is None or self.work.state == Work.State.REJECTED


def milestones_of(gig: Gig) -> list[MilestoneOfGig]:
    """The milestones of the gig's terms, in order, each with its last work."""
    works = gig.works.filter(milestone__isnull=False).order_by("submitted_at")
    last = {work.milestone_id: work for work in works}
    return [MilestoneOfGig(row, last.get(row.pk)) for row in gig.opportunity.milestones.all()]


def open_milestones(gig: Gig) -> list[Milestone]:
    """The milestones for which work can be handed in."""
    return [each.milestone for each in milestones_of(gig) if each.is_open]


def works() -> WorkQuerySet:
    """Submitted work with all related rows that pages and API show."""
    sessions = WorkSession.objects.select_related("claim__slot")
    deliverables = Deliverable.objects.select_related("file").order_by("round", "created_at")
    return Work.objects.select_related(
        "gig__client", "gig__agent__user", "milestone"
    ).prefetch_related(
        Prefetch("sessions", sessions),
        Prefetch("deliverables", deliverables),
        Prefetch("reviews", WorkReview.objects.order_by("round")),
        Prefetch("events", WorkEvent.objects.order_by("pk")),
    )


def works_of(agent: Agent) -> WorkQuerySet:
    """Work submitted by the agent."""
    return works().filter(gig__agent=agent)


def works_for(client: Client) -> WorkQuerySet:
    """Work submitted to the client."""
    return works().filter(gig__client=client)


def works_under_way(agent: Agent) -> QuerySet[Work]:
    """The agent's unsettled work; requested changes come first."""
    mine = Work.objects.unsettled().filter(gig__agent=agent).select_related("gig__client")
    return mine.order_by(
        Case(When(state=Work.State.REWORK_NEEDED, then=0), default=1), "submitted_at", "pk"
    )
