"""Who carries a message out: an adapter for each channel, chosen by settings.

`outbox` is the local one: it hands the message to nobody and says so; in development the
page /dev/outbox/ shows what would have gone out. Mail has SMTP as well. An SMS provider
comes with the accounts that need one; until then production sends codes by e-mail only.
"""

import smtplib
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage

from hitouch.core.errors import Refusal


class NotSent(Exception):
    """The provider did not take the message; it can be tried again."""


class ChannelClosed(Refusal):
    """Nothing is configured that could send on this channel."""

    code = "channel_closed"
    message = "We cannot send text messages right now. Use your e-mail address instead."
    status = 503


class Sender(Protocol):
    """Carries one message out, or raises `NotSent`."""

    #: Whether the row keeps its body after sending (only where nothing really goes out).
    keeps_body: bool

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Hand the message over, within ten seconds."""


class OutboxSender:
    """Local: the message stays in the outbox, to be looked at in development."""

    keeps_body = True

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Nothing leaves this machine."""


class SmtpSender:
    """Mail by the SMTP server of the settings."""

    keeps_body = False

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Hand the mail to the server."""
        try:
            EmailMessage(subject=subject, body=body, to=[to]).send()
        except (OSError, smtplib.SMTPException) as fault:
            raise NotSent(type(fault).__name__) from fault


class NoSender:
    """The channel is switched off: what waits keeps waiting, nothing is lost."""

    keeps_body = False

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Say that the channel is off."""
        raise NotSent("no provider is configured for this channel")


SENDERS: dict[str, type[Sender]] = {"outbox": OutboxSender, "smtp": SmtpSender, "off": NoSender}


def for_channel(channel: str) -> Sender:
    """The adapter the settings choose for a channel."""
    return SENDERS[settings.HITOUCH_SENDERS[channel]]()
