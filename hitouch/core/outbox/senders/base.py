"""What every adapter does, and the two ways in which it can fail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


class SendFailed(Exception):
    """The provider did not take the message, or did not say so; it can be tried again."""

    def __init__(self, why: str, *, may_have_gone: bool = False) -> None:
        super().__init__(why)
        #: Whether the provider may have sent it and only its answer was lost.
        self.may_have_gone = may_have_gone


class SendRejected(SendFailed):
    """The provider will never take this message, however often it is asked."""


@dataclass(frozen=True)
class MailAttachment:
    """A file that goes out with a mail."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


class Sender(Protocol):
    """Carries one message out, or raises `NotSent`."""

    #: Whether the row keeps its body after sending (only where nothing really goes out).
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
    ) -> str:
        """Hand the message over within ten seconds; answers with the provider's id of it."""
