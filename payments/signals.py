"""What payments announces, inside the transaction that makes it true."""

from django.dispatch import Signal

#: Money arrived at an agent's bank. Carries `payout`.
payout_settled = Signal()
