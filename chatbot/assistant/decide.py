"""Decides how a question is answered. Runs outside any transaction: it may take seconds."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from chatbot.assistant import generation, intents, texts
from chatbot.assistant.decisions import Decision, DecisionKind, Turn
from chatbot.assistant.generation import Generation, GenerationOutcome
from chatbot.faq.queries import FaqAnswer, answers_of
from chatbot.matching import services as matching
from chatbot.matching.services import Band, EntryMatch
from chatbot.personal import services as personal

__all__ = ["Decision", "DecisionKind", "Turn", "decide"]


def decide(
    *, text: str, language: str, user: User | None, history: Sequence[Turn], now: datetime
) -> Decision:
    """The answer to a question, which has no secrets in it any more.

    In this order: a wish for a person, a courtesy, facts from the user's own record, an entry that
    answers with a high probability, the language model, suggestions, nothing. Instructions for a
    model in the text change nothing of that, and keep it from the model.
    """
    began = time.perf_counter()
    decision = _by_rule(text=text, language=language, user=user, now=now) or _by_match(
        text=text, language=language, user=user, history=history, now=now
    )
    return replace(decision, latency_ms=round((time.perf_counter() - began) * 1000))


def _by_rule(*, text: str, language: str, user: User | None, now: datetime) -> Decision | None:
    """What is recognised without the entries."""
    if intents.wants_person(text):
        return Decision(DecisionKind.PERSON, language=language)
    if courtesy := intents.courtesy_of(text):
        said = texts.courtesy(courtesy, language)
        return Decision(DecisionKind.SYSTEM, text=said, language=language)
    facts = personal.facts_for(user=user, text=text, language=language, now=now)
    if facts is None:
        return None
    return Decision(
        DecisionKind.FACTS,
        text=facts.text,
        language=language,
        links=facts.links,
        details={"topic": str(facts.topic), "as_of": facts.as_of.isoformat()},
    )


def _by_match(
    *, text: str, language: str, user: User | None, history: Sequence[Turn], now: datetime
) -> Decision:
    """What the entries say: one, the model's wording of some, or suggestions."""
    match = matching.match(text, now=now)
    ids = [each.entry_id for each in match.candidates]
    answers = answers_of(ids, language=language)
    is_injection = intents.is_injection(text)
    details = _details(match, is_injection=is_injection)
    best = answers.get(ids[0]) if ids else None
    if match.band == Band.ANSWER and best:
        return _entry(best, match, details)
    generated = _generated(
        text, user, history, list(answers.values()), is_injection=is_injection, now=now
    )
    details |= {"model": generated.details}
    if generated.outcome == GenerationOutcome.SENT:
        return _worded(generated, match, details)
    return _without_answer(match, answers, language, details)


def _generated(
    text: str,
    user: User | None,
    history: Sequence[Turn],
    answers: Sequence[FaqAnswer],
    *,
    is_injection: bool,
    now: datetime,
) -> Generation:
    reason = generation.may_ask(user=user, is_injection=is_injection)
    if user is None or reason:
        outcome = reason or GenerationOutcome.NOT_ALLOWED
        return Generation(outcome, details={"outcome": outcome})
    return generation.generate(text=text, user=user, history=history, answers=answers, now=now)


def _entry(answer: FaqAnswer, match: EntryMatch, details: Mapping[str, Any]) -> Decision:
    return Decision(
        DecisionKind.FAQ,
        text=answer.text,
        language=answer.language,
        entry_id=answer.entry_id,
        version_id=answer.version_id,
        probability=match.probability,
        links=answer.links,
        details=details,
    )


def _worded(generated: Generation, match: EntryMatch, details: Mapping[str, Any]) -> Decision:
    """The model's text with the links of the entries that it cites."""
    cited = {each.entry_id for each in generated.cited}
    return Decision(
        DecisionKind.AI,
        text=generated.text,
        language=generated.language,
        probability=max(each.probability for each in match.candidates if each.entry_id in cited),
        links=[link for each in generated.cited for link in each.links],
        details=details,
    )


def _without_answer(
    match: EntryMatch, answers: Mapping[UUID, FaqAnswer], language: str, details: Mapping[str, Any]
) -> Decision:
    """Suggestions, unless no entry is near or none of the near ones can be shown."""
    suggestions = tuple(
        (each.entry_id, answers[each.entry_id].version_id, each.probability)
        for each in match.candidates
        if each.entry_id in answers
    )
    is_near = match.band != Band.PASS and bool(suggestions)
    return Decision(
        DecisionKind.SUGGESTION if is_near else DecisionKind.PASS,
        language=language,
        probability=match.probability,
        suggestions=suggestions if is_near else (),
        details=details,
    )


def _details(match: EntryMatch, *, is_injection: bool) -> dict[str, Any]:
    """How the matcher saw the message."""
    return {
        "band": str(match.band),
        "engine": match.engine,
        "is_ambiguous": match.is_ambiguous,
        "is_injection": is_injection,
        "candidates": [
            [str(each.entry_id), round(each.probability, 4)] for each in match.candidates
        ],
    }
