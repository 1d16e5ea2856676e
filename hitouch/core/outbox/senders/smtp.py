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
    ) -> str:
        """Send the mail."""
        mail = EmailMessage(subject=subject, body=body, to=[to])
        for file in attachments:
            mail.attach(file.name, file.content, file.content_type)
        try:
            mail.send()
        except (OSError, smtplib.SMTPException) as fault:
            raise SendFailed(type(fault).__name__) from fault
        return ""
