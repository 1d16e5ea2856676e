"""Rows that belong to no domain: private files and messages on their way out."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from hitouch.core.fields import EncryptedTextField
from hitouch.core.rows import Row


class StoredFile(Row):
    """A private file: encrypted on disk under its id, reachable only through a view of its app."""

    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(help_text="Bytes, before encryption.")
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.purpose}: {self.name}"


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Messages as sentences."""

    def waiting(self) -> "OutboxQuerySet":
        """Not sent yet, and not given up."""
        return self.filter(state=OutboxMessage.State.WAITING)

    def due(self, now: datetime) -> "OutboxQuerySet":
        """Waiting, and not before their time."""
        return self.waiting().filter(next_try_at__lte=now)

    def to_contact(self, index: str) -> "OutboxQuerySet":
        """To one contact, by its blind index."""
        return self.filter(to_index=index)


class OutboxMessage(Row):
    """A mail or an SMS, written in the transaction that makes it true, sent afterwards.

    Address and body are encrypted. Once a provider took the message its body is wiped: what
    stays says that something went out, when, and by which template.
    """

    class Channel(models.TextChoices):
        MAIL = "MAIL", "E-mail"
        SMS = "SMS", "SMS"

    class State(models.TextChoices):
        WAITING = "WAITING", "Waiting"
        SENT = "SENT", "Sent"
        FAILED = "FAILED", "Given up"

    channel = models.CharField(max_length=8, choices=Channel.choices)
    template = models.CharField(max_length=100)
    to = EncryptedTextField()
    to_index = models.CharField(max_length=64, db_index=True)
    subject = EncryptedTextField()
    body = EncryptedTextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    #: Waits before the second, third … try; after the last one the message is given up.
    WAITS: ClassVar = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="outbox_due", fields=["next_try_at"], condition=Q(state="WAITING"))
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.template}"
