"""Mail by an SMTP server."""

import smtplib

from django.core.mail import EmailMessage

from hitouch.core.senders.base import NotSent


class SmtpSender:
    """Mail by the SMTP server of the settings."""

    keeps_body = False
    is_paid = False

    def send(self, *, to: str, subject: str, body: str, template: str) -> str:
        """Hand the mail to the server."""
        try:
            EmailMessage(subject=subject, body=body, to=[to]).send()
        except (OSError, smtplib.SMTPException) as fault:
            raise NotSent(type(fault).__name__) from fault
        return ""
