"""A question is stored and answered from our own answers, or honestly not."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import locks
from chatbot import queries
from chatbot.models import Conversation, Message
from hitouch.core.errors import Refusal

NO_ANSWER = "Sorry, we do not have an answer to that. Our support team can help you."
MIN_SIMILARITY = (
    "We are not sure what you mean. Is it one of these? If not, our support team can help you."
)


class NotRateable(Refusal):
    """Only our answers are rated."""

    code = "not_an_answer"
    message = "You can rate only our answers."


@transaction.atomic
def ask(*, user: User, text: str, at: datetime) -> Message:
    """Store the question and hand back the stored answer."""
    locks.lock_account(user.pk)
    talk = queries.live_conversation(user, now=at)
    if talk is None:
        talk = Conversation.objects.create(user=user, last_at=at)
    else:
        Conversation.objects.filter(pk=talk.pk).update(last_at=at)
    said = {"conversation": talk, "at": at}
    Message.objects.create(
        role=Message.Role.PERSON, source=Message.Source.PERSON, text=text, **said
    )
    found = queries.match_faq(text)
    if found.entry is None:
        words = MIN_SIMILARITY if found.near else NO_ANSWER
        source = Message.Source.SYSTEM
    else:
        words, source = found.entry.answer, Message.Source.FAQ
    return Message.objects.create(
        role=Message.Role.HELP,
        source=source,
        entry=found.entry,
        confidence=found.confidence,
        text=words,
        **said,
    )


def give_feedback(*, message: Message, is_helpful: bool) -> Message:
    """Keep whether an answer helped. The last word counts."""
    if message.source != Message.Source.FAQ:
        raise NotRateable
    kinds = Message.Feedback
    message.feedback = kinds.HELPFUL if is_helpful else kinds.NOT_HELPFUL
    message.save(update_fields=["feedback", "updated_at"])
    return message
