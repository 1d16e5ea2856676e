"""How money gets to a bank: the one thing a rail must do, and the rail there is."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class Order:
    """One transfer to make. The key stays the same for as long as its outcome is unknown."""

    key: UUID
    amount_paise: int
    holder_name: str
    ifsc: str
    account_number: str
    vpa: str = ""


class Rail(Protocol):
    """Something that can be told to make a transfer, and says so when it was told."""

    name: str

    def send(self, order: Order) -> str:
        """Hand the order over; returns the sentence that tells staff what happens now."""
        ...


class ManualTransfer:
    """No machine moves this money: a person makes the transfer at the bank, by hand."""

    name = "MANUAL"

    def send(self, order: Order) -> str:
        """Nothing leaves from here, and the sentence says so."""
        return (
            "Make this transfer at the bank now. "
            "Then ask somebody else from finance to record its UTR."
        )


def rail() -> Rail:
    """The rail in use."""
    return ManualTransfer()
