"""Queries for submitted work and its pay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher

from django.db.models import Case, Prefetch, QuerySet, When

from accounts.models import Agent
from gigs.models import (
    Client,
    Deliverable,
    Gig,
    Milestone,
    PayKind,
    RefusedPart,
    Work,
    WorkEvent,
    WorkReview,
    WorkSession,
    WorkVersion,
)
from gigs.models.work import WorkQuerySet
from gigs.shifts.adherence import ShiftSegment
from gigs.shifts.queries import (
    ShiftRecord,
    claims_for,
    pay_for,
    shift_records,
    time_of,
    unpaid_paise,
)


def gross_of(work: Work) -> int:
    """Gross pay: the fixed price, or paid time times the hourly rate, less what was refused."""
    return full_pay_of(work) - refused_paise(work)


def full_pay_of(work: Work) -> int:
    """Gross pay if nothing is refused."""
    if work.gig.pay_kind == PayKind.FIXED:
        return work.price_paise
    return pay_for(time_of(work), rate_paise=work.gig.rate_paise)


def refused_paise(work: Work) -> int:
    """What the client did not approve of the work, also if it was paid later."""
    return sum(part.amount_paise for part in work.refused_parts.all())


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
        "versions",
        Prefetch(
            "refused_parts", RefusedPart.objects.select_related("session", "deliverable__file")
        ),
        Prefetch("reviews", WorkReview.objects.order_by("round")),
        Prefetch("events", WorkEvent.objects.order_by("pk")),
    )


def works_of(agent: Agent) -> WorkQuerySet:
    """Work submitted by the agent."""
    return works().filter(gig__agent=agent)


def works_for(client: Client) -> WorkQuerySet:
    """Work submitted to the client."""
    return works().filter(gig__client=client)


def refused_parts_of(agent: Agent) -> QuerySet[RefusedPart]:
    """Refused parts of the agent's work."""
    return RefusedPart.objects.filter(work__gig__agent=agent)


def refused_parts_for(client: Client) -> QuerySet[RefusedPart]:
    """Parts of work that the client refused."""
    return RefusedPart.objects.filter(work__gig__client=client).select_related("work__gig__agent")


def hours_of(work: Work, *, now: datetime) -> list[ShiftRecord]:
    """The shifts of hourly work with their time log, in a fixed number of queries."""
    if not work.gig.is_hourly:
        return []
    claims = claims_for(work.gig.client).filter(sessions__work=work).distinct()
    return shift_records(claims.order_by("slot__starts_at"), now=now)


@dataclass(frozen=True)
class VersionOfWork:
    """A submission with its links and files, what the client said, and what it changed."""

    version: WorkVersion
    deliverables: list[Deliverable]
    review: WorkReview | None
    #: Pieces of the summary: (same, added or removed; text). Empty for the first version.
    changes: list[tuple[str, str]]
    added: list[Deliverable]
    removed: list[Deliverable]


def versions_of(work: Work) -> list[VersionOfWork]:
    """All submissions of a work, newest first, each compared with the one before."""
    found: list[VersionOfWork] = []
    for version in sorted(work.versions.all(), key=lambda row: row.round):
        mine = [row for row in work.deliverables.all() if row.round == version.round]
        reviews = [row for row in work.reviews.all() if row.round == version.round]
        last = found[-1] if found else None
        before = last.deliverables if last else []
        found.append(
            VersionOfWork(
                version=version,
                deliverables=mine,
                review=reviews[-1] if reviews else None,
                changes=_changes(last.version.summary, version.summary) if last else [],
                added=_missing(mine, before) if last else [],
                removed=_missing(before, mine),
            )
        )
    return found[::-1]


def _missing(rows: Sequence[Deliverable], others: Sequence[Deliverable]) -> list[Deliverable]:
    """The links and files that are not among the others, by their content."""
    known = {row.content_key for row in others}
    return [row for row in rows if row.content_key not in known]


def _changes(was: str, became: str) -> list[tuple[str, str]]:
    """The words that stayed, went and came."""
    old, new = was.split(), became.split()
    pieces: list[tuple[str, str]] = []
    for tag, first, last, start, end in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", " ".join(old[first:last])))
            continue
        pieces += [("removed", " ".join(old[first:last]))] if last > first else []
        pieces += [("added", " ".join(new[start:end]))] if end > start else []
    return pieces


@dataclass(frozen=True)
class RefusedRow:
    """A refused part with what the time log says about its minutes."""

    part: RefusedPart
    segments: list[ShiftSegment]


def refused_rows(work: Work, records: Sequence[ShiftRecord]) -> list[RefusedRow]:
    """The refused parts of a work, each with the rules that decided its minutes."""
    segments = [one for record in records for one in record.adherence.segments]
    return [RefusedRow(part, _within(part, segments)) for part in work.refused_parts.all()]


def _within(part: RefusedPart, segments: Sequence[ShiftSegment]) -> list[ShiftSegment]:
    if part.starts_at is None or part.ends_at is None:
        return []
    return [
        replace(one, start=max(one.start, part.starts_at), end=min(one.end, part.ends_at))
        for one in segments
        if one.start < part.ends_at and one.end > part.starts_at
    ]


def works_under_way(agent: Agent) -> QuerySet[Work]:
    """The agent's unsettled work; requested changes come first."""
    mine = Work.objects.unsettled().filter(gig__agent=agent).select_related("gig__client")
    return mine.order_by(
        Case(When(state=Work.State.REWORK_NEEDED, then=0), default=1), "submitted_at", "pk"
    )
