"""Models of payments: ledger, rates, payments, withheld tax, adjustments and payouts."""

from payments.models.adjustments import Adjustment, AdjustmentEvent
from payments.models.billing import (
    Bill,
    BillingDetails,
    BillLine,
    BillSeries,
    CreditNote,
    CreditNoteLine,
)
from payments.models.deposit_returns import DepositReturn, DepositReturnEvent
from payments.models.entry_kinds import AccountKind, EntryKind
from payments.models.evidence import EvidenceFile
from payments.models.funding import (
    ClientFunding,
    ClientRefund,
    ClientRefundEvent,
    Deposit,
    DepositEvent,
    Reserve,
    ReserveIncrease,
    ReserveRelease,
)
from payments.models.ledger import (
    BalanceSnapshot,
    Entry,
    LedgerAccount,
    LedgerAnchor,
    LedgerBalance,
    LedgerSeal,
    Leg,
)
from payments.models.liabilities import (
    LiabilityAccrual,
    LiabilityPayment,
    LiabilityPaymentEvent,
)
from payments.models.money_checks import MoneyCheck
from payments.models.payments import Payment, PaymentEvent
from payments.models.payout_batches import PayoutBatch, PayoutBatchEvent, Rail, SendingSwitch
from payments.models.payout_decisions import PaymentHold, PayoutDecision
from payments.models.payouts import Payout, PayoutAttempt, PayoutEvent, PayoutItem
from payments.models.provider_events import ProviderEvent
from payments.models.rates import (
    ClientGstRule,
    FeeRule,
    RateProposal,
    RateProposalEvent,
    TaxRule,
    WelfareFeeRule,
)
from payments.models.reconciliation import (
    BankStatement,
    Difference,
    DifferenceEvent,
    ReconciliationRun,
    StatementLine,
)
from payments.models.udyam import UdyamRegistration, UdyamRegistrationEvent
from payments.models.weekly_batches import WeeklyBatch
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
    "BalanceSnapshot",
    "BankStatement",
    "Bill",
    "BillLine",
    "BillSeries",
    "BillingDetails",
    "ClientFunding",
    "ClientGstRule",
    "ClientRefund",
    "ClientRefundEvent",
    "CreditNote",
    "CreditNoteLine",
    "Deposit",
    "DepositEvent",
    "DepositReturn",
    "DepositReturnEvent",
    "Difference",
    "DifferenceEvent",
    "EngagedDay",
    "Entry",
    "EntryKind",
    "EvidenceFile",
    "FeeRule",
    "LedgerAccount",
    "LedgerAnchor",
    "LedgerBalance",
    "LedgerSeal",
    "Leg",
    "LiabilityAccrual",
    "LiabilityPayment",
    "LiabilityPaymentEvent",
    "LowerDeductionCertificate",
    "MoneyCheck",
    "Payment",
    "PaymentEvent",
    "PaymentHold",
    "Payout",
    "PayoutAttempt",
    "PayoutBatch",
    "PayoutBatchEvent",
    "PayoutDecision",
    "PayoutEvent",
    "PayoutItem",
    "ProviderEvent",
    "Rail",
    "RateProposal",
    "RateProposalEvent",
    "ReconciliationRun",
    "Reserve",
    "ReserveIncrease",
    "ReserveRelease",
    "SendingSwitch",
    "StatementLine",
    "TaxRule",
    "UdyamRegistration",
    "UdyamRegistrationEvent",
    "WeeklyBatch",
    "WelfareFee",
    "WelfareFeeRule",
    "Withholding",
    "WithholdingYear",
]
