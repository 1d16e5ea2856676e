"""What a person answered: texts, choices and recordings, as they count for the grades."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from proctoring import queries
from proctoring.delivery.queries import is_settled
from proctoring.models import ItemKind, Recording, Sitting, SittingQuestion

#: Kinds of items that a machine or a person evaluates; the others have a key.
PRODUCTIVE = (ItemKind.SPEAKING, ItemKind.WRITING)
_GOOD = (Recording.Judgement.OK, Recording.Judgement.TOO_QUIET, Recording.Judgement.CLIPPED)


@dataclass(frozen=True)
class GivenAnswer:
    """The answer to one question: a text or choice, or a recording. Empty if there is none."""

    text: str = ""
    recording: Recording | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return self.recording is None and not self.text.strip()

    @property
    def digest(self) -> str:
        """Tells this answer from others to the same question."""
        recording = str(self.recording.pk) if self.recording else ""
        return hashlib.sha256(f"{recording}\n{self.text}".encode()).hexdigest()


def is_good(recording: Recording) -> bool:
    """Whether there is speech in a complete take, however well it can be heard."""
    return recording.state == Recording.State.CLOSED and recording.judgement in _GOOD


def counted_take(takes: Iterable[Recording]) -> Recording | None:
    """The take that is graded: the newest that can be heard, else the newest with speech."""
    complete = sorted(
        (row for row in takes if row.state == Recording.State.CLOSED), key=lambda row: -row.take
    )
    heard = [row for row in complete if row.judgement == Recording.Judgement.OK]
    return next(iter([*heard, *filter(is_good, complete), *complete]), None)


def answers_to(questions: Iterable[SittingQuestion]) -> dict[UUID, GivenAnswer]:
    """The answers to questions that were read with their answers, by question."""
    rows = list(questions)
    takes: dict[UUID, list[Recording]] = defaultdict(list)
    closed = Recording.objects.filter(
        question__in=[row.pk for row in rows], state=Recording.State.CLOSED, file__isnull=False
    )
    for take in closed.select_related("file"):
        takes[take.question_id].append(take)
    return {row.pk: GivenAnswer(row.given, counted_take(takes[row.pk])) for row in rows}


def answer_to(question: SittingQuestion) -> GivenAnswer:
    """The answer to one question, as it is now."""
    row = queries.questions_in(question.part).get(pk=question.pk)
    return answers_to([row])[row.pk]


def are_final(sitting: Sitting, at: datetime) -> bool:
    """Whether no answer can arrive any more.

    Entries may come for some time after an end by the clock. A recording that was cut off is
    completed by a sweep.
    """
    cut_off = Recording.objects.filter(question__sitting=sitting, state=Recording.State.OPEN)
    return is_settled(sitting, at) and not cut_off.exists()
