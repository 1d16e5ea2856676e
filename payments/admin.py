"""Register the admin classes of all features."""

from payments.billing.admin import BillAdmin, BillingDetailsAdmin, CreditNoteAdmin
from payments.earnings.admin import (
    AdjustmentAdmin,
    LowerDeductionCertificateAdmin,
    PaymentAdmin,
    WelfareFeeAdmin,
    WithholdingAdmin,
    WithholdingYearAdmin,
)
from payments.evidence.admin import EvidenceFileAdmin
from payments.funding.admin import (
    ClientFundingAdmin,
    ClientRefundAdmin,
    DepositAdmin,
    DepositReturnAdmin,
)
from payments.integrity.admin import MoneyCheckAdmin
from payments.ledger.admin import EntryAdmin, LedgerAccountAdmin
from payments.liabilities.admin import LiabilityPaymentAdmin
from payments.payouts.admin import (
    PaymentHoldAdmin,
    PayoutAdmin,
    PayoutDecisionAdmin,
    SendingSwitchAdmin,
)
from payments.payouts.batches_admin import PayoutBatchAdmin
from payments.rates.admin import (
    ClientGstRuleAdmin,
    FeeRuleAdmin,
    RateProposalAdmin,
    TaxRuleAdmin,
    WelfareFeeRuleAdmin,
)
from payments.reconciliation.admin import (
    BankStatementAdmin,
    DifferenceAdmin,
    ReconciliationRunAdmin,
    StatementLineAdmin,
)
from payments.udyam.admin import UdyamRegistrationAdmin

__all__ = [
    "AdjustmentAdmin",
    "BankStatementAdmin",
    "BillAdmin",
    "BillingDetailsAdmin",
    "ClientFundingAdmin",
    "ClientGstRuleAdmin",
    "ClientRefundAdmin",
    "CreditNoteAdmin",
    "DepositAdmin",
    "DepositReturnAdmin",
    "DifferenceAdmin",
    "EntryAdmin",
    "EvidenceFileAdmin",
    "FeeRuleAdmin",
    "LedgerAccountAdmin",
    "LiabilityPaymentAdmin",
    "LowerDeductionCertificateAdmin",
    "MoneyCheckAdmin",
    "PaymentAdmin",
    "PaymentHoldAdmin",
    "PayoutAdmin",
    "PayoutBatchAdmin",
    "PayoutDecisionAdmin",
    "RateProposalAdmin",
    "ReconciliationRunAdmin",
    "SendingSwitchAdmin",
    "StatementLineAdmin",
    "TaxRuleAdmin",
    "UdyamRegistrationAdmin",
    "WelfareFeeAdmin",
    "WelfareFeeRuleAdmin",
    "WithholdingAdmin",
    "WithholdingYearAdmin",
]
