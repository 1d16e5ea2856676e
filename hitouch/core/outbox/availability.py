"""Whether anything could carry a message to a contact, asked before a code is promised."""

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
    """Nothing is configured that could send on this channel, or the day's money is spent."""

    code = "channel_closed"
    message = "We cannot send text messages right now. Use your email address instead."
    status = 503


class NumberNotSupported(Refusal):
    """A number that could cost a lot, or that no SMS reaches."""

    code = "number_not_served"
    message = (
        "We cannot send text messages to this number."
        " Use an Indian mobile number or an email address."
    )
    status = 422
    field = "contact"


def require_channel(*, contact: str, at: datetime) -> None:
    """Refuse when no message could go out to this contact now. Never asks whose it is."""
    if "@" in contact:
        return
    _require_served(contact)
    sender = senders.for_channel(OutboxMessage.Channel.SMS)
    if isinstance(sender, local.DisabledSender) or (sender.is_paid and not budget.has_budget(at)):
        raise ChannelUnavailable


def _require_served(phone: str) -> None:
    number = phonenumbers.parse(phone)
    region = phonenumbers.region_code_for_number(number)
    regions = settings.HITOUCH_SMS_REGIONS
    if EVERYWHERE not in regions and region not in regions:
        raise NumberNotSupported
    if phonenumbers.number_type(number) not in MOBILE:
        raise NumberNotSupported
