"""Acts on tickets: of the user who opened one, and of the members of support who work on it.

Locks, in this order: the conversation, the ticket, the members. An act that leaves a ticket without
a member, or a member with room for one, assigns the queue before it ends.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from accounts.models import User
from accounts.security import audit
from chatbot.desk import assignment, clocks, live, notices, takeover, texts, wording
from chatbot.desk.refusals import (
    AlreadyOnHold,
    AlreadyOpen,
    AlreadyYours,
    ChangedMeanwhile,
    MemberNotOnDuty,
    NoSupportMember,
    NotMergeable,
    NotOnHold,
    NotResolvedYet,
    NotSupport,
    NotYourConversation,
    OwnTicket,
    RatingClosed,
    TicketClosed,
    TicketMerged,
    TicketTaken,
    TooManyTickets,
    UnknownPriority,
    WrongRating,
)
from chatbot.models import (
    CannedReply,
    Conversation,
    FaqCategory,
    HelpLanguage,
    Message,
    SatisfactionRating,
    SupportDuty,
    SupportMember,
    Ticket,
    TicketDraft,
    TicketHold,
    TicketMessage,
    TicketNote,
    TicketPresence,
)
from hitouch.core.db.state_machine import InvalidTransition, transition

State = Ticket.State
Reason = assignment.Reason
#: How long a rating can be changed after it was given.
RATING_CHANGES_WITHIN = timedelta(days=7)
#: Presence is written again at most this often, unless the member began or ended to write.
PRESENCE_EVERY = timedelta(seconds=10)


# The user's acts


@transaction.atomic
def open_ticket(
    *,
    user: User,
    subject: str,
    text: str,
    at: datetime,
    topic: FaqCategory | None = None,
    language: str = "",
    conversation: Conversation | None = None,
) -> Ticket:
    """Open a ticket, which continues the user's current conversation with Help if there is one.

    The assistant is silent in that conversation from then on.
    """
    title = texts.prepare(subject, field="subject", longest=texts.LONGEST_SUBJECT, one_line=True)
    prepared = texts.prepare(text)
    current = conversation or user.conversations.live(at).order_by("-last_at").first()
    locked = _lock_own(user, current)
    return _open(user, title, prepared, at, topic=topic, language=language, conversation=locked)


@transaction.atomic
def request_person(*, user: User, conversation: Conversation | None, at: datetime) -> Ticket:
    """Open a ticket about the conversation, whose messages the desk can read.

    A conversation that waits for support already keeps the ticket that it has.
    """
    locked = _lock_own(user, conversation)
    if locked and locked.mode in takeover.IN_A_TICKET and locked.ticket:
        return locked.ticket
    language = locked.language if locked else HelpLanguage.EN
    question = _last_question(locked)
    title = texts.prepare(
        wording.title_of(question, language), longest=texts.LONGEST_SUBJECT, one_line=True
    )
    prepared = texts.prepare(question or wording.wants_a_person(language))
    topic = _topic_of(locked)
    return _open(user, title, prepared, at, topic=topic, language=language, conversation=locked)


def _open(
    user: User,
    subject: texts.PreparedText,
    text: texts.PreparedText,
    at: datetime,
    *,
    topic: FaqCategory | None,
    language: str,
    conversation: Conversation | None,
) -> Ticket:
    _check_limit(user)
    spoken = language or (conversation.language if conversation else HelpLanguage.EN)
    ticket = Ticket.objects.create(
        user=user,
        subject=subject.text,
        topic=topic,
        language=spoken,
        conversation=conversation,
        opened_at=at,
        waiting_since=at,
    )
    texts.seal(ticket, None, subject)
    _add_message(ticket, user, text, at, is_from_staff=False)
    clocks.recompute(ticket)
    line = wording.opened(ticket, clocks.read_calendar().next_opening(at), at)
    takeover.wait(conversation, ticket, by=user, at=at, text=line)
    live.ticket_changed(ticket, "opened")
    _assign_queue(ticket, at)
    return ticket


def _lock_own(user: User, conversation: Conversation | None) -> Conversation | None:
    locked = takeover.lock_conversation(conversation.pk) if conversation else None
    if locked is not None and locked.user_id != user.pk:
        raise NotYourConversation
    return locked


def _check_limit(user: User) -> None:
    """Refuse another open ticket over the limit; counted by one transaction at a time."""
    with connection.cursor() as cursor:
        key = f"tickets of {user.pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    if user.tickets.exclude(state=State.RESOLVED).count() >= settings.HITOUCH_HELP_OPEN_TICKETS:
        raise TooManyTickets


def _last_question(conversation: Conversation | None) -> str:
    """What the user asked last; a ticket takes less text than fits into one message."""
    if conversation is None:
        return ""
    asked = conversation.messages.filter(role=Message.Role.PERSON).order_by("-at", "-created_at")
    return (asked.values_list("text", flat=True).first() or "")[: texts.LONGEST_TEXT]


def _topic_of(conversation: Conversation | None) -> FaqCategory | None:
    """The category of the entry that was given, or else offered, last."""
    if conversation is None:
        return None
    given = conversation.messages.filter(entry__isnull=False).select_related("entry__category")
    answer = given.order_by("-at", "-created_at").first()
    if answer is not None and answer.entry is not None:
        return answer.entry.category
    offered = FaqCategory.objects.filter(entries__suggested__message__conversation=conversation)
    order = ("-entries__suggested__message__at", "entries__suggested__position")
    return offered.order_by(*order).first()


@transaction.atomic
def reply(
    *, ticket: Ticket, text: str, at: datetime, show_in_conversation: bool = False
) -> TicketMessage:
    """Add a message of the user; an answered or closed ticket is in progress again.

    A ticket on hold goes on, and one that was merged goes on in the other ticket. With
    `show_in_conversation` the message appears in the open conversation too, for replies that were
    not written there.
    """
    prepared = texts.prepare(text)
    conversation, ticket = takeover.lock(_followed(ticket))
    if ticket.merged_into_id:
        raise TicketMerged
    if not ticket.takes_replies(at):
        raise TicketClosed
    waiting_since = ticket.waiting_since or at
    if ticket.is_resolved:
        _reopen(ticket, by=ticket.user, at=at, waiting_since=waiting_since)
    elif ticket.state == State.WAITING:
        changes: dict[str, Any] = {"waiting_since": waiting_since}
        transition(ticket, to=State.IN_PROGRESS, by=ticket.user, at=at, **changes)
    else:
        _update(ticket, at, waiting_since=waiting_since)
    _end_hold(ticket, at)
    message = _add_message(ticket, ticket.user, prepared, at, is_from_staff=False)
    if show_in_conversation:
        takeover.show_reply(conversation, ticket, message.text, at)
    clocks.recompute(ticket)
    live.ticket_changed(ticket, "message")
    _assign_queue(ticket, at, conversation)
    return message


@transaction.atomic
def rate(*, ticket: Ticket, score: int, at: datetime, comment: str = "") -> SatisfactionRating:
    """Save how satisfied the user was with a closed ticket; changeable for 7 days.

    A ticket that was closed again since is rated anew.
    """
    if not 1 <= score <= 5:
        raise WrongRating
    said = texts.prepare_optional(comment, field="comment", longest=texts.LONGEST_COMMENT)
    ticket = takeover.lock_ticket(ticket)
    if ticket.merged_into_id:
        raise TicketMerged
    if not ticket.is_resolved or ticket.resolved_at is None:
        raise NotResolvedYet
    rating = SatisfactionRating.objects.filter(ticket=ticket).first()
    if rating is None:
        rating = SatisfactionRating(ticket=ticket, at=at)
    elif rating.at < ticket.resolved_at:
        rating.at = at
    elif at >= rating.at + RATING_CHANGES_WITHIN:
        raise RatingClosed
    rating.score, rating.comment = score, said.text
    rating.save()
    live.ticket_changed(ticket, "rating")
    return rating


# Acts of support on the thread


@transaction.atomic
def answer(
    *,
    ticket: Ticket,
    by: User,
    text: str,
    at: datetime,
    last_seen: UUID | None = None,
    canned_reply: CannedReply | None = None,
    and_resolve: bool = False,
) -> TicketMessage:
    """Add an answer of support, in the user's open conversation too, and notify the user.

    The member takes a ticket that nobody has. `last_seen` is the newest message that the member
    saw: the answer is refused when there is a newer one.
    """
    prepared = texts.prepare_answer(text)
    conversation, ticket = _lock_for(ticket, by)
    _check_not_of_another(ticket, by)
    _check_seen(ticket, last_seen)
    if ticket.assigned_to_id is None:
        assignment.give(ticket, to=by, by=by, at=at, reason=Reason.TAKEN)
    takeover.join(conversation, ticket, by=by, at=at)
    message = _add_message(ticket, by, prepared, at, is_from_staff=True)
    takeover.show_answer(conversation, ticket, message.text, at)
    facts: dict[str, Any] = {
        "first_answer_at": ticket.first_answer_at or at,
        "waiting_since": None,
        "looked_at": ticket.looked_at or at,
    }
    if ticket.state == State.WAITING:
        _update(ticket, at, **facts)
    else:
        transition(ticket, to=State.WAITING, by=by, at=at, **facts)
    TicketDraft.objects.filter(ticket=ticket, by=by).delete()
    if canned_reply is not None:
        CannedReply.objects.filter(pk=canned_reply.pk).update(uses=F("uses") + 1)
    if and_resolve:
        _resolve(conversation, ticket, by=by, at=at)
        notices.tell_resolved(ticket, message, at)
    else:
        notices.tell_answered(ticket, message, at)
    clocks.recompute(ticket)
    live.ticket_changed(ticket, "message")
    assignment.assign_waiting(at=at)
    return message


@transaction.atomic
def add_note(*, ticket: Ticket, by: User, text: str, at: datetime) -> TicketNote:
    """Add a note for support, which the user never sees; also to a closed ticket."""
    _check_support(by)
    prepared = texts.prepare_answer(text)
    note = TicketNote.objects.create(ticket=ticket, by=by, text=prepared.text, at=at)
    live.ticket_changed(ticket, "note")
    return note


@transaction.atomic
def save_draft(*, ticket: Ticket, by: User, text: str) -> TicketDraft | None:
    """Keep what a member has begun to write; an empty text removes it."""
    _check_support(by)
    if not text.strip():
        TicketDraft.objects.filter(ticket=ticket, by=by).delete()
        return None
    prepared = texts.prepare_answer(text)
    changes = {"text": prepared.text}
    draft, _ = TicketDraft.objects.update_or_create(ticket=ticket, by=by, defaults=changes)
    return draft


@transaction.atomic
def seen(*, ticket: Ticket, by: User, at: datetime, writing: bool = False) -> TicketPresence:
    """Note that a member has the ticket open, and whether they are writing in it.

    The assigned member has opened it then, so it is not passed on to another one any more.
    """
    _check_support(by)
    presence = TicketPresence.objects.filter(ticket=ticket, by=by).first()
    was_writing = bool(presence and presence.writing_at)
    if presence is None or was_writing != writing or at >= presence.seen_at + PRESENCE_EVERY:
        changes = {"seen_at": at, "writing_at": at if writing else None}
        rows = TicketPresence.objects
        presence, _ = rows.update_or_create(ticket=ticket, by=by, defaults=changes)
        live.presence_changed(ticket)
    if ticket.assigned_to_id == by.pk and ticket.looked_at is None:
        _look(ticket, by, at)
    return presence


def _look(ticket: Ticket, by: User, at: datetime) -> None:
    locked = takeover.lock_ticket(ticket)
    if locked.assigned_to_id != by.pk or locked.looked_at is not None:
        return
    if locked.state == State.OPEN:
        transition(locked, to=State.IN_PROGRESS, by=by, at=at, looked_at=at)
    else:
        _update(locked, at, looked_at=at)
    ticket.looked_at, ticket.state = at, locked.state
    live.ticket_changed(ticket, "opened")


# Acts of support on whose the ticket is


@transaction.atomic
def take(*, ticket: Ticket, by: User, at: datetime, from_another: bool = False) -> Ticket:
    """Assign a ticket to oneself, and tell the user in the conversation that waits for support.

    A ticket of another member is taken only `from_another`, which the member has to say.
    """
    conversation, ticket = _lock_for(ticket, by)
    if ticket.assigned_to_id == by.pk:
        raise AlreadyYours
    if not from_another:
        _check_not_of_another(ticket, by)
    assignment.give(ticket, to=by, by=by, at=at, reason=Reason.TAKEN)
    if ticket.state == State.OPEN:
        transition(ticket, to=State.IN_PROGRESS, by=by, at=at)
    if conversation is not None and takeover.is_in(conversation, ticket):
        takeover.join(conversation, ticket, by=by, at=at)
    assignment.assign_waiting(at=at)
    return ticket


@transaction.atomic
def transfer(*, ticket: Ticket, by: User, to: User | None, at: datetime) -> Ticket:
    """Give a ticket to another member on duty, or to the queue."""
    conversation, ticket = _lock_for(ticket, by)
    if to is None:
        assignment.unassign(ticket, at=at)
    else:
        _check_can_get(ticket, to)
        assignment.give(ticket, to=to, by=by, at=at, reason=Reason.TRANSFERRED)
    takeover.leave(conversation, ticket, at=at)
    assignment.assign_waiting(at=at)
    return ticket


def _check_can_get(ticket: Ticket, to: User) -> None:
    if ticket.assigned_to_id == to.pk:
        raise AlreadyYours
    if ticket.user_id == to.pk:
        raise OwnTicket
    if not SupportMember.objects.filter(user=to, is_active=True).exists():
        raise NoSupportMember
    if assignment.is_gone(to.pk):
        raise MemberNotOnDuty


@transaction.atomic
def hand_back(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Let the assistant answer again in the conversation; the ticket stays open."""
    conversation, ticket = _lock_for(ticket, by)
    if not takeover.hand_back(conversation, ticket, by=by, at=at):
        raise InvalidTransition
    live.ticket_changed(ticket, "conversation")
    return ticket


