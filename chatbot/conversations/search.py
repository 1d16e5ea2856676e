"""Search of the FAQ, and the language of a message."""

from dataclasses import dataclass

from chatbot import queries
from chatbot.assistant.decide import Decision
from chatbot.faq.queries import FaqAnswer, answers_of
from chatbot.models import HelpLanguage, Message

DEVANAGARI = range(0x0900, 0x0980)


@dataclass(frozen=True)
class Found:
    """The entries that match a text, the best first, and whether the best one answers it."""

    is_answered: bool
    confidence: float
    answers: list[FaqAnswer]


def search(text: str) -> Found:
    """Match a text against the questions of the entries."""
    found = queries.match_faq(text)
    answers = [found.entry, *found.near] if found.entry else found.near
    return Found(found.entry is not None, found.confidence, answers)


def language_of(text: str) -> str:
    """Hindi if the text has a letter of Devanagari, English otherwise."""
    has_hindi = any(ord(letter) in DEVANAGARI for letter in text)
    return str(HelpLanguage.HI if has_hindi else HelpLanguage.EN)


def decide_by_words(message: Message) -> Decision:
    """The decision by the words of the questions alone, where the assistant has none."""
    found, language = search(message.text), message.language
    by_language = answers_of([each.entry_id for each in found.answers], language=language)
    answers = list(by_language.values())
    facts = {"language": language, "probability": min(found.confidence, 1.0)}
    if found.is_answered and answers:
        best = answers[0]
        return Decision(
            "FAQ",
            text=best.text,
            entry_id=best.entry_id,
            version_id=best.version_id,
            links=best.links,
            **facts,
        )
    if answers:
        offered = tuple((each.entry_id, each.version_id, found.confidence) for each in answers)
        return Decision("SUGGESTION", suggestions=offered, **facts)
    return Decision("PASS", language=language)
