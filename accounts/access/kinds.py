"""The kinds of changes that take two people; each feature registers its own.

A kind says who may request and approve it, whether it is possible, what it rests on, and how it is
carried out.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import AccessChange, User

Facts = Mapping[str, Any]


class AccessDifference(NamedTuple):
    """One line of what a change would change, for the person who approves it."""

    what: str
    before: str
    after: str


class AccessKind(ABC):
    """Base of the kinds."""

    #: Whether the requester carries it out after the approval, because a secret is shown once.
    is_collected = False

    @abstractmethod
    def can_request(self, by: User) -> bool:
        """Whether this person's role may request it."""

    @abstractmethod
    def can_approve(self, by: User, *, requested_by: User) -> bool:
        """Whether this person's role may approve what the other one requested."""

    @abstractmethod
    def check(self, target: User, payload: Facts, *, by: User, at: datetime) -> None:
        """Raise a Refusal unless it could be done now."""

    @abstractmethod
    def state_of(self, target: User, payload: Facts) -> dict[str, Any]:
        """What the request rests on; a change of it ends the request."""

    @abstractmethod
    def differences(self, change: AccessChange) -> list[AccessDifference]:
        """Exactly what would change."""

    @abstractmethod
    def apply(self, change: AccessChange, *, at: datetime) -> Any:
        """Carry it out, in the transaction of the transition."""


_kinds: dict[str, AccessKind] = {}


def register(name: str, kind: AccessKind) -> None:
    """Make a kind known; called once, when the app is loaded."""
    _kinds[name] = kind


def kind_of(name: str) -> AccessKind:
    """The kind of this name."""
    return _kinds[name]