# Acts of support on the ticket


@transaction.atomic
def set_priority(*, ticket: Ticket, by: User, priority: int, at: datetime) -> Ticket:
    """Rank a ticket; its clocks follow the targets of the new priority."""
    if priority not in Ticket.Priority.values:
        raise UnknownPriority
    _, ticket = _lock_for(ticket, by)
    if ticket.priority == priority:
        return ticket
    old = ticket.priority
    _update(ticket, at, priority=priority)
    clocks.recompute(ticket)
    _record(ticket, by, "chatbot.ticket_ranked", at, old={"priority": old}, new=priority)
    live.ticket_changed(ticket, "priority")
    return ticket


@transaction.atomic
def classify(
    *, ticket: Ticket, by: User, topic: FaqCategory | None, language: str, at: datetime
) -> Ticket:
    """Correct what a ticket is about and its language, by which it is assigned."""
    _, ticket = _lock_for(ticket, by)
    _update(ticket, at, topic=topic, language=HelpLanguage(language))
    live.ticket_changed(ticket, "topic")
    assignment.assign_waiting(at=at)
    return ticket


@transaction.atomic
def hold(*, ticket: Ticket, by: User, reason: str, at: datetime) -> TicketHold:
    """Stop the clocks while the ticket waits for somebody outside support."""
    why = texts.prepare(reason, field="reason", longest=texts.LONGEST_REASON, one_line=True)
    _, ticket = _lock_for(ticket, by)
    if ticket.is_on_hold:
        raise AlreadyOnHold
    paused = TicketHold.objects.create(ticket=ticket, reason=why.text, by=by, since=at)
    _update(ticket, at, is_on_hold=True)
    clocks.recompute(ticket)
    live.ticket_changed(ticket, "hold")
    assignment.assign_waiting(at=at)
    return paused


