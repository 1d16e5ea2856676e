"""Register the admin classes of all features."""

from payments.earnings.admin import PaymentAdmin
from payments.ledger.admin import EntryAdmin, LedgerAccountAdmin
from payments.payouts.admin import PayoutAdmin
from payments.rates.admin import (
    FeeRuleAdmin,
    RateProposalAdmin,
    TaxRuleAdmin,
    WelfareFeeRuleAdmin,
)

__all__ = [
    "EntryAdmin",
    "FeeRuleAdmin",
    "LedgerAccountAdmin",
    "PaymentAdmin",
    "PayoutAdmin",
    "RateProposalAdmin",
    "TaxRuleAdmin",
    "WelfareFeeRuleAdmin",
]
