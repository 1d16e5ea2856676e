"""Payout providers: one validates bank accounts, one makes transfers."""

from django.conf import settings

from hitouch.core.payout_provider.base import AccountValidator, TransferService
from hitouch.core.payout_provider.manual import ManualTransfer
from hitouch.core.payout_provider.razorpayx import RazorpayX


def account_validator() -> AccountValidator | None:
    """The provider that validates accounts by a rupee; None if not configured (staff compare)."""
    return RazorpayX() if settings.RAZORPAYX_KEY_ID else None


def transfer_service() -> TransferService:
    """The provider that makes transfers: by hand (ADR 7)."""
    return ManualTransfer()
