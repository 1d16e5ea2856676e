"""An answer in the language model's words, if it may be asked and the gate lets it through."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import redis
import structlog

from accounts.models import User
from chatbot.assistant import breaker, budget, client, gate, prompt
from chatbot.assistant.client import ModelReply, ModelUnavailable
from chatbot.assistant.decisions import ConversationTurn
from chatbot.assistant.prompt import QuotedPassage
from chatbot.faq.queries import FaqAnswer
from chatbot.models import HelpPreference

log = structlog.get_logger(__name__)


class GenerationOutcome(StrEnum):
    """What became of the attempt to let the model answer; stored in the decision's details."""

    OFF = "OFF"
    """No model is configured."""
    NOT_ALLOWED = "NOT_ALLOWED"
    """The user has switched it off, or is not known."""
    INJECTION = "INJECTION"
    """The message looks like instructions for a model."""
    NO_PASSAGES = "NO_PASSAGES"
    """No entry is near the question."""
    NO_VALKEY = "NO_VALKEY"
    """Budget and breaker do not answer."""
    BREAKER_OPEN = "BREAKER_OPEN"
    """The model has failed, and is not asked for a while."""
    OVER_BUDGET = "OVER_BUDGET"
    """The tokens of the day are used."""
    UNAVAILABLE = "UNAVAILABLE"
    """The model gave no valid answer in time."""
    REFUSED = "REFUSED"
    """The model says that the passages do not answer the question."""
    BLOCKED = "BLOCKED"
    """The gate stopped the answer."""
    SENT = "SENT"
    """The answer may be sent."""


@dataclass(frozen=True)
class Generation:
    """The answer, empty unless the outcome is SENT, the entries it cites, and details."""

    outcome: GenerationOutcome
    text: str = ""
    language: str = ""
    cited: tuple[FaqAnswer, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


def may_ask(*, user: User | None, is_injection: bool) -> GenerationOutcome | None:
    """Why the model is not asked, or None if it may be. Nothing is sent before that is known."""
    if not client.is_configured():
        return GenerationOutcome.OFF
    if user is None or HelpPreference.objects.filter(user=user, allows_model=False).exists():
        return GenerationOutcome.NOT_ALLOWED
    return GenerationOutcome.INJECTION if is_injection else None


def generate(
    *,
    text: str,
    user: User,
    history: Sequence[ConversationTurn],
    answers: Sequence[FaqAnswer],
    now: datetime,
) -> Generation:
    """Let the model answer from these entries, of which the first is the most probable.

    Runs outside any transaction; takes at most the configured seconds.
    """
    passages = passages_of(answers)
    if not passages:
        return _outcome(GenerationOutcome.NO_PASSAGES)
    language = passages[0].language
    asked = prompt.messages(question=text, language=language, passages=passages, history=history)
    details: dict[str, Any] = {"prompt": prompt.digest(asked)}
    began = time.perf_counter()
    try:
        reply = _ask(str(user.pk), asked, now=now)
    except redis.RedisError:
        log.warning("help_model_without_valkey")
        return _outcome(GenerationOutcome.NO_VALKEY, details)
    except ModelUnavailable as fault:
        log.warning("help_model_unavailable", reason=fault.reason)
        details |= {"reason": fault.reason, "milliseconds": _since(began)}
        return _outcome(GenerationOutcome.UNAVAILABLE, details)
    if isinstance(reply, GenerationOutcome):
        return _outcome(reply, details)
    details |= {"milliseconds": _since(began), "tokens": reply.tokens}
    return _examined(reply, passages, answers, text, details)


def passages_of(answers: Sequence[FaqAnswer]) -> list[QuotedPassage]:
    """The passages for the model: in the language of the first, which the answer will have.

    An answer can be compared only with entries in its own language.
    """
    return [
        QuotedPassage(
            id=str(each.entry_id),
            question=each.question,
            text=each.text,
            language=each.language,
            labels=tuple(link["label"] for link in each.links),
        )
        for each in answers[: prompt.MOST_PASSAGES]
        if each.language == answers[0].language
    ]


def _ask(who: str, asked: list[dict[str, str]], *, now: datetime) -> ModelReply | GenerationOutcome:
    """Ask within breaker and budget, and tell both how it went."""
    if not breaker.allows(now=now):
        return GenerationOutcome.BREAKER_OPEN
    reservation = budget.reserve(who, prompt.estimated_tokens(asked), now=now)
    if reservation is None:
        return GenerationOutcome.OVER_BUDGET
    try:
        reply = client.ask(asked)
    except ModelUnavailable as fault:
        if fault.is_fault:
            breaker.record_failure(now=now, retry_after=fault.retry_after)
        raise
    breaker.record_success()
    reservation.settle(reply.tokens)
    return reply


def _examined(
    reply: ModelReply,
    passages: Sequence[QuotedPassage],
    answers: Sequence[FaqAnswer],
    question: str,
    details: dict[str, Any],
) -> Generation:
    if reply.answer.refuse:
        return _outcome(GenerationOutcome.REFUSED, details)
    language = passages[0].language
    verdict = gate.examine(reply.answer, passages=passages, question=question, language=language)
    if not verdict.ok:
        return _outcome(GenerationOutcome.BLOCKED, details | {"verdicts": list(verdict.reasons)})
    cited = tuple(each for each in answers if str(each.entry_id) in reply.answer.cited)
    details = _outcome(GenerationOutcome.SENT, details).details
    details |= {"cited": [str(each.entry_id) for each in cited]}
    said = gate.without_emphasis(reply.answer.answer)
    return Generation(GenerationOutcome.SENT, said, language, cited, details)


def _outcome(outcome: GenerationOutcome, details: dict[str, Any] | None = None) -> Generation:
    return Generation(
        outcome, details={"model": client.model_name(), "outcome": outcome, **(details or {})}
    )


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
