"""Models of payments: ledger, rates, payments, withheld tax, adjustments and payouts."""

from payments.models.adjustments import Adjustment, AdjustmentEvent
from payments.models.ledger import AccountKind, Entry, EntryKind, LedgerAccount, Leg
from payments.models.payments import Payment, PaymentEvent
from payments.models.payouts import Payout, PayoutAttempt, PayoutEvent
from payments.models.rates import (
    FeeRule,
    RateProposal,
    RateProposalEvent,
    TaxRule,
    WelfareFeeRule,
)
from payments.models.withholding import (
    EngagedDay,
    LowerDeductionCertificate,
    WelfareFee,
    Withholding,
    WithholdingYear,
)

__all__ = [
    "AccountKind",
    "Adjustment",
    "AdjustmentEvent",
    "EngagedDay",
    "Entry",
    "EntryKind",
    "FeeRule",
    "LedgerAccount",
    "Leg",
    "LowerDeductionCertificate",
    "Payment",
    "PaymentEvent",
    "Payout",
    "PayoutAttempt",
    "PayoutEvent",
    "RateProposal",
    "RateProposalEvent",
    "TaxRule",
    "WelfareFee",
    "WelfareFeeRule",
    "Withholding",
    "WithholdingYear",
]
