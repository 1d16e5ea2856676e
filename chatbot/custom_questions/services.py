"""Send a question to staff; answer it, or close it without an answer; make FAQ of it.

Locks: the account when a question is sent; the conversation, then the question, when it is
answered.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.notices import services as notices
from accounts.security import audit, locks
from chatbot.custom_questions import signals
from chatbot.custom_questions.refusals import (
    NotAskable,
    QuestionClosed,
    QuestionSentAlready,
    TooManyOpenQuestions,
    TooManyQuestionsToday,
)
from chatbot.models import Conversation, CustomQuestion, FaqEntry, HelpLanguage, Message
from chatbot.redaction import cleaning
from chatbot.redaction import services as redaction
from hitouch.core.db.state_machine import transition

#: Longest question and longest answer, in characters.
LONGEST_QUESTION = 1000
LONGEST_ANSWER = 4000
LONGEST_REASON = 500
DAY = timedelta(days=1)
State = CustomQuestion.State


@transaction.atomic
def open_question(
    *,
    user: User,
    text: str,
    language: str,
    at: datetime,
    conversation: Conversation | None = None,
    message: Message | None = None,
) -> CustomQuestion:
    """Send a question to staff: after an answer that did not help, or when Help had none.

    `message` is the question in the user's own conversation, or an answer to it; without `text`
    the question is sent as it was asked. Secrets in the text are masked before it is stored.
    """
    asked = _asked(message)
    if asked is not None:
        conversation = asked.conversation
        text = text if text.strip() else asked.text
    text = _cleaned(text, field="text", longest=LONGEST_QUESTION)
    locks.lock_account(user.pk)
    if asked is not None:
        _check_askable(asked)
    _check_limits(user, at=at)
    question = CustomQuestion.objects.create(
        user=user,
        conversation=conversation,
        message=asked,
        text=text,
        language=language if language in HelpLanguage.values else HelpLanguage.EN,
        opened_at=at,
    )
    question.events.create(became=State.OPEN, by=user, at=at)
    return question


def _asked(message: Message | None) -> Message | None:
    """The question that a message is, or replies to."""
    if message is not None and message.in_reply_to is not None:
        return message.in_reply_to
    return message


def _check_askable(asked: Message) -> None:
    answers = [asked, *asked.replies.all()]
    if any(row.is_rateable and row.feedback != Message.Feedback.NOT_HELPFUL for row in answers):
        raise NotAskable
    if CustomQuestion.objects.filter(message__in=answers).exists():
        raise QuestionSentAlready


def _check_limits(user: User, *, at: datetime) -> None:
    own = CustomQuestion.objects.filter(user=user)
    most_open = settings.HITOUCH_HELP_OPEN_QUESTIONS
    if own.filter(state=State.OPEN).count() >= most_open:
        raise TooManyOpenQuestions(most_open)
    most_a_day = settings.HITOUCH_HELP_QUESTIONS_A_DAY
    if own.filter(opened_at__gt=at - DAY).count() >= most_a_day:
        raise TooManyQuestionsToday(most_a_day)


@transaction.atomic
def answer_question(
    *, question: CustomQuestion, by: User, text: str, at: datetime, entry: FaqEntry | None = None
) -> CustomQuestion:
    """Answer a question. The person is told, and reads it in Help.

    `entry` is the FAQ entry that says the same, if there is one. Refused when somebody else was
    quicker: nobody gets two answers.
    """
    text = _cleaned(text, field="text", longest=LONGEST_ANSWER)
    conversation = _lock_open_conversation(question)
    question = _lock_open_question(question)
    transition(
        question, to=State.ANSWERED, by=by, at=at, answer=text, answered_by=by, answered_at=at,
        entry=entry,
    )  # fmt: skip
    audit.record_event(by=by, action="custom_question.answered", on=question, at=at)
    message = _say(conversation, question, at=at) if conversation else None
    signals.question_answered.send(sender=CustomQuestion, question=question, message=message, at=at)
    notices.notify(kind="chatbot/question_answered", **_notice(question, at=at, answer=text))
    return question


@transaction.atomic
def answer_questions(
    *,
    questions: Iterable[CustomQuestion],
    by: User,
    text: str,
    at: datetime,
    entry: FaqEntry | None = None,
) -> list[CustomQuestion]:
    """Answer several questions that ask the same with one text. Those closed meanwhile are left."""
    answered = []
    for question in sorted(questions, key=lambda row: (str(row.conversation_id), str(row.pk))):
        try:
            answered.append(
                answer_question(question=question, by=by, text=text, at=at, entry=entry)
            )
        except QuestionClosed:
            continue
    if not answered:
        raise QuestionClosed
    return answered


@transaction.atomic
def dismiss_question(*, question: CustomQuestion, by: User, reason: str, at: datetime) -> None:
    """Close a question without an answer. The person reads the reason."""
    reason = _cleaned(reason, field="reason", longest=LONGEST_REASON)
    question = _lock_open_question(question)
    transition(question, to=State.DISMISSED, by=by, at=at, why=reason)
    audit.record_event(by=by, action="custom_question.dismissed", on=question, at=at)
    notices.notify(kind="chatbot/question_dismissed", **_notice(question, at=at, reason=reason))


def _cleaned(text: str, *, field: str, longest: int) -> str:
    return redaction.redact(cleaning.clean(text, field=field, longest=longest)).text


def _lock_open_conversation(question: CustomQuestion) -> Conversation | None:
    if question.conversation_id is None:
        return None
    rows = Conversation.objects.open().filter(pk=question.conversation_id)
    return rows.select_for_update(no_key=True).first()


def _lock_open_question(question: CustomQuestion) -> CustomQuestion:
    rows = CustomQuestion.objects.select_for_update(no_key=True, of=("self",))
    locked = rows.select_related("user", "message").get(pk=question.pk)
    if locked.state != State.OPEN:
        raise QuestionClosed
    return locked


def _say(conversation: Conversation, question: CustomQuestion, *, at: datetime) -> Message:
    Conversation.objects.filter(pk=conversation.pk).update(last_at=at, updated_at=at)
    return Message.objects.create(
        conversation=conversation,
        role=Message.Role.HELP,
        source=Message.Source.STAFF,
        language=question.language,
        in_reply_to=question.message,
        text=question.answer,
        decision={"custom_question": str(question.pk)},
        at=at,
    )


def _notice(question: CustomQuestion, *, at: datetime, **context: object) -> dict[str, Any]:
    """What a notice about the question says besides its kind."""
    return {
        "user": question.user,
        "context": {"name": question.user.name, "question": question.text, **context},
        "at": at,
        "path": reverse("chatbot:question", args=[question.pk]),
        "about": str(question.pk),
    }
