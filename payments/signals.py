"""Signals of payments, sent inside the transaction of the change."""

from django.dispatch import Signal

#: A payment was created for approved work. Sent with `payment` and the moment `at`.
payment_opened = Signal()

#: A payout was completed. Sent with `payout`.
payout_settled = Signal()
