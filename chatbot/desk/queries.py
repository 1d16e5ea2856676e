"""What the desk and the user see: queue, case card, thread, presence, canned replies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Least
from django.urls import reverse

from accounts.models import User
from chatbot.desk import assignment, clocks
from chatbot.models import (
    CannedReply,
    Conversation,
    FaqCategory,
    HelpLanguage,
    Message,
    MessageSuggestion,
    SupportDuty,
    SupportMember,
    Ticket,
    TicketDraft,
    TicketHold,
    TicketMessage,
    TicketNote,
    TicketPresence,
)
from hitouch.core.web.queues import WorkQueue, queue_of

#: A member who had the ticket open so long ago is shown as looking at it.
LOOKING_FOR = timedelta(seconds=45)
#: A member who typed so long ago is shown as writing.
WRITING_FOR = timedelta(seconds=20)
#: Messages of the conversation on the case card, the newest ones.
MOST_LINES = 30
#: Earlier tickets of the user on the case card.
MOST_EARLIER = 5


# For the user


def tickets_of(user: User) -> QuerySet[Ticket]:
    """A user's tickets, newest first."""
    return user.tickets.order_by("-opened_at", "id")


def recent_tickets(user: User) -> QuerySet[Ticket]:
    """A user's tickets with `last_at` (newest message), answered ones first."""
    last = TicketMessage.objects.filter(ticket=OuterRef("pk")).order_by("-at").values("at")[:1]
    answered_first = Case(When(state=Ticket.State.WAITING, then=0), default=1)
    return user.tickets.annotate(last_at=Subquery(last)).order_by(answered_first, "-last_at", "id")


def thread(ticket: Ticket) -> QuerySet[TicketMessage]:
    """The messages of a ticket and of those that were merged into it, oldest first."""
    rows = TicketMessage.objects.filter(Q(ticket=ticket) | Q(ticket__merged_into=ticket))
    return rows.select_related("by__agent").order_by("at", "created_at")


# The queue


@dataclass(frozen=True)
class QueueFilters:
    """Which tickets are listed. Without a state, those that are not closed."""

    #: "mine", "unassigned", "others" or all.
    whose: str = ""
    state: str = ""
    priority: int | None = None
    language: str = ""
    topic: FaqCategory | None = None
    is_on_hold: bool | None = None
    is_overdue: bool = False
    #: Beginnings of words of the subject, a reference, or nothing.
    words: str = ""


def queue(member: User, filters: QueueFilters, *, now: datetime) -> QuerySet[Ticket]:
    """The tickets of the desk: the highest priority first, then what is due next.

    Each has `due_at`, `last_at` and `is_being_written` (by another member).
    """
    last = TicketMessage.objects.filter(ticket=OuterRef("pk")).order_by("-at").values("at")[:1]
    writing = TicketPresence.objects.filter(
        ticket=OuterRef("pk"), writing_at__gte=now - WRITING_FOR
    )
    rows: QuerySet[Any] = Ticket.objects.annotate(
        due_at=Least("first_due_at", "next_due_at", "resolution_due_at"),
        last_at=Subquery(last),
        is_being_written=Exists(writing.exclude(by=member)),
    )
    rows = _filtered(rows, member, filters, now)
    related = ("user__agent", "assigned_to__agent", "topic")
    order = ("-priority", F("due_at").asc(nulls_last=True), "opened_at", "pk")
    return rows.select_related(*related).order_by(*order)


def _filtered(
    rows: QuerySet[Any], member: User, filters: QueueFilters, now: datetime
) -> QuerySet[Any]:
    if filters.state:
        rows = rows.filter(state=filters.state)
    else:
        rows = rows.exclude(state=Ticket.State.RESOLVED)
    rows = rows.filter(_whose(filters.whose, member))
    if filters.priority is not None:
        rows = rows.filter(priority=filters.priority)
    if filters.language:
        rows = rows.filter(language=filters.language)
    if filters.topic is not None:
        rows = rows.filter(topic=filters.topic)
    if filters.is_on_hold is not None:
        rows = rows.filter(is_on_hold=filters.is_on_hold)
    if filters.is_overdue:
        rows = rows.filter(due_at__lt=now)
    if filters.words:
        rows = rows.filter(Q(subject__icontains=filters.words) | _by_reference(filters.words))
    return rows


