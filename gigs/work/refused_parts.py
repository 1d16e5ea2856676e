"""Approval in part: minutes and deliverables that the client does not pay, each with its reason.

The rest is paid at once. The money of a refused part stays reserved until it is paid after all, or
stays unpaid for good: after seven days, or by the end of a dispute. A dispute takes the part out of
the deadline with `dispute_part`, and ends with `settle_part`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.db import transaction

from accounts.models import User
from gigs import notifications, signals
from gigs.eligibility import check_not_own
from gigs.engagements import services as gig_services
from gigs.models import EarnedAmount, Member, RefusedPart, Work, WorkSession
from gigs.shifts.queries import pay_for, time_of
from gigs.work import queries as work_queries
from gigs.work import services as work_services
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import ReasonRequired, Refusal
from onboarding import identifiers

MAX_PARTS = 50


class NothingRefused(Refusal):
    """The list of refused parts is empty."""

    code = "nothing_refused"
    message = "Enter what you do not approve, or approve all of it."
    status = 422


class TooManyParts(Refusal):
    """More parts than one decision can have."""

    code = "too_many_parts"
    message = f"Enter up to {MAX_PARTS} parts."
    status = 422


class AllRefused(Refusal):
    """Nothing would be paid."""

    code = "all_refused"
    message = "This refuses all of it. Request changes or reject the work instead."
    status = 422


class OutsideWork(Refusal):
    """A part is no time or deliverable of this work."""

    code = "outside_work"
    message = "This is not part of the submitted work."
    status = 422


class PartsOverlap(Refusal):
    """The same minutes are refused twice."""

    code = "parts_overlap"
    message = "The same minutes are refused twice."
    status = 422


class NoAmountRefused(Refusal):
    """The amount of a deliverable is missing."""

    code = "no_amount_refused"
    message = "Enter the amount that is not paid."
    status = 422


class TimeOfFixedPrice(Refusal):
    """Hours and a fixed price are refused in different ways."""

    code = "wrong_kind_of_part"
    message = "Refuse minutes of hourly work, and amounts of a fixed price."
    status = 422


class PartSettled(Refusal):
    """The part was paid after all, or stays unpaid."""

    code = "part_settled"
    message = "This has been decided already."


class PartAnswered(Refusal):
    """The agent has answered to the part."""

    code = "part_answered"
    message = "You have answered already. You can dispute this part if the client does not pay it."


class MoreThanRefused(Refusal):
    """More is granted than was refused."""

    code = "more_than_refused"
    message = "This is more than was refused."
    status = 422


@dataclass(frozen=True)
class Refused:
    """A part as the client enters it: minutes of a session, or an amount of a fixed price."""

    reason: str
    note: str
    session: UUID | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    deliverable: UUID | None = None
    amount_paise: int | None = None


@dataclass(frozen=True)
class _Minutes:
    """Refused time inside the paid time of a session."""

    session: WorkSession
    starts_at: datetime
    ends_at: datetime
    refused: Refused


@transaction.atomic
def approve_in_part(
    *,
    work: Work,
    refused: Sequence[Refused],
    member: Member,
    at: datetime,
    comment: str = "",
) -> Work:
    """Approve work except some parts of it. What is approved is paid at once."""
    if not refused:
        raise NothingRefused
    if len(refused) > MAX_PARTS:
        raise TooManyParts
    for each in refused:
        _require_note(each.note)
    work = work_services.lock_to_decide(work, member.user)
    if not work.is_with_client:
        raise InvalidTransition
    work_services.move_to_review(work, member.user, at)
    parts = _time_parts(work, refused) if work.gig.is_hourly else _amount_parts(work, refused)
    for part in parts:
        part.work, part.refused_at = work, at
        part.save(force_insert=True)
        part.events.create(became=RefusedPart.State.REFUSED, by=member.user, at=at)
    if work_queries.gross_of(work) <= 0:
        raise AllRefused
    return work_services.approve_locked(work, member=member, at=at, comment=comment)


def _require_note(note: str) -> None:
    if not note.strip():
        raise ReasonRequired(
            "Enter a note to each part, so the agent knows why.", code="note_missing", field="note"
        )
    identifiers.refuse_full_aadhaar({"note": note})


def _time_parts(work: Work, refused: Sequence[Refused]) -> list[RefusedPart]:
    """The refused minutes in order, each with the pay that it takes away."""
    sessions = {row.pk: row for row in work.sessions.select_related("claim__slot")}
    found = sorted(
        (_minutes_of(sessions, each) for each in refused), key=lambda part: part.starts_at
    )
    if any(later.starts_at < before.ends_at for before, later in pairwise(found)):
        raise PartsOverlap
    rate, left = work.gig.rate_paise, time_of(work)
    parts = []
    for part in found:
        before = pay_for(left, rate_paise=rate)
        left -= part.ends_at - part.starts_at
        parts.append(
            RefusedPart(
                session=part.session,
                starts_at=part.starts_at,
                ends_at=part.ends_at,
                amount_paise=before - pay_for(left, rate_paise=rate),
                reason=part.refused.reason,
                note=part.refused.note.strip(),
            )
        )
    return parts


def _minutes_of(sessions: dict[UUID, WorkSession], each: Refused) -> _Minutes:
    """The refused time inside the paid time of its session; seconds at its ends belong to it."""
    if each.amount_paise is not None or each.deliverable is not None:
        raise TimeOfFixedPrice
    session = sessions.get(each.session) if each.session else None
    if session is None or each.starts_at is None or each.ends_at is None:
        raise OutsideWork
    first, last = session.counted_from, session.counted_until
    starts_at = max(each.starts_at, first)
    ends_at = min(each.ends_at, last)
    minute = timedelta(minutes=1)
    if each.starts_at <= first - minute or each.ends_at >= last + minute or starts_at >= ends_at:
        raise OutsideWork
    return _Minutes(session, starts_at, ends_at, each)


def _amount_parts(work: Work, refused: Sequence[Refused]) -> list[RefusedPart]:
    """The refused amounts of a fixed price, each perhaps of a deliverable."""
    known = set(work.deliverables.filter(round=work.round).values_list("pk", flat=True))
    parts = []
    for each in refused:
        if each.session or each.starts_at or each.ends_at:
            raise TimeOfFixedPrice
        if each.deliverable and each.deliverable not in known:
            raise OutsideWork
        if each.amount_paise is None or each.amount_paise <= 0:
            raise NoAmountRefused
        parts.append(
            RefusedPart(
                deliverable_id=each.deliverable,
                amount_paise=each.amount_paise,
                reason=each.reason,
                note=each.note.strip(),
            )
        )
    return parts


@transaction.atomic
def answer_part(*, part: RefusedPart, answer: str, by: User, at: datetime) -> RefusedPart:
    """Say something to a refused part, once; the client is told and can pay it after all."""
    if not answer.strip():
        raise ReasonRequired(
            "Write what the client should know.", code="answer_missing", field="answer"
        )
    identifiers.refuse_full_aadhaar({"answer": answer})
    part = lock_part(part)
    if part.state != RefusedPart.State.REFUSED:
        raise PartSettled
    if part.answer:
        raise PartAnswered
    part.answer = answer.strip()
    part.save(update_fields=["answer", "updated_at"])
    notifications.refused_part_answered(part=part, at=at)
    return part


@transaction.atomic
def grant_part(*, part: RefusedPart, member: Member, at: datetime) -> RefusedPart:
    """Pay a refused part after all."""
    check_not_own(part.work.gig.agent, by=member.user)
    # Locked before it is looked at: a dispute that is opened meanwhile decides instead.
    part = lock_part(part)
    if part.state != RefusedPart.State.REFUSED:
        raise PartSettled
    return settle_part(part=part, granted_paise=part.amount_paise, by=member.user, at=at)


@transaction.atomic
def dispute_part(*, part: RefusedPart, by: User, at: datetime) -> RefusedPart:
    """Take a refused part out of its deadline while a dispute about it is open."""
    part = lock_part(part)
    if part.state != RefusedPart.State.REFUSED:
        raise PartSettled
    transition(part, to=RefusedPart.State.DISPUTED, by=by, at=at)
    return part


@transaction.atomic
def settle_part(
    *, part: RefusedPart, granted_paise: int, by: User | None, at: datetime, why: str = ""
) -> RefusedPart:
    """Pay some or all of a refused part, or leave it unpaid for good (0)."""
    part = lock_part(part)
    if not part.is_open:
        raise PartSettled
    if not 0 <= granted_paise <= part.amount_paise:
        raise MoreThanRefused
    is_granted = granted_paise > 0 or (part.amount_paise == 0 and by is not None)
    to = RefusedPart.State.GRANTED if is_granted else RefusedPart.State.FINAL
    gig = part.work.gig
    gig_services.lock_agent_of(gig)
    transition(part, to=to, by=by, at=at, why=why, granted_paise=granted_paise)
    if granted_paise:
        signals.amount_earned.send(
            sender=RefusedPart,
            gig=gig,
            kind=EarnedAmount.Kind.RESOLUTION,
            source=part,
            amount_paise=granted_paise,
            by=by,
            at=at,
        )
    notifications.refused_part_settled(part=part, at=at)
    gig.refresh_from_db(fields=["state"])
    if gig.has_ended:
        gig_services.settle_ended(gig=gig, at=at)
    elif not gig.is_hourly:
        gig_services.complete_if_settled(gig, by=by, at=at)
    return part


@transaction.atomic
def close_part(*, part: RefusedPart, at: datetime) -> RefusedPart:
    """Leave a refused part unpaid that nobody disputed in time. Idempotent."""
    locked = lock_part(part)
    if locked.state != RefusedPart.State.REFUSED or at < locked.final_at:
        return locked
    return settle_part(part=locked, granted_paise=0, by=None, at=at, why="Not disputed in 7 days.")


def lock_part(part: RefusedPart) -> RefusedPart:
    """The part as it is now, locked. It is locked before its agent."""
    rows = RefusedPart.objects.select_related(
        "work__gig__agent__user", "work__gig__client", "work__gig__opportunity__project"
    )
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=part.pk)
