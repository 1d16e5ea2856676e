"""Transfers that finance staff make by hand at the bank."""

from hitouch.core.payout_provider.base import (
    PayoutProvider,
    TransferOrder,
    TransferResult,
    TransferState,
)


class ManualTransfer(PayoutProvider):
    """Sends nothing: finance makes the transfer and records its UTR."""

    name = "MANUAL"

    def begin_transfer(self, order: TransferOrder) -> TransferResult:
        """Leave the transfer to finance."""
        return TransferResult(TransferState.MANUAL)
