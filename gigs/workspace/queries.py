"""What waits for a client, and the work queues of staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.urls import reverse

from gigs.applications.queries import applications_for
from gigs.models import (
    Application,
    Break,
    Claim,
    Client,
    Deliverable,
    Dispute,
    Opportunity,
    Work,
    WorkSession,
)
from gigs.models.opportunities import DECIDE_WITHIN
from gigs.models.work import AUTO_APPROVAL_AFTER
from gigs.shifts import queries as shift_queries
from hitouch.core.web.queues import WorkQueue, queue_of

STAFF_LOOKS_AFTER = timedelta(days=5)


@dataclass(frozen=True)
class ClientWorkload:
    """What waits for a client, and since or until when."""

    applications: int
    oldest_application_at: datetime | None
    works: int
    #: The first moment at which work is approved by itself.
    next_approval_at: datetime | None
    corrections: int
    disputes: int
    next_dispute_at: datetime | None
    drafts: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.applications or self.works or self.corrections or self.disputes)


def workload_of(client: Client) -> ClientWorkload:
    """What waits for this client now."""
    works = Work.objects.with_client().filter(gig__client=client)
    reviews = works.aggregate(count=Count("pk"), first=Min("reviewable_at"))
    pending = applications_for(client).filter(state=Application.State.PENDING)
    waiting = pending.aggregate(count=Count("pk"), oldest=Min("created_at"))
    disputes = (
        Dispute.objects.live()
        .filter(client=client)
        .aggregate(count=Count("pk"), first=Min("due_at"))
    )
    mine = Opportunity.objects.filter(project__client=client)
    return ClientWorkload(
        applications=waiting["count"],
        oldest_application_at=waiting["oldest"],
        works=reviews["count"],
        next_approval_at=reviews["first"] and reviews["first"] + AUTO_APPROVAL_AFTER,
        corrections=shift_queries.open_corrections(client).count(),
        disputes=disputes["count"],
        next_dispute_at=disputes["first"],
        drafts=mine.filter(state=Opportunity.State.DRAFT).count(),
    )


@dataclass(frozen=True)
class Floor:
    """How many agents are where now."""

    at_work: int
    on_break: int
    missing: int


def floor_of(client: Client, *, now: datetime) -> Floor:
    """Who is clocked in, who is on a break, and whose shift has begun without them."""
    at_work = WorkSession.objects.running().filter(gig__client=client).count()
    on_break = Break.objects.filter(ended_at=None, claim__gig__client=client).count()
    begun = Claim.objects.holding().filter(
        gig__client=client, slot__starts_at__lte=now, slot__ends_at__gt=now
    )
    return Floor(at_work, on_break, begun.count())


@dataclass(frozen=True)
class Deadline:
    """The next day by which agents can apply, or the client has to decide."""

    opportunity: Opportunity
    at: datetime
    what: str


DEADLINES_SHOWN = 5


def deadlines_of(client: Client, *, now: datetime) -> list[Deadline]:
    """The nearest ends of applying and of deciding."""
    own = Opportunity.objects.filter(project__client=client, state=Opportunity.State.OPEN)
    rows = own.filter(apply_by__gt=now - DECIDE_WITHIN).order_by("apply_by", "pk")
    found = [
        Deadline(row, row.apply_by, "Agents can apply until")
        if row.apply_by > now
        else Deadline(row, row.decide_by, "Decide on applications by")
        for row in rows[: 4 * DEADLINES_SHOWN]
    ]
    return sorted(found, key=lambda each: each.at)[:DEADLINES_SHOWN]


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
