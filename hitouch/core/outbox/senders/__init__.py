"""Senders of mails and SMS, chosen by settings for each channel.

`outbox` sends nothing; in development the page /dev/outbox/ shows the messages. Mail can use SMTP,
SMS Twilio or Exotel. With `off` messages stay in the queue, and codes are refused.
"""

from django.conf import settings

from hitouch.core.outbox.senders.base import Sender
from hitouch.core.outbox.senders.exotel import ExotelSender
from hitouch.core.outbox.senders.local import DisabledSender, KeepInOutboxSender
from hitouch.core.outbox.senders.smtp import SmtpSender
from hitouch.core.outbox.senders.twilio import TwilioSender

PAID: dict[str, type[Sender]] = {"twilio": TwilioSender, "exotel": ExotelSender}
SENDERS: dict[str, type[Sender]] = {
    "outbox": KeepInOutboxSender,
    "smtp": SmtpSender,
    "off": DisabledSender,
    **PAID,
}


def for_channel(channel: str) -> Sender:
    """The sender configured for a channel."""
    return SENDERS[settings.HITOUCH_SENDERS[channel]]()
