"""Who speaks in a conversation while a ticket of it is open.

The mode of the conversation is changed in the transaction in which support acts, under the lock of
the conversation's row. The assistant's answer is stored under the same lock and only in mode BOT,
so that none can come after support has joined. Locks: the conversation first, then the ticket.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from chatbot.desk import live, wording
from chatbot.models import Conversation, Message, Ticket
from hitouch.core.db.state_machine import transition

Mode = Conversation.Mode
IN_A_TICKET = (Mode.WAITING, Mode.PERSON)


def lock(ticket: Ticket) -> tuple[Conversation | None, Ticket]:
    """Lock the ticket's conversation, if it has one, and the ticket; read both again."""
    key = Ticket.objects.filter(pk=ticket.pk).values_list("conversation", flat=True).get()
    conversation = lock_conversation(key)
    return conversation, lock_ticket(ticket)


def lock_conversation(pk: UUID | None) -> Conversation | None:
    """Lock a conversation until the transaction ends."""
    rows = Conversation.objects.select_for_update(no_key=True, of=("self",))
    return rows.filter(pk=pk).first() if pk else None


def lock_conversations(tickets: Iterable[Ticket]) -> dict[UUID | None, Conversation]:
    """Lock the conversations of several tickets, in the order of their keys."""
    keys = Ticket.objects.filter(pk__in=[each.pk for each in tickets]).values("conversation")
    rows = Conversation.objects.select_for_update(no_key=True, of=("self",))
    return {row.pk: row for row in rows.filter(pk__in=keys).order_by("pk")}


def lock_ticket(ticket: Ticket) -> Ticket:
    """Lock a ticket until the transaction ends."""
    rows = Ticket.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    return rows.get(pk=ticket.pk)


def wait(
    conversation: Conversation | None, ticket: Ticket, *, by: User | None, at: datetime, text: str
) -> None:
    """Let the conversation wait for support, which was asked for with the ticket."""
    if conversation is None or conversation.mode == Mode.CLOSED:
        return
    if conversation.mode == Mode.BOT:
        _change(conversation, Mode.WAITING, by=by, at=at, ticket=ticket)
    say(conversation, text, at)


def join(conversation: Conversation | None, ticket: Ticket, *, by: User, at: datetime) -> bool:
    """Let a member of support speak in place of the assistant; the person is told who and when."""
    if conversation is None or not _can_be_answered(conversation, ticket):
        return False
    if conversation.mode == Mode.PERSON and _last_joined(conversation) == by.pk:
        return False
    if conversation.mode == Mode.PERSON:
        Conversation.objects.filter(pk=conversation.pk).update(last_at=at)
    else:
        _change(conversation, Mode.PERSON, by=by, at=at, ticket=ticket)
    text = wording.joined(by, at, conversation.language)
    say(conversation, text, at, decision={"joined": str(by.pk)})
    return True


def leave(conversation: Conversation | None, ticket: Ticket, *, at: datetime) -> None:
    """Let the conversation wait again: its member of support has gone, another one will answer."""
    if conversation and conversation.mode == Mode.PERSON and conversation.ticket_id == ticket.pk:
        _change(conversation, Mode.WAITING, by=None, at=at, ticket=ticket)
        say(conversation, wording.waiting_again(conversation.language), at)


def hand_back(conversation: Conversation | None, ticket: Ticket, *, by: User, at: datetime) -> bool:
    """Let the assistant answer again; return whether there is a conversation to answer in."""
    if conversation is None or not is_in(conversation, ticket):
        return False
    _change(conversation, Mode.BOT, by=by, at=at, ticket=None)
    say(conversation, wording.handed_back(by, ticket, conversation.language), at)
    return True


def close(
    conversation: Conversation | None, ticket: Ticket, *, by: User | None, at: datetime, text: str
) -> None:
    """Close the conversation of a resolved ticket: the next question begins a new one."""
    if conversation is not None and is_in(conversation, ticket):
        say(conversation, text, at)
        _change(conversation, Mode.CLOSED, by=by, at=at, ticket=None, closed_at=at)


def follow(
    conversation: Conversation | None, ticket: Ticket, into: Ticket, *, at: datetime
) -> None:
    """Let the conversation of a merged ticket go on in the other one."""
    if conversation is not None and is_in(conversation, ticket):
        Conversation.objects.filter(pk=conversation.pk).update(ticket=into, last_at=at)
        conversation.ticket = into


def show_reply(conversation: Conversation | None, ticket: Ticket, text: str, at: datetime) -> None:
    """Show in the conversation what the user wrote on the ticket's page."""
    if conversation is not None and is_in(conversation, ticket):
        _write(conversation, Message.Role.PERSON, Message.Source.PERSON, text, at)


def show_answer(conversation: Conversation | None, ticket: Ticket, text: str, at: datetime) -> None:
    """Show an answer of support in the conversation."""
    if conversation is not None and is_in(conversation, ticket):
        _write(conversation, Message.Role.HELP, Message.Source.STAFF, text, at)


def _write(
    conversation: Conversation, role: Message.Role, source: Message.Source, text: str, at: datetime
) -> None:
    Message.objects.create(
        conversation=conversation,
        role=role,
        source=source,
        language=conversation.language,
        text=text,
        at=at,
    )
    Conversation.objects.filter(pk=conversation.pk).update(last_at=at)
    live.conversation_changed(conversation)


def say(
    conversation: Conversation, text: str, at: datetime, decision: dict[str, str] | None = None
) -> Message:
    """Add a line of the site itself to a conversation."""
    message = Message.objects.create(
        conversation=conversation,
        role=Message.Role.HELP,
        source=Message.Source.SYSTEM,
        language=conversation.language,
        text=text,
        decision=decision or {},
        at=at,
    )
    live.conversation_changed(conversation)
    return message


def is_in(conversation: Conversation, ticket: Ticket) -> bool:
    """Whether the conversation waits for, or is with, support in this ticket."""
    return conversation.mode in IN_A_TICKET and conversation.ticket_id == ticket.pk


def _can_be_answered(conversation: Conversation, ticket: Ticket) -> bool:
    return conversation.mode == Mode.BOT or is_in(conversation, ticket)


def _last_joined(conversation: Conversation) -> UUID | None:
    """Who joined last, since support took the conversation over last."""
    lines = conversation.messages.filter(decision__has_key="joined").order_by("-at", "-created_at")
    joined = lines.values_list("decision__joined", flat=True).first()
    return UUID(joined) if joined else None


def _change(
    conversation: Conversation, mode: str, *, by: User | None, at: datetime, **changes: Any
) -> None:
    """Change the mode. A question that waits for the assistant is not answered by it any more."""
    changes |= {"pending": None, "pending_since": None, "last_at": at}
    transition(conversation, to=mode, by=by, at=at, **changes)
    live.conversation_changed(conversation)
