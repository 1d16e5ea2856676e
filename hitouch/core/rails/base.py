"""What a rail for money does, and the two ways in which asking one can fail."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


class RailFault(Exception):
    """The rail was surely not told: nothing happened, and it can be asked again."""


class OutcomeUnknown(RailFault):
    """The rail may have done it and only its answer was lost: look before asking again."""


class RailRefused(RailFault):
    """The rail understood and will not do this, however often it is asked."""


@dataclass(frozen=True)
class Target:
    """An account that money can be sent to: an Indian bank account, or a UPI address."""

    person: str
    """Our name for its owner, always the same for one person; says nothing about them."""
    holder_name: str
    ifsc: str = ""
    account_number: str = field(default="", repr=False)
    vpa: str = field(default="", repr=False)


@dataclass(frozen=True)
class RailAnswer:
    """What a rail says about the test of an account: the test, not the account, has the state."""

    id: str
    state: str
    is_active: bool | None = None
    registered_name: str = field(default="", repr=False)
    utr: str = ""

    CREATED, COMPLETED, FAILED = "created", "completed", "failed"


class Rail(Protocol):
    """Moves money, and can send a rupee to see whose account it reaches."""

    name: str

    def begin_test(self, target: Target, *, key: UUID) -> RailAnswer:
        """Send a rupee. The same key sends it once, however often it is asked."""

    def fetch_test(self, test_id: str) -> RailAnswer:
        """What became of a test, from the rail itself."""

    def find_test(self, key: UUID) -> RailAnswer | None:
        """The test with this key, when its answer was lost; None when there is none."""
