"""Open, answer, discuss, escalate and withdraw a dispute.

Silence decides for nobody: a dispute that is not answered, or not agreed on, in time goes to staff.

Locks: the dispute, a refused part, then the agent, and what a resolution locks after it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.security import audit, locks
from gigs import signals
from gigs.disputes import deadlines, evidence, notices, resolutions, subjects
from gigs.disputes.parties import Side, check_outsider, check_party, other_side
from gigs.disputes.refusals import (
    AnsweredAlready,
    AnswerFirst,
    DisputeClosed,
    DisputedAlready,
    DisputedBefore,
    EmptyText,
    NotAnsweredYet,
    TooManyDisputes,
    TooManyMessages,
    WrongSide,
)
from gigs.disputes.subjects import Subject
from gigs.eligibility import check_not_own
from gigs.models import Dispute, DisputeMessage, RefusedPart
from gigs.work import refused_parts
from hitouch.core.db.state_machine import transition
from onboarding import identifiers

#: Live disputes that one agent, or one client with one agent, may have opened.
MOST_LIVE = 5
#: How often a side may dispute the same thing, having withdrawn the dispute before.
MOST_ON_ONE_SUBJECT = 2
#: Messages of one side in one dispute within a day.
MOST_MESSAGES = 30
DAY = timedelta(days=1)
NOT_ANSWERED = "Not answered in time. HitouchCX decides."
NOT_AGREED = "No agreement in time. HitouchCX decides."
State = Dispute.State


@transaction.atomic
def open_dispute(
    *,
    subject: Subject,
    side: str,
    statement: str,
    by: User,
    at: datetime,
    asked_paise: int | None = None,
) -> Dispute:
    """Open a dispute for one's own side. The amount in dispute is held and stays reserved."""
    if side == Side.CLIENT:
        check_not_own(subject.agent, by=by)
    return _open(subject, side, statement, asked_paise, by=by, at=at, is_by_staff=False)


@transaction.atomic
def open_for_side(
    *,
    subject: Subject,
    side: str,
    statement: str,
    by: User,
    at: datetime,
    asked_paise: int | None = None,
) -> Dispute:
    """Open a dispute on behalf of a side. For staff, who then decide on nothing in it."""
    check_outsider(subject.agent, subject.client, by=by)
    return _open(subject, side, statement, asked_paise, by=by, at=at, is_by_staff=True)


def _open(
    subject: Subject,
    side: str,
    statement: str,
    asked_paise: int | None,
    *,
    by: User,
    at: datetime,
    is_by_staff: bool,
) -> Dispute:
    statement = _required(statement, field="statement")
    if isinstance(subject.row, RefusedPart):
        refused_parts.lock_part(subject.row)
    locks.lock_agent_row(subject.agent)
    subjects.check_time(subject, at=at)
    subjects.check_amount(subject, side, asked_paise)
    _check_others(subject, side)
    if isinstance(subject.row, RefusedPart):
        if side == Side.CLIENT:
            raise WrongSide
        refused_parts.dispute_part(part=subject.row, by=by, at=at)
        asked_paise = asked_paise or subject.row.amount_paise or None
    dispute = Dispute(
        **subject.columns,
        kind=subject.kind,
        agent=subject.agent,
        client=subject.client,
        title=subject.title[:160],
        side=side,
        opened_by=by,
        is_by_staff=is_by_staff,
        opened_at=at,
        statement=statement,
        asked_paise=asked_paise,
        **_deadline(at, deadlines.ANSWER_WITHIN),
    )
    try:
        with transaction.atomic():
            dispute.save(force_insert=True)
    except IntegrityError as fault:
        raise DisputedAlready from fault
    dispute.events.create(became=State.OPEN, by=by, at=at)
    new = {"kind": dispute.kind, "side": side, "asked_paise": asked_paise, "by_staff": is_by_staff}
    audit.record_event(by=by, action="dispute.opened", on=dispute, at=at, new=new)
    signals.dispute_opened.send(sender=Dispute, dispute=dispute, by=by, at=at)
    evidence.record_pack(dispute, at=at)
    notices.opened(dispute=dispute, at=at)
    return dispute


def _check_others(subject: Subject, side: str) -> None:
    same = Dispute.objects.filter(kind=subject.kind, **subject.columns)
    if same.live().exists():
        raise DisputedAlready
    own = same.filter(side=side)
    if own.exclude(state=State.WITHDRAWN).exists() or own.count() >= MOST_ON_ONE_SUBJECT:
        raise DisputedBefore
    others = Dispute.objects.live().filter(side=side, agent=subject.agent)
    if side == Side.CLIENT:
        others = others.filter(client=subject.client)
    if others.count() >= MOST_LIVE:
        raise TooManyDisputes


@transaction.atomic
def contest(*, dispute: Dispute, side: str, text: str, by: User, at: datetime) -> Dispute:
    """Answer that one does not agree, and why. Both sides then negotiate."""
    text = _required(text)
    dispute = lock_live(dispute)
    check_party(dispute, side, by=by)
    if side == dispute.side:
        raise WrongSide
    if not dispute.is_open:
        raise AnsweredAlready
    deadline = _deadline(at, deadlines.AGREE_WITHIN)
    transition(dispute, to=State.NEGOTIATION, by=by, at=at, **deadline)
    _say(dispute, side, text, by=by, at=at)
    audit.record_event(by=by, action="dispute.answered", on=dispute, at=at)
    notices.answered(dispute=dispute, at=at)
    return dispute


