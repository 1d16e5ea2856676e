"""What SMS may cost on a day: counted before the call, with an alarm at half and at the end.

The count is exact however many send at once: one conditional UPDATE adds a message's price,
and does not when that would pass the day's cap.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import F, QuerySet

from hitouch.core import gsm
from hitouch.core.india_time import day_of as day_of
from hitouch.core.india_time import next_day as next_day
from hitouch.core.models import SmsDay


class CapReached(Exception):
    """The day's money is spent."""


def price_of(body: str) -> int:
    """What a message costs, in paise."""
    return gsm.segments(body) * int(settings.HITOUCH_SMS_PAISE)


def has_room(at: datetime) -> bool:
    """Whether the day's money is enough for one more segment."""
    room = settings.HITOUCH_SMS_PAISE_A_DAY - settings.HITOUCH_SMS_PAISE
    return room >= 0 and not _today(at).filter(paise__gt=room).exists()


def reserve(paise: int, *, at: datetime) -> None:
    """Add a price to the day, or raise `CapReached`."""
    SmsDay.objects.bulk_create([SmsDay(day=day_of(at))], ignore_conflicts=True)
    room = settings.HITOUCH_SMS_PAISE_A_DAY - paise
    if not _today(at).filter(paise__lte=room).update(paise=F("paise") + paise, updated_at=at):
        raise CapReached


def give_back(paise: int, *, at: datetime) -> None:
    """Take a price off again: the provider surely did not send the message."""
    _today(at).update(paise=F("paise") - paise, updated_at=at)


def alarms(at: datetime) -> list[str]:
    """Which alarms are due and were not rung today: "half", "all". Each is answered once a day."""
    cap, price = settings.HITOUCH_SMS_PAISE_A_DAY, settings.HITOUCH_SMS_PAISE
    half = _today(at).filter(paise__gte=-(-cap // 2), half_told_at=None)
    full = _today(at).filter(paise__gt=cap - price, full_told_at=None)
    due = {"half": half.update(half_told_at=at), "all": full.update(full_told_at=at)}
    return [name for name, rung in due.items() if rung]


def _today(at: datetime) -> QuerySet[SmsDay]:
    return SmsDay.objects.filter(day=day_of(at))
