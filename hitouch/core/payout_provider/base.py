"""What a payout provider does, and the ways in which asking one can fail."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


class ProviderUnavailable(Exception):
    """The rail was surely not told: nothing happened, and it can be asked again."""


class OutcomeUnknown(ProviderUnavailable):
    """The rail may have done it and only its answer was lost: look before asking again."""


class ProviderRejected(ProviderUnavailable):
    """The rail understood and will not do this, however often it is asked."""


@dataclass(frozen=True)
class PayoutTarget:
    """An account that money can be sent to: an Indian bank account, or a UPI address."""

    person: str
    """Our name for its owner, always the same for one person; says nothing about them."""
    holder_name: str
    ifsc: str = ""
    account_number: str = field(default="", repr=False)
    vpa: str = field(default="", repr=False)


@dataclass(frozen=True)
class ValidationResult:
    """What a rail says about the test of an account: the test, not the account, has the state."""

    id: str
    state: str
    is_active: bool | None = None
    registered_name: str = field(default="", repr=False)
    utr: str = ""

    CREATED, COMPLETED, FAILED = "created", "completed", "failed"


@dataclass(frozen=True)
class TransferOrder:
    """One transfer to make. The key stays the same for as long as its outcome is unknown."""

    key: UUID
    amount_paise: int
    target: PayoutTarget


class PayoutProvider(Protocol):
    """A payout provider. What it can do beside having a name, the protocols below say."""

    name: str


class AccountValidator(PayoutProvider, Protocol):
    """A provider that can send a rupee to see whose account it reaches."""

    def begin_test(self, target: PayoutTarget, *, key: UUID) -> ValidationResult:
        """Send a rupee. The same key sends it once, however often it is asked."""

    def fetch_test(self, test_id: str) -> ValidationResult:
        """What became of a test, from the rail itself."""

    def find_test(self, key: UUID) -> ValidationResult | None:
        """The test with this key, when its answer was lost; None when there is none."""


class TransferService(PayoutProvider, Protocol):
    """A provider that makes transfers."""

    def send(self, order: TransferOrder) -> str:
        """Hand the order over; returns the sentence that tells staff what happens now."""
