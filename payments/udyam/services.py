"""Udyam registrations: the agent declares one, finance looks it up and confirms it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core.crypto import blind_index
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.india_time import day_of
from payments.models import UdyamRegistration
from payments.udyam_number import normalise_udyam

State = UdyamRegistration.State
#: The day on which Udyam began.
FIRST_DAY = date(2020, 7, 1)


class UdyamNumberInvalid(Refusal):
    """The text is no Udyam number."""

    code = "bad_udyam"
    message = "Enter the number as on your certificate, such as UDYAM-KR-03-0012345."
    status = 422
    field = "number"


class UdyamDayInvalid(Refusal):
    """Registered before Udyam began, or in the future."""

    code = "bad_registration_day"
    message = "Enter the date of registration on your certificate: from 1 July 2020 to today."
    status = 422
    field = "registered_on"


class UdyamNumberUsed(Refusal):
    """The number is confirmed for another agent."""

    code = "udyam_used"
    message = "This number is confirmed for another agent. Ask both for their certificates."


class OwnUdyam(Refusal):
    """Nobody confirms their own registration."""

    code = "own_udyam"
    message = "This is your own registration, so someone else in finance must decide on it."


@transaction.atomic
def declare(
    *, agent: Agent, number: str, size: str, registered_on: date, by: User, at: datetime
) -> UdyamRegistration:
    """Declare a registration. It replaces one that is still being checked."""
    locks.lock_agent_row(agent)
    plain = normalise_udyam(number)
    if plain is None:
        raise UdyamNumberInvalid
    if not FIRST_DAY <= registered_on <= day_of(at):
        raise UdyamDayInvalid
    facts = {
        "number_index": blind_index("udyam", plain),
        "size": size,
        "registered_on": registered_on,
    }
    rows = UdyamRegistration.objects.filter(agent=agent)
    live = rows.filter(state__in=[State.DECLARED, State.CONFIRMED])
    if same := live.filter(**facts).first():
        return same
    for row in rows.select_for_update().filter(state=State.DECLARED):
        transition(row, to=State.REJECTED, by=by, at=at, why="Replaced by another one")
    made = UdyamRegistration.objects.create(
        agent=agent, number=plain, last_four=plain[-4:], **facts
    )
    new = {"number": made.masked, "size": size, "registered_on": registered_on.isoformat()}
    audit.record_event(by=by, action="udyam.declared", on=made, at=at, new=new)
    return made


@transaction.atomic
def confirm(*, row: UdyamRegistration, by: User, at: datetime) -> UdyamRegistration:
    """Confirm it, as looked up; an earlier registration of the agent ends then."""
    row = _lock(row, by)
    earlier = UdyamRegistration.objects.select_for_update().filter(agent=row.agent)
    for each in earlier.filter(state=State.CONFIRMED):
        _end(each, "Replaced by another one", by, at)
    try:
        with transaction.atomic():
            transition(
                row, to=State.CONFIRMED, by=by, at=at, decided_by_id=by.pk, decided_at=at, reason=""
            )
    except IntegrityError as fault:
        raise UdyamNumberUsed from fault
    audit.record_event(by=by, action="udyam.confirmed", on=row, at=at)
    return row


@transaction.atomic
def reject(*, row: UdyamRegistration, reason: str, by: User, at: datetime) -> UdyamRegistration:
    """Say that it could not be confirmed, and why."""
    row = _lock(row, by)
    if not reason.strip():
        raise ReasonRequired(
            "Enter a reason. The agent will see it.", code="reason_missing", field="reason"
        )
    text = reason.strip()[:300]
    transition(
        row, to=State.REJECTED, by=by, at=at, why=text,
        decided_by_id=by.pk, decided_at=at, reason=text,
    )  # fmt: skip
    audit.record_event(by=by, action="udyam.rejected", on=row, at=at, new={"reason": text})
    return row


@transaction.atomic
def end_own(*, agent: Agent, by: User, at: datetime) -> None:
    """Take back a declaration, or say that the registration has ended."""
    locks.lock_agent_row(agent)
    for row in UdyamRegistration.objects.select_for_update().filter(agent=agent):
        if row.state == State.DECLARED:
            transition(row, to=State.REJECTED, by=by, at=at, why="Taken back by the agent")
            audit.record_event(by=by, action="udyam.taken_back", on=row, at=at)
        elif row.state == State.CONFIRMED:
            _end(row, "Ended by the agent", by, at)


@transaction.atomic
def show_number(*, row: UdyamRegistration, by: User, at: datetime) -> str:
    """The full number, to look it up; each access is recorded."""
    audit.record_event(by=by, action="udyam.number_shown", on=row, at=at)
    return row.number


def _lock(row: UdyamRegistration, by: User) -> UdyamRegistration:
    locks.lock_agent_row(row.agent)
    row = UdyamRegistration.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.agent.user_id == by.pk:
        raise OwnUdyam
    return row


def _end(row: UdyamRegistration, why: str, by: User, at: datetime) -> None:
    transition(row, to=State.ENDED, by=by, at=at, why=why, ended_on=day_of(at))
    audit.record_event(by=by, action="udyam.ended", on=row, at=at, new={"why": why})
