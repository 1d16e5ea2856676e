"""Search of the FAQ for a page or a program, without a conversation."""

from dataclasses import dataclass

from chatbot.faq.queries import FaqAnswer, answers_of
from chatbot.matching import services as matching
from chatbot.matching.services import Band

#: Probability from which an entry is listed.
LISTED_FROM = 0.05


@dataclass(frozen=True)
class Found:
    """The entries that match a text, the best first, and whether the best one answers it."""

    is_answered: bool
    probability: float
    answers: list[FaqAnswer]


def search(text: str, *, language: str | None = None) -> Found:
    """Match a text against the entries, in the text's own language unless another is given."""
    match = matching.match(text)
    listed = [each.entry_id for each in match.candidates if each.probability >= LISTED_FROM]
    answers = answers_of(listed, language=language or match.language)
    found = [answers[key] for key in listed if key in answers]
    return Found(match.band == Band.ANSWER and bool(found), match.probability, found)
