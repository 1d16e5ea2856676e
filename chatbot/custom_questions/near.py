"""FAQ entries near to a question, and questions that ask the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chatbot.faq import queries as faq
from chatbot.matching import grouping
from chatbot.matching import services as matching
from chatbot.models import CustomQuestion

#: Open questions that are compared with each other, the oldest ones.
MOST_GROUPED = 300


@dataclass(frozen=True)
class NearEntry:
    """A published entry that may answer a question, with the matcher's figure for it."""

    entry_id: UUID
    question: str
    answer: str
    probability: float

    @property
    def percent(self) -> int:
        return round(self.probability * 100)


def near_entries(question: CustomQuestion) -> list[NearEntry]:
    """Published entries that may answer the question, in its language."""
    return entries_near(question.text, language=question.language)


def entries_near(text: str, *, language: str) -> list[NearEntry]:
    """At most three published entries that may answer a text, the most probable first."""
    candidates = matching.match(text).candidates
    answers = faq.answers_of([each.entry_id for each in candidates], language=language)
    return [
        NearEntry(each.entry_id, answer.question, answer.text, each.probability)
        for each in candidates
        if (answer := answers.get(each.entry_id))
    ]


def groups_of(rows: Sequence[CustomQuestion]) -> list[list[CustomQuestion]]:
    """The questions by what they ask, in the given order."""
    groups = group_texts([row.text for row in rows])
    return [[rows[number] for number in numbers] for numbers in groups]


def group_texts(texts: Sequence[str]) -> list[list[int]]:
    """The numbers of texts that ask the same, in order.

    Compared by their characters: the encoder would take 30 ms for each text while a page waits.
    """
    return sorted(grouping.group(texts, by_meaning=False))
