"""Custom questions of a person, and those that wait for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.urls import reverse

from accounts.models import User
from chatbot.custom_questions import near
from chatbot.custom_questions.refusals import NoSuchMessage
from chatbot.models import CustomQuestion, CustomQuestionEvent, Message
from hitouch.core.web.queues import WorkQueue, queue_of

#: Messages of the conversation around the question that staff see.
MOST_MESSAGES = 12
State = CustomQuestion.State


def questions_of(user: User) -> QuerySet[CustomQuestion]:
    """The person's own questions, newest first, with `reason` if closed without an answer."""
    return _with_reason(user.custom_questions.all()).order_by("-opened_at", "-id")


def questions() -> QuerySet[CustomQuestion]:
    """All questions as staff see them: open ones first, the oldest of them first."""
    open_first = Case(When(state=State.OPEN, then=Value(0)), default=Value(1))
    rows = CustomQuestion.objects.select_related("user__agent", "answered_by__agent", "entry")
    return _with_reason(rows).order_by(
        open_first, Case(When(state=State.OPEN, then=F("opened_at"))), "-opened_at", "id"
    )


def open_questions() -> QuerySet[CustomQuestion]:
    """Questions that wait for an answer, the oldest first."""
    rows = CustomQuestion.objects.filter(state=State.OPEN).select_related("user__agent")
    return rows.order_by("opened_at", "id")


def _with_reason(rows: QuerySet[CustomQuestion]) -> QuerySet[CustomQuestion]:
    closing = CustomQuestionEvent.objects.filter(subject=OuterRef("pk"), became=State.DISMISSED)
    return rows.annotate(reason=Subquery(closing.values("why")[:1]))


@dataclass(frozen=True)
class OpenGroup:
    """Open questions that ask about the same, the oldest first."""

    first: CustomQuestion
    others: Sequence[CustomQuestion]

    @property
    def size_text(self) -> str:
        """Such as "3 people"; a person may have sent several."""
        return f"{1 + len(self.others)} questions"


def open_groups(rows: Sequence[CustomQuestion]) -> list[OpenGroup]:
    """These open questions by similarity; groups in the order of their oldest question."""
    groups = near.groups_of(rows)
    return [OpenGroup(group[0], group[1:]) for group in groups]


def similar_open(question: CustomQuestion) -> list[CustomQuestion]:
    """Other open questions of any person that ask about the same."""
    rows = list(open_questions()[: near.MOST_GROUPED])
    for group in near.groups_of(rows):
        if question in group:
            return [row for row in group if row != question]
    return []


def talk_before(question: CustomQuestion) -> Sequence[Message]:
    """The last messages of the conversation until the question was sent, oldest first.

    Empty once the conversation is anonymised.
    """
    conversation = question.conversation
    if conversation is None or conversation.anonymised_at is not None:
        return []
    rows = Message.objects.filter(conversation=conversation, at__lte=question.opened_at)
    newest = rows.select_related("entry").order_by("-at", "-created_at")[:MOST_MESSAGES]
    return list(reversed(newest))


def own_message(user: User, message_id: UUID | None) -> Message | None:
    """A message in the person's own conversations; None without an id. Raises NoSuchMessage."""
    if message_id is None:
        return None
    own = Message.objects.filter(conversation__user=user, pk=message_id)
    found = own.select_related("conversation", "in_reply_to__conversation").first()
    if found is None:
        raise NoSuchMessage
    return found


def asked_message(user: User, message_id: UUID) -> Message | None:
    """The question in the person's own conversations that a message is, or replies to."""
    own = Message.objects.filter(conversation__user=user, pk=message_id)
    found = own.select_related("in_reply_to").first()
    return found and (found.in_reply_to or found)


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """The work queue of open questions."""
    rows = CustomQuestion.objects.filter(state=State.OPEN)
    url = reverse("chatbot:staff-questions")
    label = "Questions from Help to answer"
    return [queue_of(rows, since="opened_at", label=label, url=url, group="Support")]
