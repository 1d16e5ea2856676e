"""SMS by Twilio's protocol: https://www.twilio.com/docs/messaging/api/message-resource."""

from django.conf import settings

from hitouch.core.outbox.senders.http import ProviderResponse
from hitouch.core.outbox.senders.sms import SmsSender, word


class TwilioSender(SmsSender):
    """Success is 201 with the message's `sid`; errors have a `code`, as 21211 for a wrong number.

    Twilio finds the registered template by the text itself, so no id of it is sent.
    """

    name = "twilio"
    default_url = "https://api.twilio.com"

    def path(self) -> str:
        """The endpoint for sending."""
        return f"/2010-04-01/Accounts/{settings.HITOUCH_SMS_ACCOUNT}/Messages.json"

    def form(self, to: str, body: str, template: str) -> dict[str, str]:
        """From our number, or from a messaging service, which selects one."""
        sender = settings.HITOUCH_SMS_FROM
        by = "MessagingServiceSid" if sender.startswith("MG") and len(sender) == 34 else "From"
        return {"To": to, by: sender, "Body": body}

    def parse_accepted(self, answer: ProviderResponse) -> tuple[str, str]:
        """The `sid` and the `status` of the message."""
        return word(answer.body.get("sid")), word(answer.body.get("status"))

    def error(self, answer: ProviderResponse) -> str:
        """The `code` of the error."""
        return word(answer.body.get("code"))
