"""The interface of a payout provider, its data types and exceptions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
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


class TransferState(StrEnum):
    """States of a transfer at a payout provider."""

    MANUAL = "manual"
    """A person has to make the transfer at the bank; the provider does nothing."""
    PENDING = "pending"
    QUEUED = "queued"
    SCHEDULED = "scheduled"
    PROCESSING = "processing"
    PROCESSED = "processed"
    REVERSED = "reversed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class TransferMode(StrEnum):
    """The rail of a transfer."""

    IMPS = "IMPS"
    NEFT = "NEFT"
    RTGS = "RTGS"
    UPI = "UPI"


IMPS_LIMIT_PAISE = 5_00_000_00


@dataclass(frozen=True)
class TransferOrder:
    """A transfer to make. Nothing of it changes while the outcome of its key is unknown."""

    key: UUID
    amount_paise: int
    target: PayoutTarget
    destination: str = ""
    """The id of the account at the provider, from `register_account`."""
    narration: str = ""

    @property
    def mode(self) -> TransferMode:
        """UPI for an address, IMPS for an account, and NEFT above the limit of IMPS."""
        if self.target.vpa:
            return TransferMode.UPI
        is_small = self.amount_paise <= IMPS_LIMIT_PAISE
        return TransferMode.IMPS if is_small else TransferMode.NEFT


@dataclass(frozen=True)
class TransferResult:
    """A transfer as the provider describes it."""

    state: TransferState
    id: str = ""
    key: str = ""
    """The idempotency key, which is sent as the reference too."""
    amount_paise: int = 0
    utr: str = ""
    reason: str = ""
    """The provider's code for why it is in this state."""
    created_at: datetime | None = None

    MANUAL: ClassVar = TransferState.MANUAL


@dataclass(frozen=True)
class AccountMovement:
    """One line of the provider's account: a positive amount came in, a negative one left."""

    id: str
    amount_paise: int
    balance_paise: int
    at: datetime
    transfer_id: str = ""
    utr: str = ""
    key: str = ""
    account: str = field(default="", repr=False)
    """The number of the account that moved."""
    currency: str = "INR"
    is_bank_transfer: bool = False
    """Whether somebody transferred money to the account from another bank account."""
    payer_name: str = field(default="", repr=False)
    payer_account: str = field(default="", repr=False)
    narration: str = field(default="", repr=False)


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
        """Order a transfer, once for each key.

        `OutcomeUnknown` says that it may be made. `ProviderUnavailable` and `ProviderRejected`
        say that this call made none; an earlier one with the same key may have.
        """
        raise NotOffered

    def register_account(self, target: PayoutTarget) -> str:
        """The id of this account at the provider; the same details give the same one."""
        raise NotOffered

    def fetch_transfer(self, transfer_id: str) -> TransferResult:
        """The current state of a transfer."""
        raise NotOffered

    def find_transfers(self, key: UUID) -> list[TransferResult]:
        """All transfers made with this key, for when a response was lost."""
        raise NotOffered

    def list_transfers(self, *, since: datetime, until: datetime) -> Iterator[TransferResult]:
        """All transfers created in a period, newest first."""
        raise NotOffered

    def fetch_movement(self, movement_id: str) -> AccountMovement:
        """One movement on the provider's account by its id."""
        raise NotOffered

    def list_movements(self, *, since: datetime, until: datetime) -> Iterator[AccountMovement]:
        """All movements on the provider's account in a period, newest first."""
        raise NotOffered
