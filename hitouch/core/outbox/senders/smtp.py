"""Mail over SMTP."""

import smtplib
from collections.abc import Sequence

from django.core.mail import EmailMessage

from hitouch.core.outbox.senders.base import MailAttachment, SendFailed


class SmtpSender:
    """Sends mail through the configured SMTP server."""

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
        """Send the mail."""
        mail = EmailMessage(
            subject=subject, body=body, to=[to], headers=_unsubscribe_headers(unsubscribe_url)
        )
        for file in attachments:
            mail.attach(file.name, file.content, file.content_type)
        try:
            mail.send()
        except (OSError, smtplib.SMTPException) as fault:
            raise SendFailed(type(fault).__name__) from fault
        return ""


def _unsubscribe_headers(url: str) -> dict[str, str]:
    """RFC 8058: a mail program posts to the URL by itself; fetching it changes nothing."""
    if not url:
        return {}
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
