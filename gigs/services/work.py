"""Work is handed in, looked at, changed, and approved; approval is what pays."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit, locks
from gigs import notifications as gigs_notifications
from gigs import signals
from gigs.models import Gig, Member, Work, WorkReview, WorkSession
from gigs.queries import work as queries_work
from gigs.services.claims import GigNotActive
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.files import storage

FILE_PURPOSE = "deliverable"


class NothingHandedIn(Refusal):
    """A work says in words what was done."""

    code = "nothing_handed_in"
    message = "Enter a short summary of what you did."
    status = 422
    field = "summary"


class NothingWorked(Refusal):
    """By the hour, a work needs finished hours."""

    code = "nothing_worked"
    message = "There are no completed hours to submit. Clock out of your shift first."


class WorkUnderWay(Refusal):
    """A fixed price is earned once."""

    code = "work_under_way"
    message = "You have already submitted the work for this fixed-price gig."


class WorkUnsettled(Refusal):
    """The gig still has something open."""

    code = "work_unsettled"
    message = "This gig still has work under review, an upcoming shift or hours not submitted."


@transaction.atomic
def submit_work(
    *,
    gig: Gig,
    summary: str,
    by: User,
    at: datetime,
    links: Sequence[str] = (),
    uploads: Sequence[storage.Upload] = (),
) -> Work:
    """Hand in what was done. By the hour, it takes every finished hour not handed in yet."""
    gig = Gig.objects.select_for_update(no_key=True).get(pk=gig.pk)
    if not gig.is_active:
        raise GigNotActive
    if not summary.strip():
        raise NothingHandedIn
    hours = WorkSession.objects.filter(gig=gig).unpaid()
    if gig.is_hourly and not queries_work.unpaid_paise(gig):
        raise NothingWorked
    if not gig.is_hourly and gig.works.exclude(state=Work.State.REJECTED).exists():
        raise WorkUnderWay
    work = gig.works.create(pay_kind=gig.pay_kind, summary=summary.strip(), submitted_at=at)
    work.events.create(became=Work.State.PENDING, by=by, at=at)
    hours.update(work=work, updated_at=at)
    _add_deliverables(work, links, uploads)
    return work


def _add_deliverables(work: Work, links: Sequence[str], uploads: Sequence[storage.Upload]) -> None:
    for url in links:
        work.deliverables.create(round=work.round, url=url)
    for upload in uploads:
        stored = storage.store_upload(upload, purpose=FILE_PURPOSE)
        work.deliverables.create(round=work.round, file=stored)


def _locked(work: Work) -> Work:
    return Work.objects.select_for_update(no_key=True).get(pk=work.pk)


def _take_up(work: Work, by: User | None, at: datetime) -> None:
    """Whoever decides has looked: a work in the queue passes through review."""
    if work.state in (Work.State.PENDING, Work.State.REWORK_SUBMITTED):
        transition(work, to=Work.State.UNDER_REVIEW, by=by, at=at)


@transaction.atomic
def start_review(*, work: Work, by: User, at: datetime) -> Work:
    """Tell the agent that somebody is looking."""
    work = _locked(work)
    transition(work, to=Work.State.UNDER_REVIEW, by=by, at=at)
    return work


@transaction.atomic
def approve_work(*, work: Work, member: Member, at: datetime, comment: str = "") -> Work:
    """Accept the work, which is what pays for it."""
    return _approve(_locked(work), member=member, at=at, comment=comment)


@transaction.atomic
def auto_approve(*, work: Work, at: datetime) -> Work:
    """Approve what the client left unanswered for seven days. Harmless twice."""
    work = _locked(work)
    if not work.is_with_client or at < work.silence_ends_at:
        return work
    return _approve(work, member=None, at=at, comment="No response from the client in 7 days.")


def _approve(work: Work, *, member: Member | None, at: datetime, comment: str) -> Work:
    by = member.user if member else None
    _take_up(work, by, at)
    transition(work, to=Work.State.APPROVED, by=by, at=at, why=comment, decided_at=at)
    _note(work, WorkReview.Verdict.APPROVED, member, at, comment)
    gross = queries_work.gross_of(work)
    audit.record_event(by=by, action="work.approved", on=work, at=at, new={"gross_paise": gross})
    gigs_notifications.work_approved(work=work, at=at)
    signals.work_approved.send(sender=Work, work=work)
    if not work.gig.is_hourly:
        _complete_if_settled(work.gig, by=by, at=at)
    return work


def _complete_if_settled(gig: Gig, *, by: User | None, at: datetime) -> None:
    _hold_agent(gig)
    if not queries_work.has_open_work(gig, now=at):
        _complete(gig, by=by, at=at)


def _hold_agent(gig: Gig) -> None:
    """The lock that claiming and clocking in take first: neither happens while we look."""
    locks.lock_agent(gig.agent_id)


def _note(work: Work, verdict: str, member: Member | None, at: datetime, comment: str) -> None:
    work.reviews.create(
        round=work.round, verdict=verdict, comment=comment.strip(), member=member, at=at
    )


@transaction.atomic
def ask_rework(*, work: Work, member: Member, comment: str, at: datetime) -> Work:
    """Send the work back with what has to change."""
    _require_comment(comment)
    work = _locked(work)
    _take_up(work, member.user, at)
    transition(work, to=Work.State.REWORK_NEEDED, by=member.user, at=at, why=comment.strip())
    _note(work, WorkReview.Verdict.REWORK, member, at, comment)
    gigs_notifications.rework_asked(work=work, comment=comment, at=at)
    return work


@transaction.atomic
def submit_rework(
    *,
    work: Work,
    summary: str,
    by: User,
    at: datetime,
    links: Sequence[str] = (),
    uploads: Sequence[storage.Upload] = (),
) -> Work:
    """Hand the changed work in again; the client's seven days start anew."""
    if not summary.strip():
        raise NothingHandedIn
    work = _locked(work)
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
    )
    _add_deliverables(work, links, uploads)
    return work


@transaction.atomic
def reject_work(*, work: Work, member: Member, comment: str, at: datetime) -> Work:
    """Refuse the work, and say why. It is not paid."""
    _require_comment(comment)
    work = _locked(work)
    _take_up(work, member.user, at)
    transition(
        work,
        to=Work.State.REJECTED,
        by=member.user,
        at=at,
        why=comment.strip(),
        decided_at=at,
    )
    _note(work, WorkReview.Verdict.REJECTED, member, at, comment)
    audit.record_event(by=member.user, action="work.rejected", on=work, at=at)
    gigs_notifications.work_rejected(work=work, comment=comment, at=at)
    return work


@transaction.atomic
def complete_gig(*, gig: Gig, by: User | None, at: datetime) -> Gig:
    """Finish a gig of which everything is settled."""
    _hold_agent(gig)
    gig = Gig.objects.select_for_update(no_key=True).get(pk=gig.pk)
    if queries_work.has_open_work(gig, now=at) or not gig.works.exists():
        raise WorkUnsettled
    return _complete(gig, by=by, at=at)


def _complete(gig: Gig, *, by: User | None, at: datetime) -> Gig:
    transition(gig, to=Gig.State.COMPLETED, by=by, at=at, completed_at=at)
    return gig


def _require_comment(text: str) -> None:
    if not text.strip():
        raise ReasonRequired(
            "Enter a comment so the agent knows what is wrong or missing.",
            code="comment_missing",
            field="comment",
        )
