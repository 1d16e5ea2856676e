"""Rows that belong to no domain: private files and messages on their way out."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.fields import EncryptedTextField
from hitouch.core.jobs.daily_budget import DailyBudget
from hitouch.core.jobs.leases import LeasedQuerySet


class StoredFile(BaseModel):
    """A private file: encrypted on disk under its id, reachable only through a view of its app."""

    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(help_text="Bytes, before encryption.")
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.purpose}: {self.name}"


class OutboxQuerySet(LeasedQuerySet["OutboxMessage"]):
    """Messages as sentences."""

    def waiting(self) -> "OutboxQuerySet":
        """Not sent yet, and not given up."""
        return self.filter(state=OutboxMessage.State.WAITING)

    def unfinished(self) -> "OutboxQuerySet":
        """What a worker has to send: the messages that are waiting."""
        return self.waiting()

    def to_contact(self, index: str) -> "OutboxQuerySet":
        """To one contact, by its blind index."""
        return self.filter(to_index=index)

    def real(self) -> "OutboxQuerySet":
        """All that were meant for somebody."""
        return self.exclude(state=OutboxMessage.State.HUSHED)

    def over(self, *, since: datetime, hushed_since: datetime) -> "OutboxQuerySet":
        """Finished that long ago, or hushed."""
        finished = Q(state__in=OutboxMessage.FINISHED, created_at__lte=since)
        hushed = Q(state=OutboxMessage.State.HUSHED, created_at__lte=hushed_since)
        return self.filter(finished | hushed)


class OutboxMessage(BaseModel):
    """A mail or an SMS, written in the transaction that makes it true, sent afterwards.

    Address and body are encrypted. Once a provider took the message its body is wiped: what
    stays says that something went out, when, and by which template. A hushed message is never
    sent: it is written where a real one would be, so that both take equally long.
    """

    class Channel(models.TextChoices):
        MAIL = "MAIL", "E-mail"
        SMS = "SMS", "SMS"

    class State(models.TextChoices):
        WAITING = "WAITING", "Waiting"
        SENT = "SENT", "Sent"
        FAILED = "FAILED", "Given up"
        HUSHED = "HUSHED", "Never sent"

    channel = models.CharField(max_length=8, choices=Channel.choices)
    template = models.CharField(max_length=100)
    to = EncryptedTextField()
    to_index = models.CharField(max_length=64, db_index=True)
    subject = EncryptedTextField()
    body = EncryptedTextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    good_until = models.DateTimeField(
        null=True, help_text="After this the message is of no use and is given up."
    )
    sent_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=64, blank=True, help_text="The provider's id of it.")
    last_error = models.CharField(max_length=300, blank=True)

    FINISHED: ClassVar = [State.SENT, State.FAILED]
    #: Waits before the second, third … try; after the last one the message is given up.
    WAITS: ClassVar = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
    MAX_TRIES: ClassVar = len(WAITS) + 1

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="outbox_due", fields=["next_try_at"], condition=Q(state="WAITING"))
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.template}"


class Attachment(models.Model):
    """A private file that goes out with a mail; the mail's row carries it, not its bytes."""

    message = models.ForeignKey(OutboxMessage, related_name="attachments", on_delete=models.CASCADE)
    file = models.ForeignKey(StoredFile, related_name="+", on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="attached_once", fields=["message", "file"]),
        ]

    def __str__(self) -> str:
        return f"{self.file.name} in {self.message}"


class SmsDay(DailyBudget):
    """What SMS may have cost on one Indian day, and whether operations were told."""

    half_told_at = models.DateTimeField(null=True)
    full_told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"SMS of {self.day}"
