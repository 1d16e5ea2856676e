"""The daily SMS budget: reserved before each call, with alarms at half and at the end."""

from datetime import datetime

from django.conf import settings

from hitouch.core.models import SmsDay
from hitouch.core.outbox import gsm


class BudgetExhausted(Exception):
    """The day's budget is spent."""


def price_of(body: str) -> int:
    """The price of a message in paise."""
    return gsm.segments(body) * int(settings.HITOUCH_SMS_PAISE)


def has_budget(at: datetime, *, cap: int | None = None) -> bool:
    """Whether the budget, or the part of it in paise, allows one more segment."""
    cap = settings.HITOUCH_SMS_PAISE_A_DAY if cap is None else cap
    return SmsDay.objects.has_room(settings.HITOUCH_SMS_PAISE, cap=cap, at=at)


def reserve(paise: int, *, at: datetime) -> None:
    """Reserve an amount on the day. Raises `BudgetExhausted`."""
    if not SmsDay.objects.reserve(paise, cap=settings.HITOUCH_SMS_PAISE_A_DAY, at=at):
        raise BudgetExhausted


def give_back(paise: int, *, at: datetime) -> None:
    """Release an amount: the provider certainly did not send the message."""
    SmsDay.objects.give_back(paise, at=at)


def alarms(at: datetime) -> list[str]:
    """Alarms that are due ("half", "all") and not sent today; each is returned once a day."""
    cap, price = settings.HITOUCH_SMS_PAISE_A_DAY, settings.HITOUCH_SMS_PAISE
    today = SmsDay.objects.on(at)
    half = today.filter(paise__gte=-(-cap // 2), half_told_at=None)
    full = today.filter(paise__gt=cap - price, full_told_at=None)
    due = {"half": half.update(half_told_at=at), "all": full.update(full_told_at=at)}
    return [name for name, is_due in due.items() if is_due]
