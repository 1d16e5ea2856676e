"""Private files, the outbox (mails, SMS, attachments, SMS spending), alarms, postponed rows."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.fields import EncryptedTextField
from hitouch.core.jobs.daily_budget import DailyBudget
from hitouch.core.jobs.leases import LeasedQuerySet
from hitouch.core.quiet_hours import QuietHours


class StoredFile(BaseModel):
    """A private file: encrypted on disk under its id, reachable only through a view of its app."""

    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(help_text="Bytes, before encryption.")
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.purpose}: {self.name}"


class FileStore(models.Model):
    """The store of private files that belongs to this database: one row.

    Its id and a count of stored files are also in the store itself (`files.identity`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    is_only = models.BooleanField(default=True, unique=True, editable=False)
    generation = models.PositiveBigIntegerField(
        default=0, help_text="Counts files whose rows were committed; never less in the database."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="file_store_is_only", condition=Q(is_only=True)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class OutboxQuerySet(LeasedQuerySet["OutboxMessage"]):
    """Queries on messages."""

    def waiting(self) -> "OutboxQuerySet":
        """Not sent yet and not given up."""
        return self.filter(state=OutboxMessage.State.WAITING)

    def unfinished(self) -> "OutboxQuerySet":
        """Messages that a worker still has to send."""
        return self.waiting()

    def to_contact(self, index: str) -> "OutboxQuerySet":
        """To one contact, by its blind index."""
        return self.filter(to_index=index)

    def sent_of_limit(self, message: "OutboxMessage", *, since: datetime) -> "OutboxQuerySet":
        """What was sent since then to the same number and counts in the same limit."""
        same = self.filter(to_index=message.to_index, channel=message.channel, is_limited=True)
        return same.filter(state=OutboxMessage.State.SENT, sent_at__gte=since)

    def real(self) -> "OutboxQuerySet":
        """Without suppressed messages."""
        return self.exclude(state=OutboxMessage.State.HUSHED)

    def over(self, *, since: datetime, suppressed_since: datetime) -> "OutboxQuerySet":
        """Finished messages up to `since`, and suppressed ones up to `suppressed_since`."""
        finished = Q(state__in=OutboxMessage.FINISHED, created_at__lte=since)
        suppressed = Q(state=OutboxMessage.State.HUSHED, created_at__lte=suppressed_since)
        return self.filter(finished | suppressed)


class OutboxMessage(BaseModel):
    """A mail or an SMS, saved in the transaction it belongs to and sent after the commit.

    Address and body are encrypted. Once a provider has accepted the message its body is deleted;
    template and time of sending stay. A suppressed message (state HUSHED) is never sent: it is
    saved in place of a real one, so that both cases take equally long.
    """

    class Channel(models.TextChoices):
        MAIL = "MAIL", "E-mail"
        SMS = "SMS", "SMS"

    class State(models.TextChoices):
        WAITING = "WAITING", "Waiting"
        SENT = "SENT", "Sent"
        FAILED = "FAILED", "Given up"
        HUSHED = "HUSHED", "Never sent"
        WITHHELD = "WITHHELD", "Not sent: the person's limit of the day"

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
    source = models.UUIDField(
        null=True, help_text="The row of another app that the message was made from."
    )
    quiet_from = models.TimeField(
        null=True, help_text="Not sent from this time of the day on, in India …"
    )
    quiet_until = models.TimeField(null=True, help_text="… until this one.")
    is_limited = models.BooleanField(
        default=False, help_text="An SMS that counts in the daily limit of its recipient."
    )
    unsubscribe_url = EncryptedTextField(
        default="", help_text="For the headers of RFC 8058; empty when the mail cannot be refused."
    )

    FINISHED: ClassVar = [State.SENT, State.FAILED, State.WITHHELD]
    #: Waits before the second, third … try; after the last one the message is given up.
    WAITS: ClassVar = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
    MAX_TRIES: ClassVar = len(WAITS) + 1

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="outbox_due", fields=["next_try_at"], condition=Q(state="WAITING")),
            models.Index(name="outbox_source", fields=["source"], condition=Q(state="WAITING")),
        ]
        constraints = [
            models.CheckConstraint(
                name="outbox_quiet_hours_whole",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.template}"

    @property
    def quiet_hours(self) -> QuietHours | None:
        """The quiet hours of its recipient; None for an urgent message."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return QuietHours(self.quiet_from, self.quiet_until)

    def earliest(self, at: datetime) -> datetime:
        """The first moment from `at` on at which it may be sent."""
        return self.quiet_hours.first_moment_after(at) if self.quiet_hours else at


class Attachment(models.Model):
    """A private file that is attached to a mail."""

    message = models.ForeignKey(OutboxMessage, related_name="attachments", on_delete=models.CASCADE)
    file = models.ForeignKey(StoredFile, related_name="+", on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="attached_once", fields=["message", "file"]),
        ]

    def __str__(self) -> str:
        return f"{self.file.name} in {self.message}"


class SmsDay(DailyBudget):
    """SMS spending of one Indian day, and when operations were alerted."""

    half_told_at = models.DateTimeField(null=True)
    full_told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"SMS of {self.day}"


class OperationsAlarm(BaseModel):
    """Something that operations have to look into; the row is deleted once it is in order again."""

    name = models.CharField(max_length=60, unique=True)
    detail = models.CharField(max_length=1000)
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When the fault was last found.")
    mailed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.detail}"


class PostponedRow(BaseModel):
    """A row that a sweep could not finish, and when it tries again (`hitouch.core.sweeps`)."""

    sweep = models.CharField(max_length=60)
    row = models.CharField(max_length=64, help_text="The primary key of the row.")
    failures = models.PositiveIntegerField(
        default=0, help_text="How often it failed; 0 when it was refused or is still due."
    )
    reason = models.CharField(max_length=80, help_text="The class of the error, or a code.")
    next_try_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="postponed_once", fields=["sweep", "row"]),
        ]
        indexes = [
            models.Index(name="postponed_due", fields=["sweep", "next_try_at"]),
            models.Index(name="postponed_next", fields=["next_try_at", "id"]),
            models.Index(name="postponed_row", fields=["row"]),
        ]

    def __str__(self) -> str:
        return f"{self.sweep}: {self.row}"
