"""The transfer that a person makes at the bank; the payout provider while there is no other."""

from hitouch.core.payout_provider.base import TransferOrder


class ManualTransfer:
    """Nothing is sent from here: finance makes the transfer and records its UTR."""

    name = "MANUAL"

    def send(self, order: TransferOrder) -> str:
        """Tell finance what to do now."""
        return "Make this bank transfer now. Then ask someone else in finance to record the UTR."
