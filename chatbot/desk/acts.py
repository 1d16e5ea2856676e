"""What a member can do with a ticket besides answering: for the page and for programs alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from chatbot.desk import queue, services
from chatbot.desk.refusals import NoSupportMember, NotMergeable
from chatbot.models import SupportMember, Ticket

Values = Mapping[str, Any]
Run = Callable[[Ticket, Values, User, datetime], object]


@dataclass(frozen=True)
class DeskAct:
    """One act: its name in addresses, what is called, and what the member reads afterwards."""

    name: str
    run: Run
    done: str


def _take(ticket: Ticket, values: Values, by: User, at: datetime) -> object:
    from_another = bool(values.get("from_another"))
    return services.take(ticket=ticket, by=by, at=at, from_another=from_another)


def _transfer(ticket: Ticket, values: Values, by: User, at: datetime) -> object:
    to = None
    if values.get("to"):
        member = SupportMember.objects.filter(user=values["to"]).select_related("user").first()
        if member is None:
            raise NoSupportMember
        to = member.user
    with transaction.atomic():
        if values.get("note"):
            services.add_note(ticket=ticket, by=by, text=values["note"], at=at)
        return services.transfer(ticket=ticket, to=to, by=by, at=at)


def _set_priority(ticket: Ticket, values: Values, by: User, at: datetime) -> object:
    return services.set_priority(ticket=ticket, priority=values["priority"], by=by, at=at)


def _hold(ticket: Ticket, values: Values, by: User, at: datetime) -> object:
    return services.hold(ticket=ticket, reason=values["reason"], by=by, at=at)


def _resume(ticket: Ticket, values: Values, by: User, at: datetime) -> object:
    return services.resume(ticket=ticket, by=by, at=at)


def _merge(ticket: Ticket, values: Values, by: User, at: datetime) -> object:
    span = queue.ids_of(values["into"].strip())
    rows = (
        Ticket.objects.filter(user=ticket.user_id, pk__range=span)
        if span
        else Ticket.objects.none()
    )
    found = list(rows[:2])
    if len(found) != 1:
        raise NotMergeable("This person has no other ticket with this reference.")
    return services.merge(ticket=ticket, into=found[0], by=by, at=at)


def _resolve(ticket: Ticket, values: Values, by: User, at: datetime) -> object:
    return services.resolve(ticket=ticket, by=by, at=at)


def _reopen(ticket: Ticket, values: Values, by: User, at: datetime) -> object:
    return services.reopen(ticket=ticket, by=by, at=at)


def _hand_back(ticket: Ticket, values: Values, by: User, at: datetime) -> object:
    return services.hand_back(ticket=ticket, by=by, at=at)


def _note(ticket: Ticket, values: Values, by: User, at: datetime) -> object:
    return services.add_note(ticket=ticket, by=by, text=values["text"], at=at)


TAKE = DeskAct("take", _take, "You have this ticket now.")
TRANSFER = DeskAct("transfer", _transfer, "Ticket passed on.")
PRIORITY = DeskAct("priority", _set_priority, "Priority changed.")
HOLD = DeskAct("hold", _hold, "Ticket on hold. Its clocks stand still.")
RESUME = DeskAct("resume", _resume, "The ticket goes on, and its clocks run again.")
MERGE = DeskAct("merge", _merge, "Tickets merged.")
RESOLVE = DeskAct("resolve", _resolve, "Ticket closed. The person can reply within 7 days.")
REOPEN = DeskAct("reopen", _reopen, "Ticket reopened.")
HAND_BACK = DeskAct("hand-back", _hand_back, "The assistant answers in the conversation again.")
NOTE = DeskAct("note", _note, "Note added.")
