"""Answer a user's question from the FAQ, and record feedback on the answer."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import locks
from chatbot import queries
from chatbot.models import Conversation, Message
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from onboarding import identifiers

NO_ANSWER_TEXT = "Sorry, we do not have an answer to that. Our support team can help you."
SIMILAR_QUESTIONS_TEXT = (
    "We are not sure what you mean. Is it one of these? If not, our support team can help you."
)


class NotRateable(Refusal):
    """Only FAQ answers can be rated."""

    code = "not_an_answer"
    message = "You can rate only our answers."


@transaction.atomic
def ask(*, user: User, text: str, at: datetime) -> Message:
    """Store the question and its answer; return the answer."""
    identifiers.refuse_full_aadhaar({"q": text})
    locks.lock_account(user.pk)
    conversation = queries.live_conversation(user, now=at)
    if conversation is None:
        for idle in user.conversations.open():
            transition(idle, to=Conversation.Mode.CLOSED, by=None, at=at, closed_at=at)
        conversation = Conversation.objects.create(user=user, last_at=at)
    else:
        Conversation.objects.filter(pk=conversation.pk).update(last_at=at)
    common = {"conversation": conversation, "at": at}
    Message.objects.create(
        role=Message.Role.PERSON, source=Message.Source.PERSON, text=text, **common
    )
    match = queries.match_faq(text)
    if match.entry is None:
        reply = SIMILAR_QUESTIONS_TEXT if match.near else NO_ANSWER_TEXT
        source = Message.Source.SYSTEM
    else:
        reply, source = match.entry.text, Message.Source.FAQ
    return Message.objects.create(
        role=Message.Role.HELP,
        source=source,
        entry_id=match.entry.entry_id if match.entry else None,
        version_id=match.entry.version_id if match.entry else None,
        links=match.entry.links if match.entry else [],
        confidence=match.confidence,
        text=reply,
        **common,
    )


def give_feedback(*, message: Message, is_helpful: bool) -> Message:
    """Save whether an answer helped. A later rating replaces an earlier one."""
    if message.source != Message.Source.FAQ:
        raise NotRateable
    kinds = Message.Feedback
    message.feedback = kinds.HELPFUL if is_helpful else kinds.NOT_HELPFUL
    message.save(update_fields=["feedback", "updated_at"])
    return message
