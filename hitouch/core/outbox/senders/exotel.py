"""SMS by Exotel's protocol: https://developer.exotel.com/api/sms."""

from typing import Any

from django.conf import settings

from hitouch.core.outbox import sms_templates
from hitouch.core.outbox.senders.http import ProviderResponse
from hitouch.core.outbox.senders.sms import SmsSender, word


class ExotelSender(SmsSender):
    """Success is 200 with an `SMSMessage` and its `Sid`; errors are a `RestException`.

    The DLT ids of entity and template tell India's operators which registration this is.
    """

    name = "exotel"
    default_url = "https://api.exotel.com"

    def path(self) -> str:
        """The endpoint for sending, with JSON responses."""
        return f"/v1/Accounts/{settings.HITOUCH_SMS_ACCOUNT}/Sms/send.json"

    def form(self, to: str, body: str, template: str) -> dict[str, str]:
        """From the registered header, with the DLT ids."""
        return {
            "From": settings.HITOUCH_SMS_FROM,
            "To": to,
            "Body": body,
            "DltEntityId": settings.HITOUCH_SMS_ENTITY,
            "DltTemplateId": sms_templates.dlt_template_ids()[template],
            "SmsType": "transactional",  # Exotel's word for OTPs and service-implicit texts
        }

    def parse_accepted(self, answer: ProviderResponse) -> tuple[str, str]:
        """The `Sid` and the `Status` of the message."""
        message = _part(answer, "SMSMessage")
        return word(message.get("Sid")), word(message.get("Status"))

    def error(self, answer: ProviderResponse) -> str:
        """The `Code` of the exception, or its `Status` when it has none."""
        fault = _part(answer, "RestException")
        return word(fault.get("Code")) or word(fault.get("Status"))


def _part(answer: ProviderResponse, name: str) -> dict[str, Any]:
    part = answer.body.get(name)
    return part if isinstance(part, dict) else {}
