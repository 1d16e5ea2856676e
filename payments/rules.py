"""Figures of the rules of payments that people are told, read where the rules stand."""

from django.conf import settings
from django.db.models.functions import Now, TruncDate

from hitouch.core.india_time import INDIA
from payments.models import FeeRule
from payments.payouts import weekly


def payout_moment() -> tuple[int, int] | None:
    """Weekday (Monday is 0) and hour, in India, of the weekly payouts; None without a schedule."""
    if not weekly.is_scheduled():
        return None
    return weekly.WEEKDAYS.index(settings.HITOUCH_PAYOUT_WEEKDAY), settings.HITOUCH_PAYOUT_HOUR


def fee_basis_points() -> tuple[int, int] | None:
    """The platform fee, and the GST on it, in basis points; None if no rate is in force today."""
    today = TruncDate(Now(), tzinfo=INDIA)
    rule = FeeRule.objects.filter(kind=FeeRule.Kind.STANDARD, valid__contains=today).first()
    return (rule.fee_bp, rule.gst_bp) if rule else None
