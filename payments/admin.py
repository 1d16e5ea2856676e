"""Register the admin classes of all features."""

from payments.earnings.admin import (
    AdjustmentAdmin,
    LowerDeductionCertificateAdmin,
    PaymentAdmin,
    WelfareFeeAdmin,
    WithholdingAdmin,
    WithholdingYearAdmin,
)
from payments.ledger.admin import EntryAdmin, LedgerAccountAdmin
from payments.payouts.admin import (
    PaymentHoldAdmin,
    PayoutAdmin,
    PayoutDecisionAdmin,
    SendingSwitchAdmin,
)
from payments.rates.admin import (
    FeeRuleAdmin,
    RateProposalAdmin,
    TaxRuleAdmin,
    WelfareFeeRuleAdmin,
)

__all__ = [
    "AdjustmentAdmin",
    "EntryAdmin",
    "FeeRuleAdmin",
    "LedgerAccountAdmin",
    "LowerDeductionCertificateAdmin",
    "PaymentAdmin",
    "PaymentHoldAdmin",
    "PayoutAdmin",
    "PayoutDecisionAdmin",
    "RateProposalAdmin",
    "SendingSwitchAdmin",
    "TaxRuleAdmin",
    "WelfareFeeAdmin",
    "WelfareFeeRuleAdmin",
    "WithholdingAdmin",
    "WithholdingYearAdmin",
]
