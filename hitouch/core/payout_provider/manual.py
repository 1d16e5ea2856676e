"""Transfers that finance staff make by hand at the bank."""

from hitouch.core.payout_provider.base import TransferOrder


class ManualTransfer:
    """Sends nothing: finance makes the transfer and records its UTR."""

    name = "MANUAL"

    def send(self, order: TransferOrder) -> str:
        """The instruction for finance."""
        return "Make this bank transfer now. Then ask someone else in finance to record the UTR."
