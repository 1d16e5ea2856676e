"""What the journal of a sitting holds."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from proctoring import conf
from proctoring.models import (
    AnswerEntry,
    Recording,
    Sitting,
    SittingQuestion,
    SittingSection,
)


@dataclass
class Head:
    """The last stored entry of a device. The next one has the next number and names its hash."""

    sequence: int = 0
    hash: str = ""
    written_at: datetime | None = None

    @property
    def next_sequence(self) -> int:
        return self.sequence + 1


@dataclass
class HeldAnswer:
    """What is held for a question: the answer that counts, and others that differ from it."""

    entry: AnswerEntry | None = None
    unresolved: list[AnswerEntry] = field(default_factory=list)
    others: Sequence[AnswerEntry] = ()
    marked_by: AnswerEntry | None = None

    @property
    def value(self) -> str:
        return self.entry.value if self.entry else ""

    @property
    def conflict(self) -> bool:
        """Whether devices gave different answers, and the agent has not chosen yet."""
        return bool(self.unresolved)

    @property
    def marked(self) -> bool:
        return self.marked_by is not None and self.marked_by.kind == AnswerEntry.Kind.MARK

    def take(self, entry: AnswerEntry) -> None:
        """Add an entry that counts. Entries are added in the order of their receipt."""
        if entry.kind in (AnswerEntry.Kind.MARK, AnswerEntry.Kind.UNMARK):
            if self.marked_by is None or _order(entry) > _order(self.marked_by):
                self.marked_by = entry
            return
        if entry.kind == AnswerEntry.Kind.CHOOSE:
            self.unresolved = []
        elif entry.conflict:
            self.unresolved.append(entry)
        if self.entry is None or _order(entry) > _order(self.entry):
            self.entry = entry


def _order(entry: AnswerEntry) -> tuple[datetime, datetime, int]:
    return entry.written_at, entry.received_at, entry.sequence


def heads(sitting: Sitting) -> dict[uuid.UUID, Head]:
    """The last stored entry of each device."""
    newest = sitting.entries.order_by("device", "-sequence").distinct("device")
    return {row.device: Head(row.sequence, row.hash, row.written_at) for row in newest}


def head_of(sitting: Sitting, device: uuid.UUID) -> Head:
    """The last stored entry of one device."""
    row = (
        sitting.entries.filter(device=device)
        .order_by("-sequence")
        .values_list("sequence", "hash", "written_at")
        .first()
    )
    return Head(*row) if row else Head()


def held_answers(questions: Collection[uuid.UUID]) -> dict[uuid.UUID, HeldAnswer]:
    """What is held for these questions."""
    held = {question: HeldAnswer() for question in questions}
    if not held:
        return held
    entries = AnswerEntry.objects.filter(question__in=held, counted=True)
    special = Q(conflict=True) | ~Q(kind=AnswerEntry.Kind.ANSWER)
    newest = entries.answers().newest_first("question").distinct("question").values("pk")
    rows = entries.filter(special | Q(pk__in=newest))
    for row in rows.order_by("received_at", "created_at", "sequence"):
        held[row.question_id].take(row)  # type: ignore[index]
    return held


def add_others(held: dict[uuid.UUID, HeldAnswer]) -> None:
    """Set `others` of the answers in conflict: the newest of each other device that differs."""
    disputed = [question for question, answer in held.items() if answer.conflict]
    if not disputed:
        return
    entries = AnswerEntry.objects.answers().filter(question__in=disputed)
    newest = list(entries.newest_first("question", "device").distinct("question", "device"))
    for question in disputed:
        answer = held[question]
        answer.others = [
            row
            for row in newest
            if row.question_id == question
            and answer.entry is not None
            and row.device != answer.entry.device
            and row.value != answer.value
        ]


def unanswered(sitting: Sitting, part: SittingSection | None = None) -> list[int]:
    """Positions of the questions that could be answered and are not, here or in one section.

    A spoken answer is a complete recording.
    """
    recorded = Recording.objects.filter(question=OuterRef("pk"), state=Recording.State.CLOSED)
    rows = SittingQuestion.objects.filter(sitting=sitting, part__closed_at__isnull=True)
    if part is not None:
        rows = rows.filter(part=part)
    empty = rows.with_answers().filter(~Exists(recorded)).order_by("position")
    return [row.position for row in empty if not row.given.strip()]


def entries_end_at(sitting: Sitting) -> datetime | None:
    """Until when entries may still come, if the sitting has ended.

    Who hands in has sent everything; whom the clock or the rules cut off gets the grace.
    """
    if sitting.ended_at is None:
        return None
    is_cut_off = sitting.end_reason != Sitting.EndReason.AGENT
    return sitting.ended_at + (conf.answer_grace() if is_cut_off else timedelta())


def is_settled(sitting: Sitting, now: datetime) -> bool:
    """Whether the sitting has ended and no entry can come any more, so that it may be graded."""
    ends = entries_end_at(sitting)
    return ends is not None and (sitting.end_reason == Sitting.EndReason.AGENT or ends <= now)
