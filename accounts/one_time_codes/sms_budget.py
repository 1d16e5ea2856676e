"""The share of the daily SMS budget that strangers can use, so that a reserve is left for others.

Text messages to numbers that may be new (sign-up) end first; then those for which we may know the
number but not the requester (log-in and reset by a stranger), whether the contact has an account
or not. Owners who are logged in and known browsers have the whole budget.
"""

import math
from datetime import datetime

from django.conf import settings

from accounts.models import OneTimeCode, StrangerSmsDay
from accounts.one_time_codes.budgets import LimitReason, Pressure
from accounts.one_time_codes.requesters import COUNTED_BY_NETWORK, Kind
from hitouch.core.india_time import next_day
from hitouch.core.models import OutboxMessage
from hitouch.core.monitoring import alarms
from hitouch.core.outbox import availability, budget

LIMITED = (*COUNTED_BY_NETWORK, Kind.MEMBER)
ALARM = "sms-for-strangers"
#: From this part of their share on strangers need a solved challenge.
FREE_SHARE = 0.5
#: From this part of it on operations are alerted.
ALARM_SHARE = 0.8


class StrangersSmsSpent(availability.SmsBudgetSpent):
    """Strangers have used their share of the day's text messages."""

    code = "sms_reserved"
    message = (
        "Today's text messages for people we don't recognise are used up. Try again after "
        "midnight, or from a browser you've logged in with before, or use your email address "
        "instead."
    )


def reserve(
    message: OutboxMessage, *, contact: str, requester_kind: str, purpose: str, at: datetime
) -> None:
    """Add the price of a text message that is promised to a stranger, or refuse.

    A decoy costs nothing but is refused when a real message would be.
    """
    if not _is_limited(contact, requester_kind):
        return
    price = budget.price_of(message.body)
    spent = 0 if message.state == OutboxMessage.State.HUSHED else price
    cap = _cap(purpose)
    is_promised = StrangerSmsDay.objects.reserve(spent, cap=cap - (price - spent), at=at)
    # What others have used counts as well: they are to have what is left.
    if not (is_promised and budget.has_budget(at, cap=cap)):
        raise StrangersSmsSpent(at=at)


def pressure(*, contact: str, requester_kind: str, purpose: str, at: datetime) -> Pressure | None:
    """How far strangers' text messages are above what is sent without a challenge.

    Refuses when they are used up, so that nobody solves a challenge for nothing.
    """
    if not _is_limited(contact, requester_kind):
        return None
    cap, price, spent = _cap(purpose), settings.HITOUCH_SMS_PAISE, _spent(at)
    if spent + price > cap or not budget.has_budget(at, cap=cap):
        raise StrangersSmsSpent(at=at)
    free = max(1, math.ceil(FREE_SHARE * _cap_for_new_numbers()))
    if spent < free or requester_kind == Kind.MEMBER:
        return None
    return Pressure(LimitReason.SMS, spent / free, next_day(at) - at)


def check(*, at: datetime) -> bool:
    """Alert operations when strangers' text messages are nearly used up; False if they are."""
    spent, cap = _spent(at), _cap_for_new_numbers()
    if not availability.sms_costs_money() or spent < ALARM_SHARE * cap:
        alarms.clear_alarm(ALARM)
        return True
    detail = (
        f"Strangers have used at least {round(ALARM_SHARE * 100)} % of their share of today's text "
        "messages. Look at the networks that request codes; when it is used up, codes go only to "
        "people we recognise, and by mail."
    )
    alarms.raise_alarm(ALARM, detail, at=at)
    return False


def _spent(at: datetime) -> int:
    return StrangerSmsDay.objects.on(at).values_list("paise", flat=True).first() or 0


def _is_limited(contact: str, requester_kind: str) -> bool:
    return "@" not in contact and requester_kind in LIMITED and availability.sms_costs_money()


def _cap(purpose: str) -> int:
    """What the requester's text messages may have cost today, in paise."""
    if purpose == OneTimeCode.Purpose.SIGN_UP:
        return _cap_for_new_numbers()
    return _percent_of_budget(100 - settings.HITOUCH_SMS_RESERVE_PERCENT / 2)


def _cap_for_new_numbers() -> int:
    return _percent_of_budget(100 - settings.HITOUCH_SMS_RESERVE_PERCENT)


def _percent_of_budget(percent: float) -> int:
    return int(settings.HITOUCH_SMS_PAISE_A_DAY * percent / 100)
