"""A reviewer takes an agent's documents, and decides on them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from accounts import audit
from accounts.models import Agent, User
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.states import WrongState, move
from onboarding import queries
from onboarding.models import KycCase
from onboarding.services import checks, guards, looks
from onboarding.services.assessment import ensure_invitation
from onboarding.services.clearing import end_clearance, settle_clearance
from onboarding.services.documents import RECEIVED, PanInUse
from onboarding.services.four_eyes import rejections_by, require_four_eyes
from onboarding.services.held_pictures import PictureHeld

State = KycCase.State

#: Why no person decided.
BY_CHECKS = "Digitally signed by the issuers, and all checks match."


class CaseTaken(Refusal):
    """Another reviewer has it."""

    code = "case_taken"
    message = "Another reviewer is working on this review. Take the next one."


class NotYourCase(Refusal):
    """Decided without having been taken, or taken by somebody else."""

    code = "not_your_case"
    message = "Assign this review to yourself before you decide."


def claim_case(*, case: KycCase, by: User, at: datetime) -> KycCase:
    """Take the documents, so that no second reviewer works on them."""
    looks.refuse_own(case, by)
    free = Q(reviewer=None) | Q(reviewer=by) | Q(claimed_at__lt=at - KycCase.CLAIM_LASTS)
    rows = KycCase.objects.waiting().filter(free, pk=case.pk)
    if not rows.update(reviewer=by, claimed_at=at, updated_at=at):
        case.refresh_from_db(fields=["state"])
        raise CaseTaken if case.state == State.IN_REVIEW else WrongState
    case.reviewer, case.claimed_at = by, at
    return case


@transaction.atomic
def claim_next_case(*, by: User, at: datetime) -> KycCase | None:
    """Take the first of the queue that this reviewer may approve, or None when there is none."""
    free = Q(reviewer=None) | Q(claimed_at__lt=at - KycCase.CLAIM_LASTS)
    rejected = rejections_by(by).filter(subject=OuterRef("pk"))
    waiting = KycCase.objects.waiting().filter(free, ~Exists(rejected)).exclude(agent__user=by)
    case = waiting.oldest_first().select_for_update(of=("self",), skip_locked=True).first()
    return claim_case(case=case, by=by, at=at) if case else None


@transaction.atomic
def release_case(*, case: KycCase, by: User, at: datetime) -> KycCase:
    """Put the documents back into the queue, at the place they had."""
    row = take_hold(case, by)
    row.reviewer, row.claimed_at = None, None
    row.save(update_fields=["reviewer", "claimed_at", "updated_at"])
    return row


def take_hold(case: KycCase, by: User) -> KycCase:
    """The case, locked, when this reviewer has taken it."""
    row = KycCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if row.state != State.IN_REVIEW:
        raise WrongState
    if row.reviewer_id != by.pk:
        raise NotYourCase
    return row


@transaction.atomic
def approve_case(*, case: KycCase, by: User, at: datetime) -> KycCase:
    """Accept the documents: the identity is fixed and the assessment opens."""
    agent = guards.lock(case.agent)
    row = take_hold(case, by)
    require_four_eyes(row, by)
    return _approve(row, agent, by=by, at=at)


@transaction.atomic
def approve_by_checks(*, case: KycCase, at: datetime) -> KycCase | None:
    """Accept documents that issuers signed and that leave nothing to look at, without a person.

    Everything is read again under lock. None, and left to a reviewer, when anything is in doubt,
    when a reviewer has taken the case, or when a person ever sent it back or asked for new ones.
    """
    agent = guards.lock(case.agent)
    row = KycCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if row.state != State.IN_REVIEW or row.reviewer_id or queries.was_sent_back(row):
        return None
    if not checks.checks_all_pass(row):
        return None
    try:
        with transaction.atomic():
            return _approve(row, agent, by=None, at=at, why=BY_CHECKS)
    except PanInUse:  # approved for somebody else meanwhile
        return None


def _approve(
    row: KycCase, agent: Agent, *, by: User | None, at: datetime, why: str = ""
) -> KycCase:
    current = row.documents.current()
    if current.filter(held__isnull=False, held__ended_at__isnull=True).exists():
        raise PictureHeld
    move(row, to=State.APPROVED, by=by, at=at, why=why, decided_at=at)
    row.documents.filter(replaced_at__isnull=False).update(approved_at=None)
    try:
        with transaction.atomic():
            row.documents.current().update(approved_at=at, updated_at=at)
    except IntegrityError as taken:
        raise PanInUse("This PAN is on another agent's approved documents.") from taken
    audit.record(by=by, action="kyc.approved", on=row, at=at, new={"why": why} if why else None)
    guards.untell(agent, template=RECEIVED)
    guards.tell(agent, template="documents_approved", at=at)
    if not settle_clearance(agent=agent, at=at) and queries.clearance_of(agent) is None:
        ensure_invitation(agent=agent, at=at, quiet=True)
    return row


@transaction.atomic
def reject_case(*, case: KycCase, by: User, at: datetime, reason: str, note: str) -> KycCase:
    """Send the documents back with a reason and a sentence for the agent."""
    agent = guards.lock(case.agent)
    _require_note(note)
    guards.refuse_full_aadhaar({"note": note})
    label = KycCase.Reason(reason).label
    row = take_hold(case, by)
    move(row, to=State.REJECTED, by=by, at=at, why=label, decided_at=at, reason=reason, note=note)
    audit.record(by=by, action="kyc.rejected", on=row, at=at, new={"reason": reason})
    guards.tell(agent, template="documents_rejected", at=at, reason=label, note=note)
    return row


@transaction.atomic
def ask_for_new_documents(*, case: KycCase, by: User, at: datetime, why: str) -> KycCase:
    """Approved documents are out of date: the agent sends new ones and is not cleared till then."""
    agent = guards.lock(case.agent)
    _require_note(why)
    guards.refuse_full_aadhaar({"note": why})
    row = KycCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    move(row, to=State.EXPIRED, by=by, at=at, why=why, note=why)
    audit.record(by=by, action="kyc.expired", on=row, at=at, new={"why": why})
    end_clearance(agent=agent, at=at, why="Your documents have expired.")
    return row


def _require_note(text: str) -> None:
    if not text.strip():
        raise ReasonRequired(
            "Enter a message for the agent: what to correct.", code="note_missing", field="note"
        )
