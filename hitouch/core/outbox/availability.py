"""Whether a message can be sent to a contact at all, checked before a code is promised."""

from datetime import datetime

import phonenumbers
from django.conf import settings
from phonenumbers import PhoneNumberType

from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import budget, senders
from hitouch.core.outbox.senders import local

MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
EVERYWHERE = "*"


class ChannelUnavailable(Refusal):
    """No provider is configured for the channel, or the day's budget is spent."""

    code = "channel_closed"
    message = "We cannot send text messages right now. Use your email address instead."
    status = 503


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
    if isinstance(sender, local.DisabledSender) or (sender.is_paid and not budget.has_budget(at)):
        raise ChannelUnavailable


def _require_supported_number(phone: str) -> None:
    number = phonenumbers.parse(phone)
    region = phonenumbers.region_code_for_number(number)
    regions = settings.HITOUCH_SMS_REGIONS
    if EVERYWHERE not in regions and region not in regions:
        raise NumberNotSupported
    if phonenumbers.number_type(number) not in MOBILE:
        raise NumberNotSupported
