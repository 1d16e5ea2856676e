"""The base class of SMS providers: posts a message and interprets the response."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, NoReturn

from django.conf import settings

from hitouch.core.outbox.senders.base import MailAttachment, SendFailed, SendRejected
from hitouch.core.outbox.senders.http import ProviderResponse, post

FAILED = ("failed", "failed_dnd", "failed-dnd", "undelivered", "canceled", "expired")


class SmsSender(ABC):
    """Posts a message to a provider and interprets the response.

    Success is a 2xx status with the provider's message id. A 400 in the provider's error format
    is about this message, so it is rejected for good. All other errors may be temporary.
    """

    keeps_body = False
    is_paid = True
    name: ClassVar[str]
    default_url: ClassVar[str]

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
        """Send the message. Returns the provider's message id."""
        base = (settings.HITOUCH_SMS_URL or self.default_url).rstrip("/")
        form = self.form(to, body, template)
        answer = post(base + self.path(), auth=self._auth(), form=form)
        if not 200 <= answer.status < 300:
            self._refuse(answer)
        reference, status = self.parse_accepted(answer)
        if status.lower() in FAILED:
            raise SendRejected(f"{self.name}: answered {status.lower()}")
        if not reference:
            raise SendFailed(f"{self.name}: {answer.status} without an id", may_have_gone=True)
        return reference

    def _refuse(self, answer: ProviderResponse) -> NoReturn:
        code = self.error(answer)
        why = f"{self.name}: {answer.status} {code}".strip()
        if answer.status == 400 and code:
            raise SendRejected(why)
        raise SendFailed(why, may_have_gone=answer.status >= 500)

    def _auth(self) -> tuple[str, str]:
        key = settings.HITOUCH_SMS_KEY or settings.HITOUCH_SMS_ACCOUNT
        return key, settings.HITOUCH_SMS_SECRET

    @abstractmethod
    def path(self) -> str:
        """The path that messages are posted to."""

    @abstractmethod
    def form(self, to: str, body: str, template: str) -> dict[str, str]:
        """The fields of one message."""

    @abstractmethod
    def parse_accepted(self, answer: ProviderResponse) -> tuple[str, str]:
        """The provider's id and status of an accepted message; "" where missing."""

    @abstractmethod
    def error(self, answer: ProviderResponse) -> str:
        """The provider's error code, if the response has one."""


def word(value: object) -> str:
    """A short identifier that contains nothing personal, or ""."""
    found = str(value) if isinstance(value, (str, int)) else ""
    return found if re.fullmatch(r"[\w-]{1,64}", found, re.ASCII) else ""
