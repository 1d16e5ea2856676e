"""FAQ entries near to a question, and questions that ask the same."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chatbot import queries as help_queries
from chatbot.faq import queries as faq
from chatbot.models import CustomQuestion

#: Open questions that are compared with each other, the oldest ones.
MOST_GROUPED = 1000
#: Characters of a text that are matched.
LONGEST_MATCHED = 500


@dataclass(frozen=True)
class NearEntry:
    """A published entry that may answer a question, with the matcher's figure for it."""

    entry_id: UUID
    question: str
    answer: str
    #: None where the matcher gives no probability.
    probability: float | None

    @property
    def percent(self) -> int | None:
        return None if self.probability is None else round(self.probability * 100)


def near_entries(question: CustomQuestion) -> list[NearEntry]:
    """Published entries that may answer the question, in its language."""
    return entries_near(question.text, language=question.language)


def entries_near(text: str, *, language: str) -> list[NearEntry]:
    """At most three published entries that may answer a text, the most probable first."""
    match = help_queries.match_faq(text[:LONGEST_MATCHED])
    found = [match.entry] if match.entry else match.near
    answers = faq.answers_of([answer.entry_id for answer in found], language=language)
    return [
        NearEntry(answer.entry_id, answer.question, answer.text, None)
        for answer in answers.values()
    ]


def groups_of(rows: Sequence[CustomQuestion]) -> list[list[CustomQuestion]]:
    """The questions by what they ask, in the given order."""
    groups = group_texts([row.text for row in rows])
    return [[rows[number] for number in numbers] for numbers in groups]


def group_texts(texts: Sequence[str]) -> list[list[int]]:
    """The numbers of texts that ask the same, in order: here those of the same words."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        groups[_words(text)].append(number)
    return list(groups.values())


def _words(text: str) -> str:
    plain = "".join(c if c.isalnum() or not c.isascii() else " " for c in text.casefold())
    return " ".join(sorted(set(plain.split())))
