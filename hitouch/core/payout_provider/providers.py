"""Which payout provider validates accounts, and which one makes transfers."""

from django.conf import settings

from hitouch.core.payout_provider.base import PayoutProvider
from hitouch.core.payout_provider.manual import ManualTransfer
from hitouch.core.payout_provider.razorpayx import RazorpayX


def validation_provider() -> PayoutProvider | None:
    """The provider that validates accounts; None without one: staff verify them."""
    return RazorpayX() if settings.RAZORPAYX_KEY_ID else None


def transfer_provider() -> PayoutProvider:
    """The provider that makes the transfers of a batch; without one finance makes them by hand."""
    return RazorpayX() if settings.RAZORPAYX_KEY_ID else ManualTransfer()
