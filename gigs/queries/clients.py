"""Queries for members of a client, and work queues of staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from gigs.models import (
    Application,
    Client,
    Deliverable,
    Gig,
    Member,
    Opportunity,
    Project,
    Work,
    WorkSession,
)
from hitouch.core.web.queues import WorkQueue, queue_of

STAFF_LOOKS_AFTER = timedelta(days=5)


def member_of(user: User) -> Member | None:
    """The user's membership with its client, if any."""
    return Member.objects.select_related("client").filter(user=user).first()


def may_commit_budget(user: User) -> bool:
    """Whether the user may commit a client's budget."""
    member = member_of(user)
    return member is not None and member.may_change


def opportunities_of(client: Client) -> QuerySet[Opportunity]:
    """The client's opportunities, with the number of pending applications as `waiting`."""
    pending = Count("applications", filter=Q(applications__state=Application.State.PENDING))
    mine = Opportunity.objects.filter(project__client=client)
    return mine.select_related("project__client").annotate(waiting=pending)


def projects_of(client: Client) -> QuerySet[Project]:
    """The client's projects, with their number of opportunities as `offers`."""
    return client.projects.annotate(offers=Count("opportunities"))


def applications_for(client: Client) -> QuerySet[Application]:
    """Applications for the client's opportunities."""
    mine = Application.objects.filter(opportunity__project__client=client)
    return mine.select_related("agent__user", "opportunity__project__client")


def gigs_for(client: Client) -> QuerySet[Gig]:
    """Gigs at this client."""
    return client.gigs.select_related("agent__user", "opportunity")


@dataclass(frozen=True)
class ClientWorkload:
    """Numbers of what waits for a client."""

    applications: int
    works: int
    oldest_work_at: datetime | None
    drafts: int
    at_work: int


def workload_of(client: Client) -> ClientWorkload:
    """What waits for this client now."""
    works = Work.objects.with_client().filter(gig__client=client)
    numbers = works.aggregate(count=Count("pk"), oldest=Min("submitted_at"))
    mine = Opportunity.objects.filter(project__client=client)
    return ClientWorkload(
        applications=applications_for(client).filter(state=Application.State.PENDING).count(),
        works=numbers["count"],
        oldest_work_at=numbers["oldest"],
        drafts=mine.filter(state=Opportunity.State.DRAFT).count(),
        at_work=WorkSession.objects.running().filter(gig__client=client).count(),
    )


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Work queues of staff: work that waits for its client, and files that nobody can open."""
    late = Work.objects.with_client().filter(submitted_at__lte=now - STAFF_LOOKS_AFTER)
    return [
        queue_of(
            late,
            since="submitted_at",
            label="Work waiting more than 5 days for the client",
            url=reverse("admin:gigs_work_changelist") + "?state__exact=PENDING",
            group="Gigs",
        ),
        queue_of(
            Deliverable.objects.overdue(now),
            since="created_at",
            label="Files of submitted work that were not checked",
            url=reverse("admin:gigs_deliverable_changelist"),
            group="Gigs",
        ),
    ]
