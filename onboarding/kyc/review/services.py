"""Document reviews: claim, approve, reject, request again; automatic approval; overdue alerts.

What reviewers pass on to each other is in `referrals.py`, the sample in `samples.py`.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core import sweeps
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.india_time import day_of
from hitouch.core.outbox import services as outbox
from onboarding import identifiers, notifications
from onboarding.assessment.services import ensure_invitation
from onboarding.kyc import access, resubmission
from onboarding.kyc import queries as kyc_queries
from onboarding.kyc.checks import services as checks
from onboarding.kyc.held_pictures import PictureHeld
from onboarding.kyc.review import access_log, queries, samples
from onboarding.kyc.services import RECEIVED, PanInUse
from onboarding.models import (
    KycAsk,
    KycCase,
    KycCaseEvent,
    KycCheck,
    KycDocument,
    KycReferral,
    ReviewAlarm,
)
from onboarding.steps import queries as steps_queries
from onboarding.steps.services import end_clearance, settle_clearance

State = KycCase.State
#: Reason recorded for an automatic approval.
AUTO_APPROVAL_REASON = "Digitally signed by the issuers, and all checks match."
log = logging.getLogger(__name__)
ALARM_RETENTION = timedelta(days=30)


class CaseClaimedByOther(Refusal):
    """Another reviewer has claimed the case."""

    code = "case_taken"
    message = "Another reviewer is working on this review. Take the next one."


class CaseNotClaimed(Refusal):
    """The case was decided without claiming it first."""

    code = "not_your_case"
    message = "Assign this review to yourself before you decide."


class OtherReviewerRequired(Refusal):
    """Whoever passed a case on cannot claim it again while it is open."""

    code = "passed_on"
    message = "You passed this review on. Another reviewer must decide."


class PicturesNotSeen(Refusal):
    """Approved without having opened each current picture."""

    code = "pictures_not_seen"

    def __init__(self, pictures: Sequence[access_log.Picture]) -> None:
        self.documents = tuple(each.slug for each in pictures)
        self.members = {"documents": ", ".join(self.documents)}
        super().__init__(f"Look at each photo first: {', '.join(each.title for each in pictures)}.")


class PictureMissing(Refusal):
    """The original of a document could not be masked in time and was destroyed."""

    code = "picture_missing"

    def __init__(self, documents: Sequence[KycDocument]) -> None:
        titles = ", ".join(row.title for row in documents)
        super().__init__(f"A photo was deleted unmasked. Ask for a new one: {titles}.")


@transaction.atomic
def claim_case(*, case: KycCase, by: User, at: datetime) -> KycCase:
    """Claim a case, so that no second reviewer works on it."""
    access.require_access(case, by)
    claimable = Q(reviewer=None) | Q(reviewer=by) | Q(claimed_at__lt=at - KycCase.CLAIM_LASTS)
    rows = KycCase.objects.waiting().filter(claimable, pk=case.pk)
    if not rows.update(reviewer=by, claimed_at=at, updated_at=at):
        case.refresh_from_db(fields=["state"])
        raise CaseClaimedByOther if case.state == State.IN_REVIEW else InvalidTransition
    access.require_access(case, by)  # it may have been passed on a moment ago
    if case.referrals.open().filter(by=by).exists():
        raise OtherReviewerRequired
    case.reviewer, case.claimed_at = by, at
    return case


@transaction.atomic
def claim_next_case(*, by: User, at: datetime) -> KycCase | None:
    """Claim the first case of the queue that this reviewer may approve, or return None."""
    claimable = Q(reviewer=None) | Q(claimed_at__lt=at - KycCase.CLAIM_LASTS)
    rejected = rejections_by(by).filter(subject=OuterRef("pk"))
    waiting = queries.claimable_by(KycCase.objects.waiting().oldest_first(), by)
    waiting = waiting.filter(claimable, ~Exists(rejected))
    case = waiting.select_for_update(of=("self",), skip_locked=True).first()
    if case is None:
        return None
    with suppress(access.SeniorReviewerRequired, OtherReviewerRequired), transaction.atomic():
        return claim_case(case=case, by=by, at=at)
    return None  # it was passed on a moment ago


@transaction.atomic
def release_case(*, case: KycCase, by: User, at: datetime) -> KycCase:
    """Release a claimed case. It keeps its position in the queue."""
    row = lock_claimed_case(case, by)
    row.reviewer, row.claimed_at = None, None
    row.save(update_fields=["reviewer", "claimed_at", "updated_at"])
    return row


def lock_claimed_case(case: KycCase, by: User) -> KycCase:
    """Lock and return a case that this reviewer has claimed. Raises `CaseNotClaimed`."""
    row = KycCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if row.state != State.IN_REVIEW:
        raise InvalidTransition
    if row.reviewer_id != by.pk:
        raise CaseNotClaimed
    return row


class SecondReviewerRequired(Refusal):
    """Whoever rejected documents may not approve them (four-eyes principle, against pressure)."""

    code = "four_eyes"
    message = "You sent these documents back earlier. Another reviewer must approve them."


def rejections_by(by: User) -> QuerySet[KycCaseEvent]:
    """State changes by which this reviewer rejected documents.

    Requests for a better photo alone (`KycAsk.ABOUT_PICTURE`) do not count. The requests of a state
    change have the same person and time. If they were deleted with a photo, it counts.
    """
    sent_back = KycCaseEvent.objects.filter(became=KycCase.State.REJECTED, by=by)
    asked = KycAsk.objects.filter(case=OuterRef("subject"), by=OuterRef("by"), at=OuterRef("at"))
    only_asked = Exists(asked) & ~Exists(asked.exclude(reason__in=KycAsk.ABOUT_PICTURE))
    return sent_back.exclude(only_asked)


def require_four_eyes(case: KycCase, by: User) -> None:
    """Raise `SecondReviewerRequired` for whoever rejected these documents."""
    if rejections_by(by).filter(subject=case).exists():
        raise SecondReviewerRequired


@transaction.atomic
def approve_case(*, case: KycCase, by: User, at: datetime, why: str = "") -> KycCase:
    """Approve the documents: the identity is fixed and the assessment opens.

    The reviewer has opened each picture as it is now, and says why if a check has failed
    or has not run.
    """
    agent = locks.lock_agent_row(case.agent)
    row = lock_claimed_case(case, by)
    require_four_eyes(row, by)
    _require_pictures(row)
    if unseen := access_log.pictures_not_opened(row, by):
        raise PicturesNotSeen(unseen)
    identifiers.refuse_full_aadhaar({"why": why})
    failed = checks.failed_checks(row)
    if failed and not why.strip():
        raise ReasonRequired(
            f"Write why you approve although a check has failed or has not run: {failed[0]}",
            code="approval_reason_missing",
            field="why",
        )
    return _approve(row, agent, by=by, at=at, why=why.strip(), failed=failed)


def _require_pictures(row: KycCase) -> None:
    held = row.documents.current().filter(held__isnull=False, held__ended_at__isnull=True)
    if held.exists():
        raise PictureHeld
    if missing := [each for each in row.documents.current() if each.is_picture_missing]:
        raise PictureMissing(missing)


def _approve(
    row: KycCase,
    agent: Agent,
    *,
    by: User | None,
    at: datetime,
    why: str = "",
    failed: Sequence[str] = (),
) -> KycCase:
    _require_pictures(row)
    transition(row, to=State.APPROVED, by=by, at=at, why=why, decided_at=at)
    row.documents.filter(replaced_at__isnull=False).update(approved_at=None)
    try:
        with transaction.atomic():
            row.documents.current().update(approved_at=at, updated_at=at)
    except IntegrityError as taken:
        raise PanInUse("This PAN is on another agent's approved documents.") from taken
    new: dict[str, object] = {"why": why} if why else {}
    new |= {"failed": list(failed)} if failed else {}
    audit.record_event(by=by, action="kyc.approved", on=row, at=at, new=new)
    _end_referral(row, by=by, at=at)
    notifications.cancel_notification(agent, template=RECEIVED, at=at)
    notifications.notify(agent, template="documents_approved", at=at)
    if not settle_clearance(agent=agent, at=at) and steps_queries.clearance_of(agent) is None:
        ensure_invitation(agent=agent, at=at, quiet=True)
    return row


@transaction.atomic
def reject_case(*, case: KycCase, by: User, at: datetime, reason: str, note: str) -> KycCase:
    """Reject all documents with a reason and a message for the agent."""
    agent = locks.lock_agent_row(case.agent)
    _require_note(note)
    identifiers.refuse_full_aadhaar({"note": note})
    label = KycCase.Reason(reason).label
    row = lock_claimed_case(case, by)
    transition(
        row, to=State.REJECTED, by=by, at=at, why=label, decided_at=at, reason=reason, note=note
    )
    audit.record_event(by=by, action="kyc.rejected", on=row, at=at, new={"reason": reason})
    _end_referral(row, by=by, at=at)
    notifications.notify(agent, template="documents_rejected", at=at, reason=label, note=note)
    return row


class NothingRequested(Refusal):
    """No document was selected, one twice, or one that is missing."""

    code = "nothing_asked"
    status = 422
    field = "documents"
    message = "Select each document to be uploaded again, with a reason."


@dataclass(frozen=True)
class ResubmissionItem:
    """One kind of document to upload again, with the reason."""

    kind: str
    reason: str
    note: str = ""


@transaction.atomic
def request_resubmissions(
    *, case: KycCase, wanted: Sequence[ResubmissionItem], by: User, at: datetime
) -> list[KycAsk]:
    """Send the case back for these documents only. The others cannot be changed."""
    agent = locks.lock_agent_row(case.agent)
    kinds = [each.kind for each in wanted]
    identifiers.refuse_full_aadhaar({"note": [each.note for each in wanted]})
    row = lock_claimed_case(case, by)
    there = {document.kind: document for document in row.documents.current()}
    if not kinds or len(kinds) != len(set(kinds)) or set(kinds) - set(there):
        raise NothingRequested
    asks = [
        resubmission.request_resubmission(
            there[each.kind], reason=each.reason, note=each.note.strip(), by=by, at=at
        )
        for each in wanted
    ]
    why = "; ".join(map(str, asks))
    reason = KycCase.Reason.SOME_AGAIN
    transition(row, to=KycCase.State.REJECTED, by=by, at=at, why=why, decided_at=at, reason=reason)
    reasons = {each.kind: each.reason for each in wanted}
    audit.record_event(by=by, action="kyc.asked_again", on=row, at=at, new={"reasons": reasons})
    _end_referral(row, by=by, at=at)
    notifications.notify(agent, template="documents_asked_again", at=at, asks=asks)
    return asks


@transaction.atomic
def request_new_documents(*, case: KycCase, by: User, at: datetime, why: str) -> KycCase:
    """Expire approved documents, so that the agent uploads new ones. Ends the clearance."""
    agent = locks.lock_agent_row(case.agent)
    _require_note(why)
    identifiers.refuse_full_aadhaar({"note": why})
    row = KycCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    transition(row, to=State.EXPIRED, by=by, at=at, why=why, note=why)
    audit.record_event(by=by, action="kyc.expired", on=row, at=at, new={"why": why})
    end_clearance(agent=agent, at=at, why="Your documents have expired.")
    return row


def _end_referral(row: KycCase, *, by: User | None, at: datetime) -> None:
    """A decision answers the referral, if there is one."""
    if by is not None:
        row.referrals.open().update(ended_at=at, ended_by=by, updated_at=at)


def _require_note(text: str) -> None:
    if not text.strip():
        raise ReasonRequired(
            "Enter a message for the agent: what to correct.", code="note_missing", field="note"
        )


@transaction.atomic
def approve_by_checks(*, case: KycCase, at: datetime) -> KycCase | None:
    """Approve signed documents whose checks all pass, without a reviewer.

    Everything is read again under lock. Returns None, and leaves the case to a reviewer, when a
    check does not pass, a reviewer has claimed it, or staff ever sent it back or expired it.
    """
    agent = locks.lock_agent_row(case.agent)
    row = KycCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if row.state != State.IN_REVIEW or row.reviewer_id or kyc_queries.was_sent_back(row):
        return None
    if row.referrals.open().exists() or not checks.all_checks_pass(row):
        return None
    try:
        with transaction.atomic():
            approved = _approve(row, agent, by=None, at=at, why=AUTO_APPROVAL_REASON)
            samples.draw_sample(case=approved, at=at)
            return approved
    except PanInUse:  # approved for another agent meanwhile
        return None


def check_and_auto_approve(*, case: KycCase, at: datetime) -> KycCase | None:
    """Run the checks of one case. Returns the case if approved, or None if a reviewer decides."""
    checks.run_checks(case=case, at=at)
    return approve_by_checks(case=case, at=at)


def sweep_unchecked_cases(*, at: datetime) -> int:
    """Check cases whose task was lost, and approve those whose worker died after the checks.

    Returns how many were checked.
    """
    checked = sweeps.run(UNCHECKED_CASES, now=at)
    sweeps.run(UNAPPROVED_CASES, now=at)
    return checked.done


def _unchecked_cases(now: datetime) -> QuerySet[KycCase]:
    return KycCase.objects.waiting().filter(checks__isnull=True)


def _unapproved_cases(now: datetime) -> QuerySet[KycCase]:
    """Cases whose stored checks all pass but which were not approved: a worker died in between."""
    signed = {"checks__kind": KycCheck.Kind.SOURCE}
    not_passed = KycCheck.objects.exclude(verdict=KycCheck.Verdict.PASS)
    sent_back = KycCaseEvent.objects.filter(became__in=KycCase.SENT_BACK, by__isnull=False)
    return (
        KycCase.objects.waiting()
        .filter(reviewer=None)
        .filter(checks__document__kind=KycDocument.Kind.AADHAAR_FRONT, **signed)
        .filter(checks__document__kind=KycDocument.Kind.PAN, **signed)
        .exclude(pk__in=not_passed.values("case"))
        .exclude(pk__in=sent_back.values("subject"))
        .exclude(pk__in=KycReferral.objects.open().values("case"))
    )


UNCHECKED_CASES = sweeps.Sweep(
    name="onboarding.unchecked_cases",
    due=_unchecked_cases,
    act=lambda case, now: check_and_auto_approve(case=case, at=now),
    order=("queued_at", "pk"),
    limit=50,
    atomic=False,
)
UNAPPROVED_CASES = sweeps.Sweep(
    name="onboarding.cases_left_unapproved",
    due=_unapproved_cases,
    act=lambda case, now: approve_by_checks(case=case, at=now),
    order=("queued_at", "pk"),
    limit=50,
)


@transaction.atomic
def alert_overdue(*, at: datetime) -> bool:
    """Mail operations about overdue cases, once per Indian day. Returns whether it was queued."""
    to = settings.HITOUCH_OPERATIONS_MAIL
    overdue = KycCase.objects.overdue(at).aggregate(count=Count("id"), oldest=Min("queued_at"))
    if not to or not overdue["count"]:
        return False
    _, is_first = ReviewAlarm.objects.get_or_create(day=day_of(at))
    if not is_first:
        return False
    ReviewAlarm.objects.filter(day__lt=day_of(at - ALARM_RETENTION)).delete()
    hours = (at - overdue["oldest"]) // timedelta(hours=1)
    log.warning("documents.overdue", extra={"count": overdue["count"], "hours": hours})
    context = {"count": overdue["count"], "hours": hours, "aim": settings.HITOUCH_REVIEW_HOURS}
    outbox.queue_mail(to=to, template="onboarding/documents_overdue", context=context, at=at)
    return True
