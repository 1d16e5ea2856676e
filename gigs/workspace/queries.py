"""What waits for a client, and the work queues of staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.urls import reverse

from gigs.applications.queries import applications_for
from gigs.models import (
    Application,
    Client,
    Deliverable,
    Dispute,
    Opportunity,
    Work,
    WorkSession,
)
from hitouch.core.web.queues import WorkQueue, queue_of

STAFF_LOOKS_AFTER = timedelta(days=5)


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
        queue_of(
            Dispute.objects.filter(state=Dispute.State.ESCALATED),
            since="updated_at",
            label="Disputes to decide",
            url=reverse("admin:gigs_dispute_changelist") + "?state__exact=ESCALATED",
            group="Gigs",
        ),
        queue_of(
            Dispute.objects.filter(state=Dispute.State.ESCALATED, due_at__lte=now),
            since="due_at",
            label="Disputes past the time to decide",
            url=reverse("admin:gigs_dispute_changelist") + "?state__exact=ESCALATED",
            group="Gigs",
        ),
    ]
