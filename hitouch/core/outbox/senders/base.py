"""The interface of senders, and their exceptions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


class SendFailed(Exception):
    """The provider did not confirm the message; it can be tried again."""

    def __init__(self, why: str, *, may_have_gone: bool = False) -> None:
        super().__init__(why)
        #: Whether the provider may have sent it and only its response was lost.
        self.may_have_gone = may_have_gone


class SendRejected(SendFailed):
    """The provider rejects this message for good."""


@dataclass(frozen=True)
class MailAttachment:
    """A file attached to a mail."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


class Sender(Protocol):
    """Sends one message, or raises `SendFailed`."""

    #: Whether the row keeps its body after sending (only where nothing is really sent).
    keeps_body: bool
    #: Whether each segment costs money.
    is_paid: bool

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
        """Send within ten seconds. Returns the provider's message id."""
