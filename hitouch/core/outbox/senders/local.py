"""Adapters that send nothing: one keeps the message to be looked at, one is switched off."""

from collections.abc import Sequence

from hitouch.core.outbox.senders.base import MailAttachment, SendFailed


class KeepInOutboxSender:
    """Local: the message stays in the outbox, to be looked at in development."""

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
    ) -> str:
        """Nothing leaves this machine."""
        return ""


class DisabledSender:
    """The channel is switched off: what waits keeps waiting, nothing is lost."""

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
    ) -> str:
        """Say that the channel is off."""
        raise SendFailed("no provider is configured for this channel")
