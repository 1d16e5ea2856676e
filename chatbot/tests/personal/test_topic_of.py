"""Which questions are about the sender's own record."""

import pytest

from chatbot.personal.intents import LONGEST, topic_of
from chatbot.tests.personal.sentences import OTHER, OWN


@pytest.mark.parametrize(
    ("topic", "text"), [(topic, text) for topic, texts in OWN.items() for text in texts]
)
def test_own_record(topic: str, text: str) -> None:
    """Questions about the state of one's own things, in three languages."""
    assert topic_of(text) == topic
    assert topic_of(f"  {text.upper()}  ?") == topic


@pytest.mark.parametrize("text", OTHER)
def test_any_other_text(text: str) -> None:
    """Rules, ways to do things, reasons, complaints, other people, and anything else."""
    assert topic_of(text) is None


def test_a_story_is_for_a_person() -> None:
    """A long text is not answered by a rule about one of its sentences."""
    assert topic_of("when is my next shift") is not None
    assert topic_of("when is my next shift " + "and so on " * (LONGEST // 10)) is None
