"""Payout providers: the one that validates accounts, and the one that makes transfers."""

from django.conf import settings

from hitouch.core.rails.base import (
    AccountValidator,
    OutcomeUnknown,
    Rail,
    RailAnswer,
    RailFault,
    RailRefused,
    Target,
    TransferOrder,
    TransferService,
)
from hitouch.core.rails.manual import ManualTransfer
from hitouch.core.rails.razorpayx import RazorpayX

__all__ = [
    "AccountValidator",
    "ManualTransfer",
    "OutcomeUnknown",
    "Rail",
    "RailAnswer",
    "RailFault",
    "RailRefused",
    "RazorpayX",
    "Target",
    "TransferOrder",
    "TransferService",
    "account_validator",
    "transfer_service",
]


def account_validator() -> AccountValidator | None:
    """Validates accounts by a rupee; None while none is configured, and people compare by hand."""
    return RazorpayX() if settings.RAZORPAYX_KEY_ID else None


def transfer_service() -> TransferService:
    """Makes the transfers: by hand (ADR 7), until a provider is trusted with it."""
    return ManualTransfer()
