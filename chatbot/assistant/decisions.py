"""What the assistant is given, and what it decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID


class DecisionKind(StrEnum):
    """How a question is answered."""

    FAQ = "FAQ"
    """The text of an entry, which answers the question with a high probability."""
    SUGGESTION = "SUGGESTION"
    """Up to three entries to choose from."""
    FACTS = "FACTS"
    """Facts from the user's own record."""
    AI = "AI"
    """A text of the language model that the entries confirm."""
    PASS = "PASS"  # noqa: S105
    """No answer: a custom question or a person."""
    PERSON = "PERSON"
    """The user asks for a person."""
    SYSTEM = "SYSTEM"
    """A greeting, thanks or goodbye is returned."""


@dataclass(frozen=True)
class ConversationTurn:
    """One earlier message of the conversation. `role` is "user" or "assistant"."""

    role: str
    text: str


Turn = ConversationTurn


@dataclass(frozen=True)
class Decision:
    """The answer to one question.

    `text` is empty for SUGGESTION, PASS and PERSON: the conversation has sentences for them.
    `probability` is that of the best entry, `suggestions` are (entry, version, probability).
    `details` say how the decision came about; they are stored with the message and contain no text
    of the user.
    """

    kind: str
    text: str = ""
    language: str = ""
    entry_id: UUID | None = None
    version_id: UUID | None = None
    probability: float | None = None
    suggestions: tuple[tuple[UUID, UUID | None, float], ...] = ()
    links: Sequence[Mapping[str, str]] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    latency_ms: int = 0