def _whose(whose: str, member: User) -> Q:
    if whose == "mine":
        return Q(assigned_to=member)
    if whose == "unassigned":
        return Q(assigned_to=None)
    if whose == "others":
        return Q(assigned_to__isnull=False) & ~Q(assigned_to=member)
    return Q()


def _by_reference(words: str) -> Q:
    """The beginning of a ticket's id, as people quote it."""
    digits = words.strip().lower()
    if len(digits) != 8 or any(digit not in "0123456789abcdef" for digit in digits):
        return Q(pk__in=[])
    first, last = f"{digits}-0000-0000-0000-000000000000", f"{digits}-ffff-ffff-ffff-ffffffffffff"
    return Q(pk__gte=first, pk__lte=last)


def counts(member: User, *, now: datetime) -> dict[str, int]:
    """How many open tickets there are by the lists of the desk, in one query."""
    late = Q(first_due_at__lt=now) | Q(next_due_at__lt=now) | Q(resolution_due_at__lt=now)
    to_answer = Q(state__in=[Ticket.State.OPEN, Ticket.State.IN_PROGRESS], is_on_hold=False)
    found: dict[str, int] = Ticket.objects.exclude(state=Ticket.State.RESOLVED).aggregate(
        open=Count("pk"),
        mine=Count("pk", filter=Q(assigned_to=member)),
        unassigned=Count("pk", filter=Q(assigned_to=None)),
        to_answer=Count("pk", filter=to_answer),
        on_hold=Count("pk", filter=Q(is_on_hold=True)),
        overdue=Count("pk", filter=late),
    )
    return found


# One ticket


@dataclass(frozen=True)
class TranscriptLine:
    """One message of the conversation before and beside a ticket, with what was offered."""

    message: Message
    offered: Sequence[MessageSuggestion] = ()

    @property
    def percent(self) -> int | None:
        """The probability of the answer in percent."""
        confidence = self.message.confidence
        return None if confidence is None else round(confidence * 100)


@dataclass(frozen=True)
class CaseCard:
    """What a member of support needs to know before answering."""

    ticket: Ticket
    #: What the user asked, the newest question last.
    asked: Sequence[Message]
    #: Entries that were given or suggested, with their probability, the newest last.
    offered: Sequence["Offer"]
    #: The talk so far, the oldest line first.
    lines: Sequence[TranscriptLine]
    language: str
    clocks: Sequence[clocks.Clock]
    notes: Sequence[TicketNote]
    holds: Sequence[TicketHold]
    earlier: Sequence[Ticket]
    people: Sequence[TicketPresence] = field(default_factory=tuple)


@dataclass(frozen=True)
class Offer:
    """An entry that Help gave or suggested, and what the user did with it."""

    title: str
    probability: float
    was_answer: bool
    at: datetime
    was_chosen: bool = False
    feedback: str = ""

    @property
    def percent(self) -> int:
        """The probability in percent."""
        return round(self.probability * 100)


def case_card(ticket: Ticket, *, now: datetime) -> CaseCard:
    """The case card of a ticket. The number of queries does not depend on the ticket."""
    messages = transcript(ticket.conversation)
    earlier = Ticket.objects.filter(user=ticket.user_id).exclude(pk=ticket.pk)
    return CaseCard(
        ticket=ticket,
        asked=[message for message in messages if message.is_from_person],
        offered=[offer for message in messages for offer in _offers(message)],
        lines=[TranscriptLine(message, list(message.suggestions.all())) for message in messages],
        language=HelpLanguage(ticket.language).label,
        clocks=clocks.read(ticket, now=now),
        notes=list(ticket.notes.select_related("by__agent").order_by("at", "created_at")),
        holds=list(ticket.holds.select_related("by__agent").order_by("since")),
        earlier=list(earlier.order_by("-opened_at", "pk")[:MOST_EARLIER]),
        people=list(present(ticket, now=now)),
    )


