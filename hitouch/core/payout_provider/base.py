"""The interface of a payout provider, its data types and exceptions."""

from dataclasses import dataclass, field
from uuid import UUID


class ProviderUnavailable(Exception):
    """The request certainly had no effect; it can be repeated."""


class OutcomeUnknown(ProviderUnavailable):
    """The request may have succeeded and its response was lost: look it up before repeating."""


class ProviderRejected(ProviderUnavailable):
    """The provider rejects the request for good."""


class NotOffered(ProviderRejected):
    """The provider has no such service."""


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


@dataclass(frozen=True)
class TransferResult:
    """The result of ordering a transfer. The state is that of the transfer."""

    state: str

    MANUAL = "manual"
    """A person has to make the transfer at the bank; the provider does nothing."""


class PayoutProvider:
    """A service that transfers money to accounts and validates them.

    A provider overrides what it can do; the rest raises `NotOffered`. Every call that moves
    money is repeated with the same key until its outcome is known.
    """

    name: str

    def begin_validation(self, target: PayoutTarget, *, key: UUID) -> ValidationResult:
        """Validate an account by sending a rupee, once for each key."""
        raise NotOffered

    def fetch_validation(self, validation_id: str) -> ValidationResult:
        """The current result of a validation."""
        raise NotOffered

    def find_validation(self, key: UUID) -> ValidationResult | None:
        """The validation with this key, for when its response was lost; None if there is none."""
        raise NotOffered

    def begin_transfer(self, order: TransferOrder) -> TransferResult:
        """Order a transfer, once for each key."""
        raise NotOffered
