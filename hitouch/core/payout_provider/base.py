"""Interfaces of payout providers, their data types and exceptions."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


class ProviderUnavailable(Exception):
    """The request certainly had no effect; it can be repeated."""


class OutcomeUnknown(ProviderUnavailable):
    """The request may have succeeded and its response was lost: look it up before repeating."""


class ProviderRejected(ProviderUnavailable):
    """The provider rejects the request for good."""


@dataclass(frozen=True)
class PayoutTarget:
    """An account to pay to: an Indian bank account or a UPI address."""

    person: str
    """A pseudonymous id of the owner, always the same for one person."""
    holder_name: str
    ifsc: str = ""
    account_number: str = field(default="", repr=False)
    vpa: str = field(default="", repr=False)


@dataclass(frozen=True)
class ValidationResult:
    """The result of an account validation. The state is that of the validation."""

    id: str
    state: str
    is_active: bool | None = None
    registered_name: str = field(default="", repr=False)
    utr: str = ""

    CREATED, COMPLETED, FAILED = "created", "completed", "failed"


@dataclass(frozen=True)
class TransferOrder:
    """A transfer to make. The idempotency key stays the same while the outcome is unknown."""

    key: UUID
    amount_paise: int
    target: PayoutTarget


class PayoutProvider(Protocol):
    """A payout provider; the protocols below say what it can do."""

    name: str


class AccountValidator(PayoutProvider, Protocol):
    """A provider that validates an account by sending a rupee."""

    def begin_test(self, target: PayoutTarget, *, key: UUID) -> ValidationResult:
        """Send a rupee, once for each key."""

    def fetch_test(self, test_id: str) -> ValidationResult:
        """The current result of a validation."""

    def find_test(self, key: UUID) -> ValidationResult | None:
        """The validation with this key, for when its response was lost; None if there is none."""


class TransferService(PayoutProvider, Protocol):
    """A provider that makes transfers."""

    def send(self, order: TransferOrder) -> str:
        """Submit the order. Returns the sentence that tells staff what to do next."""
