"""Rows of conversations, as services of other features write them."""

from datetime import datetime

from accounts.models import User
from chatbot.models import Conversation, FaqCategory, FaqEntry, Message
from hitouch.core.db.state_machine import transition


def make_entry(key: str = "payday", category: str = "Payments") -> FaqEntry:
    """An entry of the FAQ."""
    found, _ = FaqCategory.objects.get_or_create(title=category)
    return FaqEntry.objects.create(category=found, key=key)


def make_conversation(user: User, at: datetime, mode: str = "BOT") -> Conversation:
    """A conversation, in mode BOT or CLOSED."""
    conversation = Conversation.objects.create(user=user, last_at=at)
    if mode == "CLOSED":
        close(conversation, at)
    return conversation


def close(conversation: Conversation, at: datetime) -> None:
    """Close a conversation, so that its user can have another one."""
    transition(conversation, to="CLOSED", by=None, at=at, closed_at=at)


def ask(
    conversation: Conversation, at: datetime, text: str = "When?", language: str = "EN"
) -> Message:
    """A question of the person."""
    return Message.objects.create(
        conversation=conversation, role="PERSON", source="PERSON", text=text, language=language,
        at=at,
    )  # fmt: skip


def reply(
    question: Message,
    at: datetime,
    source: str = "SYSTEM",
    *,
    entry: FaqEntry | None = None,
    feedback: str = "",
    latency_ms: int | None = 20,
    decision: dict[str, object] | None = None,
) -> Message:
    """What Help said to a question. An answer from the FAQ names its entry."""
    return Message.objects.create(
        conversation=question.conversation, role="HELP", source=source, text="So.",
        language=question.language, in_reply_to=question, entry=entry,
        confidence=0.9 if entry else None, feedback=feedback,
        feedback_at=at if feedback else None, latency_ms=latency_ms, decision=decision or {},
        at=at,
    )  # fmt: skip