@transaction.atomic
def resume(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Let the clocks go on. A ticket whose member has left goes to the queue."""
    conversation, ticket = _lock_for(ticket, by)
    if not ticket.is_on_hold:
        raise NotOnHold
    _end_hold(ticket, at)
    clocks.recompute(ticket)
    live.ticket_changed(ticket, "hold")
    _assign_queue(ticket, at, conversation)
    return ticket


def resolve(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Close a ticket: support, or the user who opened it. A reply within 7 days reopens it."""
    with transaction.atomic():
        conversation, ticket = takeover.lock(ticket)
        is_own = ticket.user_id == by.pk
        if not is_own:
            _check_support(by)
        _resolve(conversation, ticket, by=by, at=at)
        clocks.recompute(ticket)
        if not is_own:
            notices.tell_resolved(ticket, None, at)
        live.ticket_changed(ticket, "resolved")
        assignment.assign_waiting(at=at)
    return ticket


@transaction.atomic
def reopen(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Open a closed ticket again, within 7 days: support, or the user who opened it."""
    conversation, ticket = takeover.lock(ticket)
    is_own = ticket.user_id == by.pk
    if not is_own:
        _check_support(by)
    if ticket.merged_into_id:
        raise TicketMerged
    if not ticket.is_resolved:
        raise AlreadyOpen
    if not ticket.takes_replies(at):
        raise TicketClosed
    _reopen(ticket, by=by, at=at, waiting_since=at)
    clocks.recompute(ticket)
    live.ticket_changed(ticket, "reopened")
    _assign_queue(ticket, at, conversation)
    return ticket


@transaction.atomic
def merge(*, ticket: Ticket, into: Ticket, by: User, at: datetime) -> Ticket:
    """Continue a ticket in another one of the same user; returns that one."""
    _check_support(by)
    first, second = sorted([ticket, into], key=lambda each: str(each.pk))
    conversations = takeover.lock_conversations([first, second])
    rows = {each.pk: takeover.lock_ticket(each) for each in (first, second)}
    ticket, into = rows[ticket.pk], rows[into.pk]
    _check_mergeable(ticket, into, by)
    _resolve(conversations.get(ticket.conversation_id), ticket, by=by, at=at, merged_into=into)
    if ticket.waiting_since and into.state == State.WAITING:
        transition(into, to=State.IN_PROGRESS, by=by, at=at)
    waiting = [each for each in (ticket.waiting_since, into.waiting_since) if each]
    moved = {
        "waiting_since": min(waiting, default=None),
        "priority": max(ticket.priority, into.priority),
    }
    _update(ticket, at, waiting_since=None)
    _update(into, at, **moved)
    clocks.recompute(ticket)
    clocks.recompute(into)
    _record(ticket, by, "chatbot.ticket_merged", at, old={}, new=into.reference)
    live.ticket_changed(ticket, "merged")
    live.ticket_changed(into, "merged")
    assignment.assign_waiting(at=at)
    return into


def _check_mergeable(ticket: Ticket, into: Ticket, by: User) -> None:
    if ticket.pk == into.pk:
        raise NotMergeable("A ticket cannot be merged into itself.")
    if ticket.user_id != into.user_id:
        raise NotMergeable("Only tickets of the same person can be merged.")
    if ticket.is_resolved or into.is_resolved:
        raise NotMergeable("Only open tickets can be merged.")
    if ticket.user_id == by.pk:
        raise OwnTicket


# Duty


def go_on_duty(*, user: User, at: datetime) -> SupportDuty:
    """Begin to get tickets; the queue is assigned at once.

    Staff in the support role become a member with all languages and no skill when they first do.
    """
    _check_support(user)
    with transaction.atomic():
        SupportMember.objects.get_or_create(user=user)
        member = _lock_member(user)
        duty, _ = SupportDuty.objects.get_or_create(
            member=member, until=None, defaults={"since": at}
        )
    assignment.assign_waiting(at=at)
    live.duty_changed()
    return duty


def go_off_duty(*, user: User, at: datetime) -> None:
    """Get no more tickets. Those that wait for an answer go back to the queue."""
    with transaction.atomic():
        member = _lock_member(user)
        running = SupportDuty.objects.filter(member=member, until=None)
        running.update(until=Greatest(F("since"), at), updated_at=at)
    for ticket in assignment.to_answer().filter(assigned_to=user).order_by("pk"):
        assignment.return_to_queue(ticket=ticket, at=at)
    live.duty_changed()


def _lock_member(user: User) -> SupportMember:
    """The member's row, which is locked alone: nothing else is locked until the commit."""
    rows = SupportMember.objects.select_for_update(no_key=True, of=("self",))
    member = rows.filter(user=user, is_active=True).first()
    if member is None:
        raise NoSupportMember
    return member


# Parts of several acts


def _lock_for(ticket: Ticket, by: User) -> tuple[Conversation | None, Ticket]:
    """Lock an open ticket for a member of support."""
    _check_support(by)
    conversation, ticket = takeover.lock(ticket)
    if ticket.merged_into_id:
        raise TicketMerged
    if ticket.is_resolved:
        raise InvalidTransition
    if ticket.user_id == by.pk:
        raise OwnTicket
    return conversation, ticket


def _check_support(by: User) -> None:
    if not assignment.is_support(by):
        raise NotSupport


def _check_not_of_another(ticket: Ticket, by: User) -> None:
    if ticket.assigned_to_id not in (None, by.pk):
        raise TicketTaken


def _check_seen(ticket: Ticket, last_seen: UUID | None) -> None:
    newest = ticket.messages.order_by("-at", "-created_at").values_list("pk", flat=True).first()
    if last_seen is not None and newest != last_seen:
        raise ChangedMeanwhile


def _followed(ticket: Ticket) -> Ticket:
    """The ticket in which a merged one goes on."""
    found = Ticket.objects.get(pk=ticket.pk)
    while found.merged_into is not None:
        found = found.merged_into
    return found


def _resolve(
    conversation: Conversation | None,
    ticket: Ticket,
    *,
    by: User,
    at: datetime,
    merged_into: Ticket | None = None,
) -> None:
    """Close a locked ticket and its conversation; the user's next question begins a new one."""
    waiting_since = ticket.waiting_since if merged_into else None
    facts: dict[str, Any] = {
        "resolved_at": at,
        "waiting_since": waiting_since,
        "merged_into": merged_into,
    }
    transition(ticket, to=State.RESOLVED, by=by, at=at, **facts)
    _end_hold(ticket, at)
    if merged_into is not None:
        takeover.follow(conversation, ticket, merged_into, at=at)
    else:
        takeover.close(conversation, ticket, by=by, at=at, text=wording.resolved(ticket))


def _reopen(ticket: Ticket, *, by: User, at: datetime, waiting_since: datetime) -> None:
    facts: dict[str, Any] = {
        "resolved_at": None,
        "escalated_at": None,
        "waiting_since": waiting_since,
    }
    transition(ticket, to=State.IN_PROGRESS, by=by, at=at, **facts)


def _end_hold(ticket: Ticket, at: datetime) -> None:
    if ticket.is_on_hold:
        ticket.holds.filter(until=None).update(until=at, updated_at=at)
        _update(ticket, at, is_on_hold=False)


def _assign_queue(ticket: Ticket, at: datetime, conversation: Conversation | None = None) -> None:
    """Put a locked ticket back whose member has left, and assign what waits."""
    if assignment.of_members_who_left(at).filter(pk=ticket.pk).exists():
        assignment.unassign(ticket, at=at)
        takeover.leave(conversation, ticket, at=at)
    assignment.assign_waiting(at=at)
    ticket.refresh_from_db(fields=["assigned_to", "assigned_at", "looked_at"])


def _add_message(
    ticket: Ticket, by: User, prepared: texts.PreparedText, at: datetime, *, is_from_staff: bool
) -> TicketMessage:
    message = TicketMessage.objects.create(
        ticket=ticket, by=by, text=prepared.text, at=at, is_from_staff=is_from_staff
    )
    texts.seal(ticket, message, prepared)
    return message


def _update(ticket: Ticket, at: datetime, **changes: object) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(**changes, updated_at=at)
    for name, value in changes.items():
        setattr(ticket, name, value)


def _record(
    ticket: Ticket, by: User, action: str, at: datetime, *, old: dict[str, object], new: object
) -> None:
    audit.record_event(by=by, action=action, on=ticket, at=at, old=old, new={"value": new})
