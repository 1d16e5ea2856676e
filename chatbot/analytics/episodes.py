"""Episodes: the questions of a person in one conversation until they have an outcome.

Pure functions over rows; docs/adr/0087-figures-of-help.md has the definitions in words.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

#: An answer without a thumb counts as one when the person does not return within this time.
ASSUMED_AFTER = timedelta(hours=24)
#: An answer is durable when the person does not return within this time.
DURABLE_AFTER = timedelta(days=7)
#: A ticket that is opened from a conversation so long after its last question belongs to it.
TICKET_WITHIN = timedelta(hours=24)
ANSWERS = frozenset({"FAQ", "FACTS", "AI"})


class EpisodeOutcome(StrEnum):
    """How an episode ended."""

    FAQ = "FAQ"
    SUGGESTION = "SUGGESTION"
    FACTS = "FACTS"
    AI = "AI"
    CUSTOM = "CUSTOM"
    TICKET = "TICKET"
    UNANSWERED = "UNANSWERED"


#: Outcomes in which the assistant answered.
ANSWERED = frozenset(
    {EpisodeOutcome.FAQ, EpisodeOutcome.SUGGESTION, EpisodeOutcome.FACTS, EpisodeOutcome.AI}
)


class AnswerStanding(StrEnum):
    """What is known of an answer: rated helpful, no return within a day, or a return."""

    CONFIRMED = "CONFIRMED"
    ASSUMED = "ASSUMED"
    RETURNED = "RETURNED"
    PENDING = "PENDING"


class Durability(StrEnum):
    """Whether the person did not return within 7 days."""

    DURABLE = "DURABLE"
    NOT_DURABLE = "NOT_DURABLE"
    PENDING = "PENDING"


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message, without its text. `topic` is that of an answer from the person's own record."""

    id: UUID
    conversation: UUID
    user: UUID | None
    source: str
    language: str
    in_reply_to: UUID | None
    entry: UUID | None
    category: UUID | None
    topic: str
    latency_ms: int | None
    feedback: str
    at: datetime

    @property
    def order(self) -> tuple[datetime, str]:
        """Messages of the same moment stand in the order of their ids."""
        return self.at, str(self.id)


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as far as figures need it."""

    user: UUID
    conversation: UUID | None
    topic: UUID | None
    language: str
    opened_at: datetime
    first_answer_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomQuestionRow:
    """A custom question as far as figures need it."""

    conversation: UUID | None
    message: UUID | None
    language: str
    opened_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuestionTurn:
    """A question with what Help said to it, in order, and the entries that were chosen."""

    question: MessageRow
    replies: Sequence[MessageRow]
    chosen: frozenset[UUID]

    @property
    def first_reply(self) -> MessageRow | None:
        return self.replies[0] if self.replies else None

    @property
    def answer(self) -> MessageRow | None:
        """The last answer; of a suggestion, the entry that was chosen."""
        answers = [reply for reply in self.replies if reply.source in ANSWERS]
        return answers[-1] if answers else None

    @property
    def is_answered(self) -> bool:
        """Whether the last answer was not rated as unhelpful."""
        return self.answer is not None and self.answer.feedback != "NOT_HELPFUL"

    @property
    def subjects(self) -> frozenset[str]:
        """What was answered: entries, and topics of the person's own record."""
        return frozenset(
            subject for reply in self.replies if (subject := subject_of(reply)) is not None
        )


@dataclass(frozen=True, slots=True)
class Episode:
    """Questions of one person in one conversation until an outcome."""

    turns: Sequence[QuestionTurn]
    outcome: EpisodeOutcome
    standing: AnswerStanding | None = None
    durability: Durability | None = None

    @property
    def first(self) -> MessageRow:
        return self.turns[0].question

    @property
    def answer(self) -> MessageRow | None:
        """The answer with which it ended."""
        return self.turns[-1].answer if self.outcome in ANSWERED else None

    @property
    def is_rejected(self) -> bool:
        """Whether it ended with an answer that was rated as unhelpful, and nothing else."""
        last = self.turns[-1]
        return self.outcome == EpisodeOutcome.UNANSWERED and last.answer is not None

    @property
    def subjects(self) -> frozenset[str]:
        return frozenset().union(*(turn.subjects for turn in self.turns))


def subject_of(reply: MessageRow) -> str | None:
    """Names what an answer is about; None where it is not known."""
    if reply.source == "FAQ":
        return f"entry {reply.entry}"
    return f"facts {reply.topic}" if reply.source == "FACTS" and reply.topic else None


def turns_of(
    messages: Iterable[MessageRow], chosen: Mapping[UUID, Iterable[UUID]]
) -> dict[UUID, list[QuestionTurn]]:
    """The questions of each conversation in order. `chosen` has entries by message of suggestions.

    A message of Help that replies to no question, such as a greeting, is left out.
    """
    questions: dict[UUID, list[MessageRow]] = defaultdict(list)
    replies: dict[UUID, list[MessageRow]] = defaultdict(list)
    for row in sorted(messages, key=lambda row: row.order):
        if row.source == "PERSON":
            questions[row.conversation].append(row)
        elif row.in_reply_to is not None:
            replies[row.in_reply_to].append(row)
    return {
        conversation: [_turn(row, replies.get(row.id, ()), chosen) for row in rows]
        for conversation, rows in questions.items()
    }


