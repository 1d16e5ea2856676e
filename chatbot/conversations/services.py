"""One conversation with Help: a question is stored, an answer found, and the answer stored.

These are three steps. Storing and delivering are short transactions; finding the answer may ask a
language model for seconds, and holds neither a transaction nor a lock. Who answers is the mode of
the conversation, which is read under the lock of its row in the transaction that stores a message:
an answer that was found while a person took over is dropped.

Locks: the account, then the conversation, then its ticket.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from accounts.models import User
from accounts.security import locks
from chatbot.assistant.decide import Decision, Turn, decide
from chatbot.conversations import limits, queries, wording
from chatbot.conversations.refusals import QuestionPending
from chatbot.desk import live, takeover
from chatbot.desk import services as desk
from chatbot.matching import languages
from chatbot.models import Conversation, HelpPreference, Message, MessageSuggestion, Ticket
from chatbot.redaction import services as redaction
from chatbot.redaction.cleaning import clean
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal

log = logging.getLogger(__name__)
Mode, Role, Source = Conversation.Mode, Message.Role, Message.Source
#: A question without an answer for so long is taken up by a sweep, or gives way to the next one.
#: Longer than a language model may take.
PENDING_FOR = timedelta(seconds=20)
#: The sources of answers, by kind of decision. Any other kind is a line of the site.
SOURCES = {
    "FAQ": Source.FAQ,
    "FACTS": Source.FACTS,
    "AI": Source.AI,
    "SUGGESTION": Source.SUGGESTION,
}


@dataclass(frozen=True)
class Sent:
    """A message that was stored, and whether the assistant has to answer it."""

    conversation: Conversation
    message: Message
    is_pending: bool = False


def send(*, user: User, text: str, at: datetime, client_key: str | None = None) -> Sent:
    """Store a message of the user, without the secrets in it.

    A message that was sent before with the same `client_key` is returned as it is. Refused if the
    text is empty or too long, over the limits, and while a question is pending.
    """
    text = clean(text, field="text", longest=limits.LONGEST_MESSAGE)
    redacted = redaction.redact(text).text
    language = languages.detect(redacted)
    pk = _message_key(user, client_key)
    with transaction.atomic():
        user = locks.lock_account(user.pk)
        if pk and (sent := _sent_before(user, pk)):
            return sent
        limits.refuse_too_many(user, at=at)
        conversation = lock_current(user, language=language, at=at)
        is_for_assistant = conversation.mode == Mode.BOT
        if is_for_assistant:
            _end_stale_question(conversation, at=at)
        message = Message.objects.create(
            conversation=conversation,
            role=Role.PERSON,
            source=Source.PERSON,
            language=language,
            text=redacted,
            at=at,
            **({"id": pk} if pk else {}),
        )
        if is_for_assistant:
            _update(conversation, language=language, last_at=at, pending=message, pending_since=at)
        else:
            _update(conversation, last_at=at)
            desk.reply(ticket=_ticket_of(conversation), text=text, at=at)
        live.conversation_changed(conversation)
    return Sent(conversation, message, is_pending=is_for_assistant)


def think(message_id: UUID, now: datetime) -> Decision:
    """Find the answer to a stored question. It holds no lock, and may take seconds.

    A failure is logged and becomes a decision too: nobody waits for an answer that never comes.
    """
    started = time.monotonic()
    try:
        rows = Message.objects.select_related("conversation__user")
        message = rows.get(pk=message_id)
        turns = [
            Turn("user" if each.is_from_person else "assistant", each.text)
            for each in queries.history(message)
        ]
        return decide(
            text=message.text,
            language=message.language,
            user=message.conversation.user,
            history=turns,
            now=now,
        )
    except Exception:
        log.exception("help.decision_failed", extra={"question": str(message_id)})
        spent = int(1000 * (time.monotonic() - started))
        return Decision(kind="FAILED", text="", language="", details={}, latency_ms=spent)


def deliver(message_id: UUID, decision: Decision, at: datetime) -> Message | None:
    """Store the answer to a pending question, unless support has taken over meanwhile.

    Returns None if the question is no longer pending: it was answered, or a person answers now.
    """
    question = Message.objects.select_related("conversation").get(pk=message_id)
    with transaction.atomic():
        if decision.kind == "PERSON":
            locks.lock_account(_user_of(question.conversation).pk)
        conversation = takeover.lock_conversation(question.conversation_id)
        if conversation is None or conversation.mode != Mode.BOT:
            return None
        if conversation.pending_id != question.pk:
            return None
        _update(conversation, last_at=at, pending=None, pending_since=None)
        if decision.kind == "PERSON":
            return _pass_to_person(conversation, question, decision, at)
        return _store_answer(conversation, question, decision, at)


def ask(*, user: User, text: str, at: datetime, client_key: str | None = None) -> Sent:
    """Store a message and answer it, for callers that can wait."""
    sent = send(user=user, text=text, at=at, client_key=client_key)
    answer(sent, at=at)
    return sent


def answer(sent: Sent, *, at: datetime) -> Message | None:
    """Answer what was sent, if the assistant has to."""
    if not sent.is_pending:
        return None
    return deliver(sent.message.pk, think(sent.message.pk, at), at)


def lock_current(user: User, *, language: str, at: datetime) -> Conversation:
    """The user's current conversation, locked. Idle ones are closed and a new one begun.

    The account is locked already, so that no two are begun.
    """
    current = queries.current_conversation(user, now=at)
    if current is not None:
        locked = takeover.lock_conversation(current.pk)
        if locked is not None and locked.mode != Mode.CLOSED:
            return locked
    for idle in user.conversations.open():
        close(idle, at=at)
    return Conversation.objects.create(user=user, language=language, last_at=at)


@transaction.atomic
def close(conversation: Conversation, *, at: datetime) -> None:
    """Close a conversation with the assistant; the next question begins a new one."""
    locked = takeover.lock_conversation(conversation.pk)
    if locked is None or locked.mode == Mode.CLOSED:
        return
    nothing: dict[str, Any] = {"pending": None, "pending_since": None, "ticket": None}
    transition(locked, to=Mode.CLOSED, by=None, at=at, closed_at=at, **nothing)
    live.conversation_changed(locked)


@transaction.atomic
def request_person(*, user: User, at: datetime) -> Conversation:
    """Let support answer in the conversation; nothing changes if it does already.

    Works in every state: without a conversation one is begun, a pending question is passed on.
    """
    user = locks.lock_account(user.pk)
    conversation = lock_current(user, language="EN", at=at)
    if conversation.mode == Mode.BOT:
        desk.request_person(user=user, conversation=conversation, at=at)
        conversation.refresh_from_db()
        live.conversation_changed(conversation)
    return conversation


def set_model_preference(*, user: User, allows_model: bool) -> None:
    """Whether the user's messages may be sent to a language model."""
    HelpPreference.objects.update_or_create(user=user, defaults={"allows_model": allows_model})


