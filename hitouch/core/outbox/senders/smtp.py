"""Mail by an SMTP server."""

import smtplib
from collections.abc import Sequence

from django.core.mail import EmailMessage

from hitouch.core.outbox.senders.base import MailAttachment, SendFailed


class SmtpSender:
    """Mail by the SMTP server of the settings."""

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
        """Hand the mail to the server."""
        mail = EmailMessage(subject=subject, body=body, to=[to])
        for file in attachments:
            mail.attach(file.name, file.content, file.content_type)
        try:
            mail.send()
        except (OSError, smtplib.SMTPException) as fault:
            raise SendFailed(type(fault).__name__) from fault
        return ""
