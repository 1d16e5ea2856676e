"""Payout providers: the one that validates accounts, and the one that makes transfers."""

from django.conf import settings

from hitouch.core.payout_provider.base import AccountValidator, TransferService
from hitouch.core.payout_provider.manual import ManualTransfer
from hitouch.core.payout_provider.razorpayx import RazorpayX


def account_validator() -> AccountValidator | None:
    """Validates accounts by a rupee; None while none is configured, and people compare by hand."""
    return RazorpayX() if settings.RAZORPAYX_KEY_ID else None


def transfer_service() -> TransferService:
    """Makes the transfers: by hand (ADR 7), until a provider is trusted with it."""
    return ManualTransfer()