def say(
    conversation: Conversation,
    texts: wording.Texts,
    *,
    at: datetime,
    to: Message,
    decision: dict[str, str],
) -> Message:
    """Add a line of the site about a message; some kinds offer the team and a person below it."""
    message = Message.objects.create(
        conversation=conversation,
        role=Role.HELP,
        source=Source.SYSTEM,
        language=to.language,
        in_reply_to=queries.question_of(to),
        text=texts[to.language],
        decision=decision,
        at=at,
    )
    live.conversation_changed(conversation)
    return message


def _message_key(user: User, client_key: str | None) -> UUID | None:
    """The primary key of a message that is sent with a key of the client's, the same each time."""
    return uuid5(NAMESPACE_URL, f"help:{user.pk}:{client_key[:100]}") if client_key else None


def _sent_before(user: User, pk: UUID) -> Sent | None:
    found = queries.messages_of(user).filter(pk=pk).first()
    return Sent(found.conversation, found) if found else None


def _user_of(conversation: Conversation) -> User:
    if conversation.user is None:
        raise LookupError("only a closed conversation has no user")
    return conversation.user


def _ticket_of(conversation: Conversation) -> Ticket:
    if conversation.ticket is None:
        raise LookupError("a conversation with support has a ticket")
    return conversation.ticket


def _end_stale_question(conversation: Conversation, *, at: datetime) -> None:
    """Refuse while a question is pending; one whose process was killed is ended."""
    if conversation.pending is None or conversation.pending_since is None:
        return
    if at < conversation.pending_since + PENDING_FOR:
        raise QuestionPending
    say(conversation, wording.FAILED, at=at, to=conversation.pending, decision={"kind": "FAILED"})


def _store_answer(
    conversation: Conversation, question: Message, decision: Decision, at: datetime
) -> Message:
    language = wording.language_or_english(decision.language or question.language)
    source = SOURCES.get(decision.kind, Source.SYSTEM)
    is_faq = source == Source.FAQ
    message = Message.objects.create(
        conversation=conversation,
        role=Role.HELP,
        source=source,
        language=language,
        in_reply_to=question,
        entry_id=decision.entry_id if is_faq else None,
        version_id=decision.version_id,
        confidence=decision.probability,
        text=_text_of(decision, language),
        links=[dict(link) for link in decision.links],
        decision={**decision.details, "kind": str(decision.kind)},
        latency_ms=decision.latency_ms,
        at=at,
    )
    for position, (entry_id, version_id, probability) in enumerate(decision.suggestions, 1):
        MessageSuggestion.objects.create(
            message=message,
            entry_id=entry_id,
            version_id=version_id,
            probability=probability,
            position=position,
        )
    live.conversation_changed(conversation)
    return message


def _text_of(decision: Decision, language: str) -> str:
    if decision.kind == "SUGGESTION":
        return wording.SUGGESTIONS[language]
    if decision.kind == "FAILED":
        return wording.FAILED[language]
    return decision.text or wording.NO_ANSWER[language]


def _pass_to_person(
    conversation: Conversation, question: Message, decision: Decision, at: datetime
) -> Message:
    """Ask support to answer. If the user may open no more tickets, the reason is the answer."""
    user = _user_of(conversation)
    try:
        with transaction.atomic():
            desk.request_person(user=user, conversation=conversation, at=at)
    except Refusal as refusal:
        texts = dict.fromkeys(wording.NO_ANSWER, str(refusal))
        return say(conversation, texts, at=at, to=question, decision={"kind": "REFUSED"})
    live.conversation_changed(conversation)
    return question


def _update(conversation: Conversation, **changes: object) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(**changes)
    for name, value in changes.items():
        setattr(conversation, name, value)
