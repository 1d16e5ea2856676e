"""What a user does with an answer: rate it, choose a suggestion, pass the question on.

Locks: the account if a question is passed on, then the conversation.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.security import locks
from chatbot.conversations import queries, services, wording
from chatbot.conversations.refusals import NothingToAsk, NotRateable, SupportAnswers
from chatbot.custom_questions import services as custom_questions
from chatbot.desk import live, takeover
from chatbot.faq import queries as faq
from chatbot.models import Conversation, CustomQuestion, Message, MessageSuggestion

Source = Message.Source


@transaction.atomic
def rate(*, message: Message, is_helpful: bool, at: datetime) -> Message:
    """Save whether an answer helped. A later rating replaces an earlier one.

    After an answer that did not help, the team and a person are offered once.
    """
    if not message.is_rateable:
        raise NotRateable
    conversation = takeover.lock_conversation(message.conversation_id)
    kinds = Message.Feedback
    message.feedback = kinds.HELPFUL if is_helpful else kinds.NOT_HELPFUL
    message.feedback_at = at
    message.save(update_fields=["feedback", "feedback_at", "updated_at"])
    if conversation is None or conversation.mode != Conversation.Mode.BOT:
        return message
    offered = {"kind": "NOT_HELPFUL", "about": str(message.pk)}
    if not is_helpful and not conversation.messages.filter(decision=offered).exists():
        services.say(conversation, wording.NOT_HELPFUL, at=at, to=message, decision=offered)
    live.conversation_changed(conversation)
    return message


@transaction.atomic
def choose_suggestion(*, suggestion: MessageSuggestion, at: datetime) -> Message:
    """Give the answer of the question that the user meant. Chosen again, it is the same answer."""
    offered = suggestion.message
    conversation = _lock_for_assistant(offered)
    given = _reply_to(offered, kind="CHOSEN", entry=str(suggestion.entry_id))
    if given is not None:
        return given
    found = faq.answer_of(suggestion.entry_id, language=offered.language)
    if found is None:
        return none_of_these(message=offered, at=at)
    MessageSuggestion.objects.filter(pk=suggestion.pk).update(chosen_at=at)
    Conversation.objects.filter(pk=conversation.pk).update(last_at=at)
    live.conversation_changed(conversation)
    return Message.objects.create(
        conversation=conversation,
        role=Message.Role.HELP,
        source=Source.FAQ,
        language=offered.language,
        in_reply_to=queries.question_of(offered),
        entry_id=found.entry_id,
        version_id=found.version_id,
        confidence=suggestion.probability,
        text=found.text,
        links=list(found.links),
        decision={
            "kind": "CHOSEN",
            "about": str(offered.pk),
            "entry": str(suggestion.entry_id),
        },
        at=at,
    )


@transaction.atomic
def none_of_these(*, message: Message, at: datetime) -> Message:
    """Offer the team and a person: no suggestion was what the user meant."""
    if message.source != Source.SUGGESTION:
        raise NotRateable
    conversation = _lock_for_assistant(message)
    said = _reply_to(message, kind="NONE_OF_THESE")
    if said is not None:
        return said
    Conversation.objects.filter(pk=conversation.pk).update(last_at=at)
    decision = {"kind": "NONE_OF_THESE", "about": str(message.pk)}
    return services.say(conversation, wording.NONE_OF_THESE, at=at, to=message, decision=decision)


@transaction.atomic
def ask_team(*, message: Message, at: datetime) -> CustomQuestion:
    """Send the question that a message is about to our team, which answers later."""
    question = queries.question_of(message)
    if question is None:
        raise NothingToAsk
    user = message.conversation.user
    if user is None:
        raise NothingToAsk
    user = locks.lock_account(user.pk)
    sent = custom_questions.open_question(
        user=user,
        text="",
        language=question.language,
        conversation=message.conversation,
        message=question,
        at=at,
    )
    conversation = takeover.lock_conversation(message.conversation_id)
    if conversation is not None and conversation.mode == Conversation.Mode.BOT:
        Conversation.objects.filter(pk=conversation.pk).update(last_at=at)
        decision = {"kind": "ASKED_TEAM", "question": str(sent.pk)}
        services.say(conversation, wording.ASKED_TEAM, at=at, to=question, decision=decision)
    return sent


def _lock_for_assistant(message: Message) -> Conversation:
    """Lock the conversation; refused unless the assistant answers in it."""
    conversation = takeover.lock_conversation(message.conversation_id)
    if conversation is None or conversation.mode != Conversation.Mode.BOT:
        raise SupportAnswers
    return conversation


def _reply_to(message: Message, *, kind: str, **facts: str) -> Message | None:
    """What was said already about a message."""
    about = {"kind": kind, "about": str(message.pk), **facts}
    return message.conversation.messages.filter(decision__contains=about).first()


def suggestion_of(message: Message, entry_id: UUID) -> MessageSuggestion | None:
    """The suggestion of an entry in a message, if there is one."""
    rows = message.suggestions.select_related("message__conversation")
    return rows.filter(entry_id=entry_id).first()
