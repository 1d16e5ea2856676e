"""FAQ made of questions without an answer."""

from collections.abc import Sequence

from accounts.models import User
from chatbot.custom_questions import near
from chatbot.custom_questions.near import NearEntry
from chatbot.faq import services as faq
from chatbot.models import FaqCategory, FaqEntry, FaqPhrasing, Message


def near_entries(message: Message) -> list[NearEntry]:
    """At most three published entries that may answer the question."""
    return near.entries_near(message.text, language=message.language)


def make_draft(*, questions: Sequence[Message], category: FaqCategory, by: User) -> FaqEntry:
    """Make a draft of a new entry that asks what these messages ask, without an answer yet."""
    pairs = [(message.language, message.text) for message in questions]
    return faq.draft_from_group(questions=pairs, category=category, by=by).entry


def add_phrasing(*, message: Message, entry: FaqEntry, by: User) -> None:
    """Add the question to an entry, so that Help answers it the next time."""
    faq.add_phrasing(
        entry=entry,
        text=message.text,
        language=message.language,
        origin=FaqPhrasing.Origin.QUESTION,
        by=by,
    )
