"""Decides how a question is answered. Runs outside any transaction: it may take seconds."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from accounts.models import User
from chatbot.assistant import intents, texts
from chatbot.assistant.decisions import Decision, DecisionKind, Turn

__all__ = ["Decision", "DecisionKind", "Turn", "decide"]


def decide(
    *, text: str, language: str, user: User | None, history: Sequence[Turn], now: datetime
) -> Decision:
    """The answer to a question, which has no secrets in it any more.

    In this order: a wish for a person, a courtesy, facts from the user's own record, an entry that
    answers with a high probability, the language model, suggestions, nothing.
    """
    began = time.perf_counter()
    decision = _decide(text=text, language=language, user=user, history=history, now=now)
    return replace(decision, latency_ms=round((time.perf_counter() - began) * 1000))


def _decide(
    *, text: str, language: str, user: User | None, history: Sequence[Turn], now: datetime
) -> Decision:
    if intents.wants_person(text):
        return Decision(DecisionKind.PERSON, language=language)
    if courtesy := intents.courtesy_of(text):
        said = texts.courtesy(courtesy, language)
        return Decision(DecisionKind.SYSTEM, text=said, language=language)
    details = {"is_injection": intents.is_injection(text)}
    return Decision(DecisionKind.PASS, language=language, details=details)