@transaction.atomic
def accept(*, dispute: Dispute, side: str, by: User, at: datetime) -> Dispute:
    """Agree to what the other side asks for, which settles the dispute."""
    dispute = lock_live(dispute)
    check_party(dispute, side, by=by)
    if side == dispute.side:
        raise WrongSide
    resolutions.settle_as_asked(dispute, by=by, at=at)
    return dispute


@transaction.atomic
def add_message(
    *, dispute: Dispute, author: str, text: str, by: User, at: datetime
) -> DisputeMessage:
    """Write to the other side, or to both as staff."""
    text = _required(text)
    dispute = lock_live(dispute)
    check_party(dispute, author, by=by)
    if author == other_side(dispute.side) and dispute.is_open:
        raise AnswerFirst
    rows = dispute.messages.order_by("number")
    if rows.filter(author=author, at__gt=at - DAY).count() >= MOST_MESSAGES:
        raise TooManyMessages
    last = rows.last()
    message = _say(dispute, author, text, by=by, at=at)
    if last is None or last.author != author:
        notices.wrote(dispute=dispute, author=author, at=at)
    return message


def _say(dispute: Dispute, author: str, text: str, *, by: User, at: datetime) -> DisputeMessage:
    number = dispute.messages.count() + 1
    return dispute.messages.create(number=number, author=author, by=by, text=text, at=at)


@transaction.atomic
def escalate(*, dispute: Dispute, side: str, reason: str, by: User, at: datetime) -> Dispute:
    """Let HitouchCX decide, once the other side has answered."""
    reason = _required(reason, field="reason")
    dispute = lock_live(dispute)
    check_party(dispute, side, by=by)
    if dispute.is_open:
        raise NotAnsweredYet
    move_to_staff(dispute, why=reason, by=by, at=at)
    return dispute


@transaction.atomic
def take_over(*, dispute: Dispute, reason: str, by: User, at: datetime) -> Dispute:
    """Let HitouchCX decide now. For staff."""
    reason = _required(reason, field="reason")
    dispute = lock_live(dispute)
    check_outsider(dispute.agent, dispute.client, by=by)
    move_to_staff(dispute, why=reason, by=by, at=at)
    return dispute


@transaction.atomic
def escalate_late(*, dispute: Dispute, at: datetime) -> Dispute:
    """Pass a dispute whose deadline is over to staff. Idempotent."""
    dispute = Dispute.objects.select_for_update(no_key=True).get(pk=dispute.pk)
    is_waiting = dispute.is_open or dispute.is_in_negotiation
    if is_waiting and dispute.due_at and at >= dispute.due_at:
        why = NOT_ANSWERED if dispute.is_open else NOT_AGREED
        move_to_staff(dispute, why=why, by=None, at=at)
    return dispute


@transaction.atomic
def remind(*, dispute: Dispute, at: datetime) -> Dispute:
    """Remind who has to act before the deadline, once. Idempotent."""
    dispute = _rows().select_for_update(no_key=True, of=("self",)).get(pk=dispute.pk)
    if dispute.remind_at and at >= dispute.remind_at:
        Dispute.objects.filter(pk=dispute.pk).update(remind_at=None, updated_at=at)
        notices.due_soon(dispute=dispute, at=at)
    return dispute


@transaction.atomic
def withdraw(*, dispute: Dispute, side: str, reason: str, by: User, at: datetime) -> Dispute:
    """End a dispute that one's own side opened. Nothing changes by it."""
    reason = _required(reason, field="reason")
    dispute = lock_live(dispute)
    check_party(dispute, side, by=by)
    if side != dispute.side:
        raise WrongSide
    resolutions.close_withdrawn(dispute, why=reason, by=by, at=at)
    return dispute


def move_to_staff(dispute: Dispute, *, why: str, by: User | None, at: datetime) -> None:
    """Pass a locked dispute to staff."""
    due_at = deadlines.after_working_days(at, deadlines.DECIDE_WITHIN)
    transition(dispute, to=State.ESCALATED, by=by, at=at, why=why, due_at=due_at, remind_at=None)
    audit.record_event(by=by, action="dispute.escalated", on=dispute, at=at)
    evidence.record_pack(dispute, at=at)
    notices.escalated(dispute=dispute, why=why, at=at)


def lock_live(dispute: Dispute) -> Dispute:
    """Lock a dispute until the transaction ends; refuse one that has ended."""
    dispute = _rows().select_for_update(no_key=True, of=("self",)).get(pk=dispute.pk)
    if not dispute.is_live:
        raise DisputeClosed
    return dispute


def _rows() -> QuerySet[Dispute]:
    return Dispute.objects.select_related("agent__user", "client", "gig__opportunity", "work")


def _deadline(at: datetime, days: int) -> dict[str, Any]:
    due_at = deadlines.after_working_days(at, days)
    return {"due_at": due_at, "remind_at": due_at - deadlines.REMINDED_BEFORE}


def _required(text: str, *, field: str = "text") -> str:
    """The text without spaces around it; refused if empty or with a full Aadhaar number."""
    if not text.strip():
        raise EmptyText(field)
    identifiers.refuse_full_aadhaar({field: text})
    return text.strip()
