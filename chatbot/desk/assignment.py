"""Whose a ticket is: the rule by which tickets find a member of support, and who may get one.

Tickets without a member are assigned the highest priority first, then the oldest. A member gets a
ticket who is on duty, active, speaks its language, knows its topic and has fewer tickets to answer
than the capacity; of several the one with the fewest, then the one who got none for the longest
time. Nobody gets a ticket by the rule which they had since it was last reopened and during the same
duty: they left it unopened, or sent it to the queue.

Members are locked while one is chosen, always after tickets; tickets that another transaction holds
are passed over, since that one assigns in turn.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.models.users import ADMIN_ROLE
from chatbot.desk import clocks, live, takeover
from chatbot.models import (
    SupportDuty,
    SupportMember,
    Ticket,
    TicketAssignment,
    TicketEvent,
)

SUPPORT_ROLE = "support"
Reason = TicketAssignment.Reason
#: Tickets that are looked at in one go; what waits beyond comes in the next.
MOST_AT_ONCE = 500
QUEUE_ORDER = ("-priority", "opened_at", "pk")


@dataclass
class SupportCandidate:
    """A member on duty, with what counts when a ticket is assigned."""

    member: SupportMember
    on_duty_since: datetime
    tickets: int = 0
    last_assigned_at: datetime | None = None
    given_up: set[UUID] = field(default_factory=set)

    def can_take(self, ticket: Ticket) -> bool:
        """Whether the rule allows it."""
        skill = ticket.topic.skill if ticket.topic else ""
        return (
            self.has_room
            and ticket.language in self.member.languages
            and (not skill or skill in self.member.skills)
            and ticket.pk not in self.given_up
            and ticket.user_id != self.member.user_id
        )

    @property
    def has_room(self) -> bool:
        """Whether the member has fewer tickets to answer than the capacity."""
        return self.tickets < self.member.capacity

    @property
    def rank(self) -> tuple[int, bool, float, str]:
        """Fewest tickets first, then the longest without a new one."""
        last = self.last_assigned_at
        return (
            self.tickets, last is not None, last.timestamp() if last else 0, str(self.member.pk)
        )  # fmt: skip


def is_support(user: User) -> bool:
    """Whether the account may work at the desk now."""
    return user.is_active and user.has_role(SUPPORT_ROLE)


def to_answer() -> QuerySet[Ticket]:
    """Tickets that wait for a member of support, not for somebody else."""
    return Ticket.objects.waiting_for_staff().filter(is_on_hold=False)


def unassigned() -> QuerySet[Ticket]:
    """The queue: tickets without a member. What is on hold is not assigned before it goes on."""
    return to_answer().filter(assigned_to=None)


def on_duty() -> QuerySet[SupportMember]:
    """Members who may get tickets: active, in the role, and on duty."""
    duty = SupportDuty.objects.filter(member=OuterRef("pk"), until=None)
    has_role = User.groups.through.objects.filter(
        user=OuterRef("user"), group__name__in=[SUPPORT_ROLE, ADMIN_ROLE]
    )
    return SupportMember.objects.filter(
        Exists(duty),
        Exists(has_role),
        is_active=True,
        user__status=User.Status.ACTIVE,
        user__is_staff=True,
    )


@transaction.atomic
def assign_next(*, at: datetime) -> Ticket | None:
    """Assign the first ticket of the queue that somebody on duty can take."""
    assigned = _assign(at, most=1)
    return assigned[0] if assigned else None


@transaction.atomic
def assign_waiting(*, at: datetime) -> list[Ticket]:
    """Assign as many tickets of the queue as members on duty can take."""
    return _assign(at, most=None)


@transaction.atomic
def assign_ticket(*, ticket: Ticket, at: datetime) -> bool:
    """Assign one ticket of the queue, if somebody on duty can take it."""
    candidates = _lock_candidates()
    locked = _lock_unassigned(ticket)
    chosen = choose(locked, candidates) if locked else None
    if locked is None or chosen is None:
        return False
    _give(locked, chosen, at=at, reason=_reason(locked))
    return True


def _assign(at: datetime, *, most: int | None) -> list[Ticket]:
    assigned: list[Ticket] = []
    if not unassigned().exists():
        return assigned
    candidates = _lock_candidates()
    for ticket in _for(candidates):
        if len(assigned) == most or not any(each.has_room for each in candidates):
            break
        chosen = choose(ticket, candidates)
        if chosen is not None and (locked := _lock_unassigned(ticket)):
            _give(locked, chosen, at=at, reason=_reason(locked))
            assigned.append(locked)
    return assigned


def _for(candidates: Iterable[SupportCandidate]) -> QuerySet[Ticket]:
    """Tickets of the queue that one of them may be able to take, in the order of the queue."""
    members = [each.member for each in candidates if each.has_room]
    languages = {language for member in members for language in member.languages}
    skills = {"", *(skill for member in members for skill in member.skills)}
    rows = unassigned().filter(Q(topic=None) | Q(topic__skill__in=skills), language__in=languages)
    return rows.select_related("topic").order_by(*QUEUE_ORDER)[:MOST_AT_ONCE]


def _lock_unassigned(ticket: Ticket) -> Ticket | None:
    """Lock a ticket, unless another transaction holds it or has assigned it."""
    rows = unassigned().select_for_update(of=("self",), skip_locked=True, no_key=True)
    return rows.select_related("user").filter(pk=ticket.pk).first()


def choose(ticket: Ticket, candidates: Iterable[SupportCandidate]) -> SupportCandidate | None:
    """The member who gets the ticket by the rule."""
    able = [each for each in candidates if each.can_take(ticket)]
    return min(able, key=lambda each: each.rank, default=None)


def _lock_candidates() -> list[SupportCandidate]:
    """The members on duty, locked, with their tickets counted after that."""
    keys = on_duty().values_list("pk", flat=True)
    rows = SupportMember.objects.filter(pk__in=keys).order_by("pk")
    members = list(rows.select_for_update(no_key=True, of=("self",)).select_related("user"))
    duties = dict(
        SupportDuty.objects.filter(member__in=members, until=None).values_list("member", "since")
    )
    found = {
        member.user_id: SupportCandidate(member, duties[member.pk])
        for member in members
        if member.pk in duties
    }
    for user_id in to_answer().filter(assigned_to__in=found).values_list("assigned_to", flat=True):
        found[user_id].tickets += 1
    given = TicketAssignment.objects.filter(member__in=found)
    for user_id, last in given.values_list("member").annotate(last=Max("at")).order_by():
        found[user_id].last_assigned_at = last
    for user_id, ticket_id, ended_at in _given_up(given):
        if ended_at and ended_at >= found[user_id].on_duty_since:
            found[user_id].given_up.add(ticket_id)
    return list(found.values())


def _given_up(
    given: QuerySet[TicketAssignment],
) -> Iterable[tuple[UUID, UUID, datetime | None]]:
    """Members, tickets of the queue that they had since it was last reopened, and until when."""
    reopened = TicketEvent.objects.filter(
        subject=OuterRef("ticket"), was=Ticket.State.RESOLVED, at__gte=OuterRef("ended_at")
    )
    ended = given.filter(
        ~Exists(reopened), ended_at__isnull=False, ticket__state__in=_STATES_TO_ANSWER
    )
    return ended.values_list("member", "ticket", "ended_at")


_STATES_TO_ANSWER = [Ticket.State.OPEN, Ticket.State.IN_PROGRESS]


def _reason(ticket: Ticket) -> Reason:
    """Reopened since it was assigned last, or assigned for another reason."""
    reopened = ticket.events.filter(was=Ticket.State.RESOLVED).aggregate(last=Max("at"))["last"]
    if reopened and not ticket.assignments.filter(at__gte=reopened).exists():
        return Reason.REOPENED
    return Reason.AUTOMATIC


def _give(ticket: Ticket, chosen: SupportCandidate, *, at: datetime, reason: Reason) -> None:
    give(ticket, to=chosen.member.user, by=None, at=at, reason=reason)
    chosen.tickets += 1
    chosen.last_assigned_at = at


def give(
    ticket: Ticket, *, to: User, by: User | None, at: datetime, reason: Reason
) -> TicketAssignment:
    """Assign a locked ticket; who had it before has it no more."""
    _end(ticket, at)
    # Who takes a ticket is looking at it.
    looked_at = at if by == to else None
    _update(ticket, at, assigned_to=to, assigned_at=at, looked_at=looked_at)
    assignment = TicketAssignment.objects.create(
        ticket=ticket, member=to, by=by, at=at, reason=reason
    )
    live.ticket_changed(ticket, "assigned")
    return assignment


def unassign(ticket: Ticket, *, at: datetime) -> None:
    """Put a locked ticket back: nobody has it."""
    _end(ticket, at)
    if ticket.assigned_to_id is not None:
        _update(ticket, at, assigned_to=None, assigned_at=None, looked_at=None)
        live.ticket_changed(ticket, "assigned")


def _end(ticket: Ticket, at: datetime) -> None:
    ticket.assignments.filter(ended_at=None).update(ended_at=at, updated_at=at)


def _update(ticket: Ticket, at: datetime, **changes: object) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(**changes, updated_at=at)
    for name, value in changes.items():
        setattr(ticket, name, value)


def is_gone(user_id: UUID | None) -> bool:
    """Whether the member may not get tickets now: off duty, inactive, or not in support."""
    return not on_duty().filter(user=user_id).exists()


def return_to_queue(*, ticket: Ticket, at: datetime) -> Ticket:
    """Put a ticket of a member who left back into the queue, and assign the queue anew."""
    with transaction.atomic():
        conversation, ticket = takeover.lock(ticket)
        if (
            ticket.assigned_to_id is not None
            and ticket.state in _STATES_TO_ANSWER
            and is_gone(ticket.assigned_to_id)
        ):
            unassign(ticket, at=at)
            takeover.leave(conversation, ticket, at=at)
            assign_waiting(at=at)
    return ticket


def pass_on(*, ticket: Ticket, at: datetime) -> bool:
    """Give a ticket that its member did not open in time to another one, if there is one."""
    with transaction.atomic():
        ticket = takeover.lock_ticket(ticket)
        if not _is_unopened(ticket) or not _is_late(ticket, at):
            return False
        others = [
            each for each in _lock_candidates() if each.member.user_id != ticket.assigned_to_id
        ]
        chosen = choose(ticket, others)
        if chosen is None:
            return False
        _give(ticket, chosen, at=at, reason=Reason.TIMED_OUT)
        return True


def _is_unopened(ticket: Ticket) -> bool:
    return (
        ticket.state in _STATES_TO_ANSWER
        and not ticket.is_on_hold
        and ticket.assigned_to_id is not None
        and ticket.looked_at is None
    )


def _is_late(ticket: Ticket, at: datetime) -> bool:
    allowed = timedelta(minutes=settings.HITOUCH_HELP_OPEN_WITHIN_MINUTES)
    since = ticket.assigned_at or at
    return clocks.read_calendar().working_time(since, at) >= allowed


def unopened(now: datetime) -> QuerySet[Ticket]:
    """Assigned tickets that nobody opened for so long that they may be passed on."""
    allowed = timedelta(minutes=settings.HITOUCH_HELP_OPEN_WITHIN_MINUTES)
    return to_answer().filter(
        assigned_to__isnull=False, looked_at=None, assigned_at__lte=now - allowed
    )


def of_members_who_left(now: datetime) -> QuerySet[Ticket]:
    """Tickets to answer whose member went off duty, or left support, after getting them.

    Who takes a ticket while off duty keeps it.
    """
    left = SupportDuty.objects.filter(
        member__user=OuterRef("assigned_to"), until__gte=OuterRef("assigned_at")
    )
    present = on_duty().filter(user=OuterRef("assigned_to"))
    active = SupportMember.objects.filter(
        user=OuterRef("assigned_to"), is_active=True, user__status=User.Status.ACTIVE
    )
    gone = ~Exists(present) & (Exists(left) | (~Exists(active) & Q(_is_member=True)))
    known = SupportMember.objects.filter(user=OuterRef("assigned_to"))
    rows = to_answer().filter(assigned_to__isnull=False)
    return rows.annotate(_is_member=Exists(known)).filter(gone)


def assignable(now: datetime) -> QuerySet[Ticket]:
    """The queue, while anybody is on duty."""
    return unassigned().filter(Exists(on_duty()))
