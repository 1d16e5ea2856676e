"""The money endpoints."""

from payments.api.agents import OnePayment, Payments
from payments.api.staff import (
    FailPayout,
    PayoutAccount,
    Payouts,
    RetryPayout,
    SettlePayout,
    StartPayout,
)

__all__ = [
    "FailPayout",
    "OnePayment",
    "Payments",
    "PayoutAccount",
    "Payouts",
    "RetryPayout",
    "SettlePayout",
    "StartPayout",
]
