"""Signals of payments, sent inside the transaction of the change."""

from django.dispatch import Signal

#: A payment was created for what was earned. Sent with `payment` and the moment `at`. The agent
#: is locked. A receiver answers with the payout that carries it, if there is one.
payment_opened = Signal()

#: A correction of a payment was proposed, or decided. Sent with the `payment`, `by` whom and the
#: moment `at`; decided before the payment is taken back. The agent is locked.
correction_proposed = Signal()
correction_decided = Signal()

#: A payment was taken back. Sent with its `correction` and the moment `at`.
payment_taken_back = Signal()

#: A payout was completed. Sent with `payout`.
payout_settled = Signal()
