"""Reads the rows of which the figures of some days are made; no texts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from chatbot.analytics.episodes import (
    DURABLE_AFTER,
    TICKET_WITHIN,
    CustomQuestionRow,
    MessageRow,
    TicketRow,
)
from chatbot.models import (
    CustomQuestion,
    Message,
    MessageSuggestion,
    SatisfactionRating,
    Ticket,
)
from hitouch.core.india_time import midnight

#: The topic of an answer from the person's own record; empty for any other.
TOPIC = Coalesce(KT("decision__topic"), Value("", TextField()))


@dataclass(frozen=True)
class RatingRow:
    """A rating of a ticket. `is_direct`: it was not opened from a conversation with Help."""

    score: int
    is_direct: bool
    language: str
    at: datetime


@dataclass(frozen=True)
class FigureRows:
    """The rows that concern some days in India, and what followed in the days after them."""

    starts_at: datetime
    ends_at: datetime
    messages: Sequence[MessageRow]
    chosen: dict[UUID, list[UUID]]
    tickets: Sequence[TicketRow]
    custom_questions: Sequence[CustomQuestionRow]
    ratings: Sequence[RatingRow]


def read_rows(first: date, last: date) -> FigureRows:
    """The rows for the days from `first` to `last`, in five queries."""
    starts_at, ends_at = midnight(first), midnight(last + timedelta(days=1))
    follows_until = ends_at + TICKET_WITHIN + DURABLE_AFTER
    asked = Message.objects.filter(
        role=Message.Role.PERSON, at__gte=starts_at, at__lt=follows_until
    )
    conversations = asked.values("conversation")
    rows = Message.objects.filter(conversation__in=conversations)
    is_meant = Q(opened_at__gte=starts_at, opened_at__lt=follows_until) | Q(
        conversation__in=conversations
    )
    opened, sent = Ticket.objects.filter(is_meant), CustomQuestion.objects.filter(is_meant)
    chosen = MessageSuggestion.objects.filter(
        message__conversation__in=conversations, chosen_at__isnull=False
    )
    rated = SatisfactionRating.objects.filter(at__gte=starts_at, at__lt=ends_at)
    return FigureRows(
        starts_at=starts_at,
        ends_at=ends_at,
        messages=[
            MessageRow(*values)
            for values in rows.values_list(
                "id", "conversation", "conversation__user", "source", "language", "in_reply_to",
                "entry", "entry__category", TOPIC, "latency_ms", "feedback", "at",
            )
        ],
        chosen=_by_message(chosen.values_list("message", "entry")),
        tickets=[
            TicketRow(*values)
            for values in opened.values_list(
                "user", "conversation", "topic", "language", "opened_at", "first_answer_at"
            )
        ],
        custom_questions=[
            CustomQuestionRow(*values)
            for values in sent.values_list(
                "conversation", "message", "language", "opened_at", "answered_at"
            )
        ],
        ratings=[
            RatingRow(score, conversation is None, language, at)
            for score, conversation, language, at in rated.values_list(
                "score", "ticket__conversation", "ticket__language", "at"
            )
        ],
    )  # fmt: skip


def _by_message(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, list[UUID]]:
    """Entries that were chosen, by the message which offered them."""
    entries: dict[UUID, list[UUID]] = defaultdict(list)
    for message, entry in pairs:
        entries[message].append(entry)
    return entries
