"""Whether a message can be sent to a contact at all, checked before a code is promised."""

import math
from datetime import datetime

import phonenumbers
from django.conf import settings
from phonenumbers import PhoneNumberType

from hitouch.core.errors import Refusal
from hitouch.core.india_time import next_day
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import budget, senders
from hitouch.core.outbox.senders import local

MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
EVERYWHERE = "*"


class ChannelUnavailable(Refusal):
    """No message can be sent over the channel."""

    code = "channel_closed"
    message = "We cannot send text messages right now. Use your email address instead."
    status = 503


class SmsBudgetSpent(ChannelUnavailable):
    """The day's budget is spent; `retry_after` is the number of seconds until the next day."""

    message = (
        "We've sent all the text messages we can send today. Try again after midnight, "
        "or use your email address instead."
    )

    def __init__(self, *, at: datetime) -> None:
        self.retry_after = math.ceil((next_day(at) - at).total_seconds())
        super().__init__()


class NumberNotSupported(Refusal):
    """A number in a region that is not served, or that cannot receive SMS."""

    code = "number_not_served"
    message = (
        "We cannot send text messages to this number."
        " Use an Indian mobile number or an email address."
    )
    status = 422
    field = "contact"


def require_channel(*, contact: str, at: datetime) -> None:
    """Raise unless a message can be sent to this contact now, whoever it belongs to."""
    if "@" in contact:
        return
    _require_supported_number(contact)
    sender = senders.for_channel(OutboxMessage.Channel.SMS)
    if isinstance(sender, local.DisabledSender):
        raise ChannelUnavailable
    if sender.is_paid and not budget.has_budget(at):
        raise SmsBudgetSpent(at=at)


def sms_costs_money() -> bool:
    """Whether a provider is configured that charges for text messages."""
    return senders.for_channel(OutboxMessage.Channel.SMS).is_paid


def _require_supported_number(phone: str) -> None:
    number = phonenumbers.parse(phone)
    region = phonenumbers.region_code_for_number(number)
    regions = settings.HITOUCH_SMS_REGIONS
    if EVERYWHERE not in regions and region not in regions:
        raise NumberNotSupported
    if phonenumbers.number_type(number) not in MOBILE:
        raise NumberNotSupported
