"""Submitted work: submit, review, approve, request changes, reject."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import prefetch_related_objects

from accounts.models import User
from accounts.security import audit
from gigs import notifications, signals
from gigs.eligibility import GigNotActive, check_not_own
from gigs.engagements import services as gig_services
from gigs.engagements.services import complete_if_settled, lock_agent_of
from gigs.models import EarnedAmount, Gig, Member, Work, WorkReview, WorkSession
from gigs.shifts import queries as shift_queries
from gigs.work import deliverables
from gigs.work import queries as work_queries
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.files import storage
from onboarding import files

FILE_PURPOSE = "deliverable"


class NothingHandedIn(Refusal):
    """The summary is empty."""

    code = "nothing_handed_in"
    message = "Enter a short summary of what you did."
    status = 422
    field = "summary"


class NothingWorked(Refusal):
    """An hourly gig has no unpaid time to submit."""

    code = "nothing_worked"
    message = "There are no completed hours to submit. Clock out of your shift first."


class WorkUnderWay(Refusal):
    """The work of a fixed-price gig was submitted already."""

    code = "work_under_way"
    message = "You have already submitted the work for this fixed-price gig."


class MilestoneRequired(Refusal):
    """The gig is paid in milestones, and none was chosen."""

    code = "milestone_required"
    message = "Choose the milestone that this work is for."
    status = 422
    field = "milestone"


class UnknownMilestone(Refusal):
    """The milestone is not one of the gig."""

    code = "unknown_milestone"
    message = "This milestone is not part of this gig."
    status = 422
    field = "milestone"


class MilestoneSubmitted(Refusal):
    """Work for the milestone was submitted already."""

    code = "milestone_submitted"
    message = "You have already submitted the work for this milestone."
    field = "milestone"


def submit_work(
    *,
    gig: Gig,
    summary: str,
    by: User,
    at: datetime,
    links: Sequence[str] = (),
    uploads: Sequence[storage.Upload] = (),
    milestone: UUID | None = None,
) -> Work:
    """Submit work: for hourly pay with all ended sessions not yet submitted, or for a milestone."""
    _require_submittable(gig, summary, milestone)
    checked = _checked_uploads(uploads)
    with transaction.atomic():
        gig = Gig.objects.select_for_update(no_key=True).get(pk=gig.pk)
        _require_submittable(gig, summary, milestone)
        work = gig.works.create(
            pay_kind=gig.pay_kind,
            milestone_id=milestone,
            summary=summary.strip(),
            submitted_at=at,
        )
        work.events.create(became=Work.State.PENDING, by=by, at=at)
        work.add_version(by)
        WorkSession.objects.filter(gig=gig).unpaid().update(work=work, updated_at=at)
        _add_deliverables(work, links, checked, at=at)
    return work


def _require_submittable(gig: Gig, summary: str, milestone: UUID | None) -> None:
    if gig.has_ended:
        raise GigNotActive
    if not summary.strip():
        raise NothingHandedIn
    if gig.is_hourly and not shift_queries.unpaid_paise(gig):
        raise NothingWorked
    parts = {each.milestone.pk: each for each in work_queries.milestones_of(gig)}
    if parts and milestone is None:
        raise MilestoneRequired
    if milestone is not None and milestone not in parts:
        raise UnknownMilestone
    if milestone is not None and not parts[milestone].is_open:
        raise MilestoneSubmitted
    if not gig.is_hourly and not parts and gig.works.exclude(state=Work.State.REJECTED).exists():
        raise WorkUnderWay


def _checked_uploads(uploads: Iterable[storage.Upload]) -> list[storage.CheckedFile]:
    """Scan and decode files, which takes seconds: without locks and a database connection."""
    checked = []
    for upload in uploads:
        name = upload.name or ""
        data = storage.sized_content(upload)
        files.refuse_full_aadhaar_in(data, name=name)
        checked.append(storage.check_upload(SimpleUploadedFile(name, data)))
    return checked


def _add_deliverables(
    work: Work, links: Sequence[str], checked: Iterable[storage.CheckedFile], *, at: datetime
) -> None:
    for url in links:
        work.deliverables.create(round=work.round, url=url)
    for each in checked:
        deliverables.add_file(work, storage.store_checked(each, purpose=FILE_PURPOSE), at=at)
    deliverables.mark_reviewable(work, at=at)


def lock_to_decide(work: Work, by: User) -> Work:
    """Lock work for a decision of its client; refuse the agent who did it."""
    work = _lock_work(work)
    check_not_own(work.gig.agent, by=by)
    return work


def _lock_work(work: Work) -> Work:
    rows = Work.objects.select_related(
        "gig__agent__user", "gig__client", "gig__opportunity__project", "milestone"
    )
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=work.pk)


def move_to_review(work: Work, by: User | None, at: datetime) -> None:
    """Move submitted work to review, which a decision requires."""
    if work.state in (Work.State.PENDING, Work.State.REWORK_SUBMITTED):
        transition(work, to=Work.State.UNDER_REVIEW, by=by, at=at)


@transaction.atomic
def start_review(*, work: Work, by: User, at: datetime) -> Work:
    """Mark work as under review."""
    work = lock_to_decide(work, by)
    if not work.is_unopened:
        raise InvalidTransition
    transition(work, to=Work.State.UNDER_REVIEW, by=by, at=at)
    return work


@transaction.atomic
def approve_work(*, work: Work, member: Member, at: datetime, comment: str = "") -> Work:
    """Approve work, which opens its payment."""
    work = lock_to_decide(work, member.user)
    return approve_locked(work, member=member, at=at, comment=comment)


@transaction.atomic
def auto_approve(*, work: Work, at: datetime) -> Work:
    """Approve work that the client did not decide on in time. Idempotent."""
    work = _lock_work(work)
    due_at = work.auto_approved_at
    if not work.is_with_client or due_at is None or at < due_at:
        return work
    return approve_locked(
        work, member=None, at=at, comment="No response from the client in 7 days."
    )


def approve_locked(work: Work, *, member: Member | None, at: datetime, comment: str) -> Work:
    """Approve locked work, and open the payment of what is not refused of it."""
    by = member.user if member else None
    # Read once, for the pay here and in the receivers.
    time = ["sessions__claim__slot"] if work.gig.is_hourly else []
    prefetch_related_objects([work], "refused_parts", *time)
    move_to_review(work, by, at)
    transition(work, to=Work.State.APPROVED, by=by, at=at, why=comment, decided_at=at)
    _add_review(work, WorkReview.Verdict.APPROVED, member, at, comment)
    gross = work_queries.gross_of(work)
    audit.record_event(by=by, action="work.approved", on=work, at=at, new={"gross_paise": gross})
    notifications.work_approved(
        work=work, gross_paise=gross, refused_paise=work_queries.refused_paise(work), at=at
    )
    # Before the receivers lock the client's money: an application locks in this order too.
    lock_agent_of(work.gig)
    if work.milestone_id:
        signals.amount_earned.send(
            sender=Work,
            gig=work.gig,
            kind=EarnedAmount.Kind.MILESTONE,
            source=work,
            amount_paise=gross,
            by=by,
            at=at,
        )
    else:
        signals.work_approved.send(sender=Work, work=work)
    if not work.gig.is_hourly:
        complete_if_settled(work.gig, by=by, at=at)
    return work


def _add_review(
    work: Work, verdict: str, member: Member | None, at: datetime, comment: str
) -> None:
    work.reviews.create(
        round=work.round, verdict=verdict, comment=comment.strip(), member=member, at=at
    )


@transaction.atomic
def request_rework(*, work: Work, member: Member, comment: str, at: datetime) -> Work:
    """Request changes, with a comment for the agent."""
    _require_comment(comment)
    work = lock_to_decide(work, member.user)
    move_to_review(work, member.user, at)
    transition(work, to=Work.State.REWORK_NEEDED, by=member.user, at=at, why=comment.strip())
    _add_review(work, WorkReview.Verdict.REWORK, member, at, comment)
    notifications.rework_requested(work=work, comment=comment, at=at)
    return work


def submit_rework(
    *,
    work: Work,
    summary: str,
    by: User,
    at: datetime,
    links: Sequence[str] = (),
    uploads: Sequence[storage.Upload] = (),
) -> Work:
    """Resubmit changed work; the time until automatic approval starts again."""
    if not summary.strip():
        raise NothingHandedIn
    if not work.needs_rework:
        raise InvalidTransition
    checked = _checked_uploads(uploads)
    with transaction.atomic():
        work = _lock_work(work)
        if not work.needs_rework:
            raise InvalidTransition
        transition(
            work,
            to=Work.State.REWORK_SUBMITTED,
            by=by,
            at=at,
            summary=summary.strip(),
            round=work.round + 1,
            submitted_at=at,
            reviewable_at=None,
        )
        work.add_version(by)
        _add_deliverables(work, links, checked, at=at)
    return work


@transaction.atomic
def reject_work(*, work: Work, member: Member, comment: str, at: datetime) -> Work:
    """Reject work with a comment. It is not paid; its hours can be submitted again."""
    _require_comment(comment)
    work = lock_to_decide(work, member.user)
    move_to_review(work, member.user, at)
    returned_time = shift_queries.time_of(work) if _returns_hours(work) else timedelta(0)
    transition(
        work,
        to=Work.State.REJECTED,
        by=member.user,
        at=at,
        why=comment.strip(),
        decided_at=at,
        returned_time=returned_time,
    )
    if _returns_hours(work):
        work.sessions.update(work=None, updated_at=at)
    _add_review(work, WorkReview.Verdict.REJECTED, member, at, comment)
    audit.record_event(by=member.user, action="work.rejected", on=work, at=at)
    if work.gig.has_ended:
        gig_services.settle_ended(gig=work.gig, at=at)
    notifications.work_rejected(work=work, comment=comment, at=at)
    return work


def _returns_hours(work: Work) -> bool:
    """Whether rejected hours count again: not after the gig, when they are handed in for good."""
    return work.gig.is_hourly and not work.gig.has_ended


@transaction.atomic
def end_rework(*, work: Work, at: datetime) -> Work:
    """Let the client decide on what was handed in, when no changes came in time. Idempotent.

    The time until automatic approval starts again.
    """
    work = _lock_work(work)
    until = work.rework_until
    if until is None or at < until:
        return work
    transition(
        work,
        to=Work.State.UNDER_REVIEW,
        by=None,
        at=at,
        why="No changes in 7 days.",
        round=work.round + 1,
        reviewable_at=at,
    )
    notifications.rework_expired(work=work, at=at)
    return work


def _require_comment(text: str) -> None:
    if not text.strip():
        raise ReasonRequired(
            "Enter a comment so the agent knows what is wrong or missing.",
            code="comment_missing",
            field="comment",
        )
