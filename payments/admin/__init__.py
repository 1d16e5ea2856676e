"""Admin for finance: payouts, the ledger, payments, and tax and fee rates."""

from payments.admin import ledger, payouts, rates

__all__ = ["ledger", "payouts", "rates"]
