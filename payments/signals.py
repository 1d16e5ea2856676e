"""Signals of payments, sent inside the transaction of the change."""

from django.dispatch import Signal

#: A payout was completed. Sent with `payout`.
payout_settled = Signal()
