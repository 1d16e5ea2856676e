"""What the SMS providers have in common: one post, and what its answer means."""

from typing import ClassVar, NoReturn

from django.conf import settings

from hitouch.core.senders.base import NotSent, Refused
from hitouch.core.senders.http import Answer, post

LONGEST_REFERENCE = 64


class SmsSender:
    """Posts a message to a provider and reads whether it was taken.

    Taken is a good status with the provider's id of the message. A 400 in the provider's own
    shape is about this message, so it is refused for good. All else can be mended or passes.
    """

    keeps_body = False
    is_paid = True
    name: ClassVar[str]
    default_url: ClassVar[str]

    def send(self, *, to: str, subject: str, body: str, template: str) -> str:
        """Hand the message over; answers with the provider's id of it."""
        base = settings.HITOUCH_SMS_URL or self.default_url
        answer = post(
            base.rstrip("/") + self.path(), auth=self.auth(), form=self.form(to, body, template)
        )
        if not answer.is_good:
            self._refuse(answer)
        if fault := self.failure(answer):
            raise Refused(f"{self.name}: {fault}")
        if reference := self.reference(answer):
            return reference[:LONGEST_REFERENCE]
        raise NotSent(f"{self.name}: {answer.status} without an id", may_have_gone=True)

    def _refuse(self, answer: Answer) -> NoReturn:
        code = self.error(answer)
        said = f"{self.name}: {answer.status} {code}".strip()
        if answer.status == 400 and code:
            raise Refused(said)
        raise NotSent(said, may_have_gone=answer.status >= 500)

    def auth(self) -> tuple[str, str]:
        """Name and secret for Basic authentication."""
        key = settings.HITOUCH_SMS_KEY or settings.HITOUCH_SMS_ACCOUNT
        return key, settings.HITOUCH_SMS_SECRET

    def path(self) -> str:
        """Where the account's messages are posted to."""
        raise LookupError(self.name)

    def form(self, to: str, body: str, template: str) -> dict[str, str]:
        """The fields of one message."""
        raise LookupError(self.name)

    def reference(self, answer: Answer) -> str:
        """The provider's id of a message that it took, or nothing."""
        raise LookupError(self.name)

    def error(self, answer: Answer) -> str:
        """The provider's number of an error, when the answer has its shape."""
        raise LookupError(self.name)

    def failure(self, answer: Answer) -> str:
        """Why a message that was answered well will not go out, or nothing."""
        return ""
