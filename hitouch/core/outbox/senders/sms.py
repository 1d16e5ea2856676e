"""What the SMS providers have in common: one post, and what its answer means."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, NoReturn

from django.conf import settings

from hitouch.core.outbox.senders.base import MailAttachment, SendFailed, SendRejected
from hitouch.core.outbox.senders.http import ProviderResponse, post

FAILED = ("failed", "failed_dnd", "failed-dnd", "undelivered", "canceled", "expired")


class SmsSender(ABC):
    """Posts a message to a provider and reads whether it was taken.

    Taken is a good status with the provider's id of the message. A 400 in the provider's own
    shape is about this message, so it is refused for good. All else can be mended or passes.
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
    ) -> str:
        """Hand the message over; answers with the provider's id of it."""
        base = (settings.HITOUCH_SMS_URL or self.default_url).rstrip("/")
        form = self.form(to, body, template)
        answer = post(base + self.path(), auth=self._auth(), form=form)
        if not 200 <= answer.status < 300:
            self._refuse(answer)
        reference, status = self.taken(answer)
        if status.lower() in FAILED:
            raise SendRejected(f"{self.name}: answered {status.lower()}")
        if not reference:
            raise SendFailed(f"{self.name}: {answer.status} without an id", may_have_gone=True)
        return reference

    def _refuse(self, answer: ProviderResponse) -> NoReturn:
        code = self.error(answer)
        said = f"{self.name}: {answer.status} {code}".strip()
        if answer.status == 400 and code:
            raise SendRejected(said)
        raise SendFailed(said, may_have_gone=answer.status >= 500)

    def _auth(self) -> tuple[str, str]:
        key = settings.HITOUCH_SMS_KEY or settings.HITOUCH_SMS_ACCOUNT
        return key, settings.HITOUCH_SMS_SECRET

    @abstractmethod
    def path(self) -> str:
        """Where the account's messages are posted to."""

    @abstractmethod
    def form(self, to: str, body: str, template: str) -> dict[str, str]:
        """The fields of one message."""

    @abstractmethod
    def taken(self, answer: ProviderResponse) -> tuple[str, str]:
        """The provider's id and status of a message that it took; empty where there is none."""

    @abstractmethod
    def error(self, answer: ProviderResponse) -> str:
        """The provider's number of an error, when the answer has its shape."""


def word(value: object) -> str:
    """A short word without anything personal in it, or nothing."""
    found = str(value) if isinstance(value, (str, int)) else ""
    return found if re.fullmatch(r"[\w-]{1,64}", found, re.ASCII) else ""