def transcript(conversation: Conversation | None) -> list[Message]:
    """The newest messages of a conversation with what was offered, oldest first."""
    if conversation is None:
        return []
    offered = MessageSuggestion.objects.select_related("entry").order_by("position")
    rows = conversation.messages.select_related("entry").order_by("-at", "-created_at")
    newest = rows.prefetch_related(Prefetch("suggestions", offered))[:MOST_LINES]
    return list(reversed(newest))


def _offers(message: Message) -> list[Offer]:
    found = [
        Offer(
            title=str(each.entry),
            probability=each.probability,
            was_answer=False,
            at=message.at,
            was_chosen=each.chosen_at is not None,
        )
        for each in message.suggestions.all()
    ]
    if message.entry is not None:
        confidence, feedback = message.confidence or 0.0, message.feedback
        found.append(Offer(str(message.entry), confidence, True, message.at, feedback=feedback))
    return found


def present(ticket: Ticket, *, now: datetime) -> QuerySet[TicketPresence]:
    """Members who have the ticket open now; each has `is_writing`."""
    writing = Case(When(writing_at__gte=now - WRITING_FOR, then=True), default=False)
    rows = TicketPresence.objects.filter(ticket=ticket, seen_at__gte=now - LOOKING_FOR)
    return rows.annotate(is_writing=writing).select_related("by__agent").order_by("by")


def draft_of(ticket: Ticket, member: User) -> str:
    """What the member has begun to write."""
    found = TicketDraft.objects.filter(ticket=ticket, by=member).values_list("text", flat=True)
    return found.first() or ""


def canned_replies(ticket: Ticket) -> QuerySet[CannedReply]:
    """Prepared answers in the ticket's language: those for its topic first, then the most used."""
    rows = CannedReply.objects.filter(is_active=True, language=ticket.language)
    rows = rows.filter(Q(category=None) | Q(category=ticket.topic_id))
    general_last = Case(When(category=None, then=1), default=0)
    return rows.order_by(general_last, "-uses", "position", "title")


def mergeable_with(ticket: Ticket) -> QuerySet[Ticket]:
    """Other open tickets of the same user."""
    rows = Ticket.objects.filter(user=ticket.user_id).exclude(state=Ticket.State.RESOLVED)
    return rows.exclude(pk=ticket.pk).order_by("-opened_at", "pk")


# Members


def members(*, now: datetime) -> QuerySet[SupportMember]:
    """Active members with `since` (on duty, or none) and `load` (tickets to answer)."""
    duty = SupportDuty.objects.filter(member=OuterRef("pk"), until=None).values("since")[:1]
    to_answer = assignment.to_answer().filter(assigned_to=OuterRef("user")).order_by()
    load = to_answer.values("assigned_to").annotate(number=Count("pk")).values("number")
    rows = SupportMember.objects.filter(is_active=True, user__status=User.Status.ACTIVE)
    return (
        rows.annotate(since=Subquery(duty), load=Coalesce(Subquery(load), 0))
        .select_related("user__agent")
        .order_by(F("since").asc(nulls_last=True), "pk")
    )


def duty_of(user: User) -> SupportDuty | None:
    """The running duty of a member."""
    return SupportDuty.objects.filter(member__user=user, until=None).first()


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Work queues of support: tickets to answer, and of these the overdue ones."""
    url = reverse("chatbot:desk") + "?view=open"
    late = Q(first_due_at__lt=now) | Q(next_due_at__lt=now) | Q(resolution_due_at__lt=now)
    rows: Any = Ticket.objects.waiting_for_staff()
    return [
        queue_of(
            rows, since="opened_at", label="Support tickets to answer", url=url, group="Support"
        ),
        queue_of(
            rows.filter(late, is_on_hold=False),
            since="opened_at",
            label="Overdue support tickets",
            url=url,
            group="Support",
        ),
    ]
