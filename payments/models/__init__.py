"""Models of payments: ledger, rates, payments and payouts."""

from payments.models.ledger import AccountKind, Entry, EntryKind, LedgerAccount, Leg
from payments.models.payments import Payment, PaymentEvent
from payments.models.payouts import Payout, PayoutAttempt, PayoutEvent
from payments.models.rates import FeeRule, TaxRule

__all__ = [
    "AccountKind",
    "Entry",
    "EntryKind",
    "FeeRule",
    "LedgerAccount",
    "Leg",
    "Payment",
    "PaymentEvent",
    "Payout",
    "PayoutAttempt",
    "PayoutEvent",
    "TaxRule",
]
