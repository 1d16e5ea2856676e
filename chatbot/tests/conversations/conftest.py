"""Helpers for tests of conversations: decisions to deliver, and an open ticket."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from chatbot.assistant.decide import Decision
from chatbot.conversations import services
from chatbot.faq import queries as faq
from chatbot.models import FaqEntry, Message
from conftest import NOON

SECOND = timedelta(seconds=1)


def given(key: str = "payout_when", **facts: Any) -> Decision:
    """The decision that an entry answers the question."""
    found = faq.answer_of(FaqEntry.objects.get(key=key).pk, language="EN")
    assert found is not None
    usual = {"probability": 0.95, "language": "EN", "entry_id": found.entry_id}
    return Decision(
        "FAQ", text=found.text, version_id=found.version_id, links=found.links, **(usual | facts)
    )


def offered(*keys: str) -> Decision:
    """The decision to ask which of these entries is meant."""
    entries = [FaqEntry.objects.get(key=key) for key in keys]
    shown = tuple((entry.pk, entry.version_id, 0.4) for entry in entries)
    return Decision("SUGGESTION", language="EN", probability=0.4, suggestions=shown)


@pytest.fixture
def answered() -> Callable[..., Message]:
    """Ask and answer with a decision: `answered(user, given())` returns the answer."""

    def make(user: User, decision: Decision, *, text: str = "Hello", at: Any = NOON) -> Message:
        sent = services.send(user=user, text=text, at=at)
        answer = services.deliver(sent.message.pk, decision, at + SECOND)
        assert answer is not None
        return answer

    return make
