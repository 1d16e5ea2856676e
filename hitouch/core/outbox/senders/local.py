"""Senders that send nothing: the development outbox, and a channel that is switched off."""

from collections.abc import Sequence

from hitouch.core.outbox.senders.base import MailAttachment, SendFailed


class KeepInOutboxSender:
    """Leaves the message in the outbox, where development shows it."""

    keeps_body = True
    is_paid = False

    def send(
        self,
        *,
        to: str,
        subject: str,
        body: str,
        template: str,
        attachments: Sequence[MailAttachment],
        unsubscribe_url: str,
    ) -> str:
        """Send nothing."""
        return ""


class DisabledSender:
    """The channel is switched off; messages stay in the queue."""

    keeps_body = False
    is_paid = False

    def send(
        self,
        *,
        to: str,
        subject: str,
        body: str,
        template: str,
        attachments: Sequence[MailAttachment],
        unsubscribe_url: str,
    ) -> str:
        """Raise `SendFailed`."""
        raise SendFailed("no provider is configured for this channel")
