"""What time does to conversations: late answers, closing, and forgetting who asked.

A conversation with the assistant closes when nobody wrote for `IDLE_AFTER`. Closed ones are
anonymised after `KEPT`: the texts go, and with them the user and the ties to tickets, which stay.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from chatbot.conversations import services
from chatbot.models import Conversation, ConversationEvent, CustomQuestion, Message, Ticket
from chatbot.models.conversations import IDLE_AFTER
from hitouch.core.data_protection.privacy import without_immutability_triggers
from hitouch.core.sweeps import Sweep

Mode = Conversation.Mode
#: How long the texts of a closed conversation are kept.
KEPT = timedelta(days=90)


def late(now: datetime) -> QuerySet[Conversation]:
    """Conversations whose question has waited too long: its process was killed, or is slow."""
    return Conversation.objects.filter(
        mode=Mode.BOT, pending__isnull=False, pending_since__lte=now - services.PENDING_FOR
    )


def answer_late(conversation: Conversation, now: datetime) -> bool:
    """Answer a question that waited too long. False if it was answered meanwhile."""
    if conversation.pending_id is None:
        return False
    decision = services.think(conversation.pending_id, now)
    return services.deliver(conversation.pending_id, decision, now) is not None


def idle(now: datetime) -> QuerySet[Conversation]:
    """Conversations in which nobody wrote for a while and support has nothing to answer."""
    is_over = Q(ticket=None) | Q(ticket__state=Ticket.State.RESOLVED)
    return Conversation.objects.open().filter(
        Q(mode=Mode.BOT) | is_over, last_at__lte=now - IDLE_AFTER
    )


def close_idle(conversation: Conversation, now: datetime) -> None:
    """Close one of them."""
    services.close(conversation, at=now)


def expired(now: datetime) -> QuerySet[Conversation]:
    """Closed conversations whose texts are kept no longer."""
    return Conversation.objects.filter(
        mode=Mode.CLOSED, last_at__lte=now - KEPT, anonymised_at=None
    )


def anonymise(conversation: Conversation, now: datetime) -> None:
    """Remove texts, links and the user. Modes, kinds of answers, entries and ratings stay."""
    with without_immutability_triggers(Message, ConversationEvent):
        said = conversation.messages.all()
        said.filter(role=Message.Role.PERSON).update(text="")
        own = [Message.Source.FACTS, Message.Source.AI, Message.Source.STAFF]
        said.filter(source__in=own).update(text="", links=[])
        said.filter(source=Message.Source.SYSTEM).update(text="")
        _reduce_decisions(conversation)
        conversation.events.update(by=None, why="")
    Ticket.objects.filter(conversation=conversation).update(conversation=None)
    CustomQuestion.objects.filter(conversation=conversation).update(conversation=None)
    CustomQuestion.objects.filter(message__conversation=conversation).update(message=None)
    Conversation.objects.filter(pk=conversation.pk).update(
        user=None, anonymised_at=now, updated_at=now
    )


def _reduce_decisions(conversation: Conversation) -> None:
    """Of how an answer came about only its kind is kept."""
    for message in conversation.messages.exclude(decision={}):
        kind = message.decision.get("kind")
        Message.objects.filter(pk=message.pk).update(decision={"kind": kind} if kind else {})


ANSWER_LATE = Sweep(
    name="chatbot.late_answers",
    due=late,
    act=answer_late,
    order=("pending_since", "pk"),
    atomic=False,
    seconds=50,
)
CLOSE_IDLE = Sweep(
    name="chatbot.idle_conversations", due=idle, act=close_idle, order=("last_at", "pk")
)
ANONYMISE = Sweep(
    name="chatbot.anonymise", due=expired, act=anonymise, order=("last_at", "pk"), limit=1000
)
