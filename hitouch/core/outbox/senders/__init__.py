"""Who carries a message out: an adapter for each channel, chosen by settings.

`outbox` is the local one: it hands the message to nobody and says so; in development the
page /dev/outbox/ shows what would have gone out. Mail has SMTP as well, SMS has Twilio's and
Exotel's protocol. `off` keeps what waits and refuses codes before they are promised.
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
    """The adapter the settings choose for a channel."""
    return SENDERS[settings.HITOUCH_SENDERS[channel]]()