def _turn(
    question: MessageRow, replies: Sequence[MessageRow], chosen: Mapping[UUID, Iterable[UUID]]
) -> QuestionTurn:
    entries = (entry for reply in replies for entry in chosen.get(reply.id, ()))
    return QuestionTurn(question, replies, frozenset(entries))


def episodes_of(
    turns: Mapping[UUID, Sequence[QuestionTurn]],
    tickets: Sequence[TicketRow],
    custom_questions: Sequence[CustomQuestionRow],
    *,
    now: datetime,
) -> list[Episode]:
    """The episodes of all conversations, with what is known of them by now."""
    passed = _Passed(tickets, custom_questions)
    found = [
        episode
        for conversation, rows in turns.items()
        for episode in _cut(conversation, rows, passed)
    ]
    return _with_standing(found, tickets, now=now)


class _Passed:
    """Tickets and custom questions by conversation and by message."""

    def __init__(
        self, tickets: Iterable[TicketRow], custom_questions: Iterable[CustomQuestionRow]
    ) -> None:
        self.tickets: dict[UUID, list[datetime]] = defaultdict(list)
        self.customs: dict[UUID, list[datetime]] = defaultdict(list)
        self.asked: set[UUID] = set()
        for ticket in tickets:
            if ticket.conversation is not None:
                self.tickets[ticket.conversation].append(ticket.opened_at)
        for custom in custom_questions:
            if custom.message is not None:
                self.asked.add(custom.message)
            elif custom.conversation is not None:
                self.customs[custom.conversation].append(custom.opened_at)

    def outcome(
        self, conversation: UUID, turn: QuestionTurn, until: datetime
    ) -> EpisodeOutcome | None:
        """What a question was passed on as before `until`."""
        since = turn.question.at
        if any(since <= at < until for at in self.tickets.get(conversation, ())):
            return EpisodeOutcome.TICKET
        is_custom = turn.question.id in self.asked or any(
            since <= at < until for at in self.customs.get(conversation, ())
        )
        return EpisodeOutcome.CUSTOM if is_custom else None


def _cut(conversation: UUID, turns: Sequence[QuestionTurn], passed: _Passed) -> Iterable[Episode]:
    open_turns: list[QuestionTurn] = []
    for number, turn in enumerate(turns):
        is_last = number + 1 == len(turns)
        until = turn.question.at + TICKET_WITHIN if is_last else turns[number + 1].question.at
        outcome = passed.outcome(conversation, turn, until) or _answered(turn)
        open_turns.append(turn)
        if outcome is not None or is_last:
            yield Episode(tuple(open_turns), outcome or EpisodeOutcome.UNANSWERED)
            open_turns = []


def _answered(turn: QuestionTurn) -> EpisodeOutcome | None:
    if turn.answer is None or not turn.is_answered:
        return None
    is_chosen = turn.answer.source == "FAQ" and turn.answer.entry in turn.chosen
    return EpisodeOutcome.SUGGESTION if is_chosen else EpisodeOutcome(turn.answer.source)


def _with_standing(
    episodes: Sequence[Episode], tickets: Sequence[TicketRow], *, now: datetime
) -> list[Episode]:
    by_user: dict[UUID, list[Episode]] = defaultdict(list)
    tickets_by_user: dict[UUID, list[TicketRow]] = defaultdict(list)
    for episode in episodes:
        if episode.first.user is not None:
            by_user[episode.first.user].append(episode)
    for ticket in tickets:
        tickets_by_user[ticket.user].append(ticket)
    known = []
    for episode in episodes:
        user = episode.first.user
        others = by_user.get(user, ()) if user else ()
        own_tickets = tickets_by_user.get(user, ()) if user else ()
        known.append(_judged(episode, others, own_tickets, now))
    return known


def _judged(
    episode: Episode, others: Sequence[Episode], tickets: Sequence[TicketRow], now: datetime
) -> Episode:
    answer = episode.answer
    if answer is None:
        return episode
    returned_at = _first_return(episode, answer, others, tickets)
    if answer.feedback == "HELPFUL":
        standing = AnswerStanding.CONFIRMED
    elif returned_at is not None and returned_at <= answer.at + ASSUMED_AFTER:
        standing = AnswerStanding.RETURNED
    else:
        is_early = now < answer.at + ASSUMED_AFTER
        standing = AnswerStanding.PENDING if is_early else AnswerStanding.ASSUMED
    if returned_at is not None and returned_at <= answer.at + DURABLE_AFTER:
        durability = Durability.NOT_DURABLE
    else:
        is_early = now < answer.at + DURABLE_AFTER
        durability = Durability.PENDING if is_early else Durability.DURABLE
    return Episode(episode.turns, episode.outcome, standing, durability)


def _first_return(
    episode: Episode,
    answer: MessageRow,
    others: Sequence[Episode],
    tickets: Sequence[TicketRow],
) -> datetime | None:
    """When the person came back with the same subject, or with a ticket that may be about it."""
    subject = subject_of(answer)
    moments = [
        other.first.at
        for other in others
        if other is not episode and other.first.at >= answer.at and subject in other.subjects
    ]
    moments += [
        ticket.opened_at
        for ticket in tickets
        if ticket.opened_at >= answer.at
        and (ticket.topic is None or answer.category is None or ticket.topic == answer.category)
    ]
    return min(moments, default=None)
