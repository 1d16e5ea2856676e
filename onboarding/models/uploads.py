"""Uploaded files of identity documents that wait in quarantine until a task has read them."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from hitouch.core.db.base_models import BaseModel
from hitouch.core.fields import EncryptedTextField
from hitouch.core.jobs.leases import LeasedQuerySet
from hitouch.core.masking import last_four
from hitouch.core.models import StoredFile
from onboarding.models.documents import KycCase, KycDocument


class UploadState(models.TextChoices):
    """States of an upload, with labels for the agent."""

    WAITING = "WAITING", "Waiting to be read"
    READING = "READING", "Being read"
    NEEDS_PASSWORD = "NEEDS_PASSWORD", "Locked with a password"
    READ = "READ", "Read"
    REFUSED = "REFUSED", "Not accepted"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


_QUEUED = (UploadState.WAITING, UploadState.READING)
_UNREAD = (*_QUEUED, UploadState.NEEDS_PASSWORD)


#: Unread uploads come first in lists; the index `upload_unread_first` begins with the same.
UNREAD_FIRST = F("ended_at").desc(nulls_first=True)


class UploadQuerySet(LeasedQuerySet["KycUpload"]):
    """The queue of uploads, and an agent's own."""

    def unread(self) -> "UploadQuerySet":
        """Their originals are in quarantine: at most one for each kind of document and case."""
        return self.filter(state__in=_UNREAD)

    def unfinished(self) -> "UploadQuerySet":
        """A worker still has to read them."""
        return self.filter(state__in=_QUEUED)

    def late(self, now: datetime) -> "UploadQuerySet":
        """They wait longer than reading usually takes."""
        return self.unfinished().filter(created_at__lte=now - KycUpload.LATE_AFTER)

    def in_turn(self, now: datetime) -> "UploadQuerySet":
        """Due uploads, agent by agent: first that of the agent whose last turn is longest ago."""
        turns = KycUpload.objects.filter(case=OuterRef("case"), taken_at__isnull=False)
        last = turns.order_by("-taken_at").values("taken_at")[:1]
        due = self.due(now).annotate(last_turn=Subquery(last))
        return due.order_by(F("last_turn").asc(nulls_first=True), "created_at", "id")

    def occupying(self, now: datetime) -> "UploadQuerySet":
        """Uploads with which a worker is busy, also those that were withdrawn meanwhile."""
        return self.filter(
            state__in=(UploadState.READING, UploadState.WITHDRAWN), next_try_at__gt=now
        )

    def with_agent(self) -> "UploadQuerySet":
        """Joined with case, agent and user."""
        return self.select_related("case__agent__user")

    def unread_first(self) -> "UploadQuerySet":
        """Unread ones, the oldest on top, then the others, the newest on top."""
        return self.order_by(UNREAD_FIRST, "created_at", "id")

    def newest(self) -> "UploadQuerySet":
        """The newest upload of each kind, case by case."""
        return self.order_by("case", "kind", "-created_at", "-id").distinct("case", "kind")


class KycUpload(BaseModel):
    """One uploaded file of a document: what was entered with it, and what became of it."""

    State = UploadState
    #: States in which the original is in quarantine.
    UNREAD: ClassVar = _UNREAD
    #: After so many attempts that did not end (the reader was killed) the file is refused.
    MOST_TRIES: ClassVar = 3
    #: Wrong passwords after which a locked file is refused.
    MOST_PASSWORDS: ClassVar = 10
    #: How long a locked file waits for its password; an hour less than a day, as a sweep ends it.
    PASSWORD_WAIT: ClassVar = timedelta(hours=23)

    #: Files are read within seconds; agent and staff are told when it takes longer than this.
    LATE_AFTER: ClassVar = timedelta(minutes=2)
    #: How long an original waits to be read; an hour less than a day, as a sweep ends it.
    READ_WAIT: ClassVar = timedelta(hours=23)

    case = models.ForeignKey(KycCase, related_name="uploads", on_delete=models.CASCADE)
    kind = models.CharField(max_length=16, choices=KycDocument.Kind.choices)
    #: The file of an Aadhaar's front shows its back too.
    both_sides = models.BooleanField(default=False)
    last_four = models.CharField(max_length=4)
    number = EncryptedTextField(help_text="The PAN as entered, until the file has been read.")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=16, choices=UploadState.choices, default=UploadState.WAITING
    )
    tries = models.PositiveSmallIntegerField(default=0)
    #: When it is due; while it is being read, the end of the worker's lease.
    next_try_at = models.DateTimeField(null=True)
    #: Attempts at which the virus scanner gave no verdict.
    scans = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    passwords_tried = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=40, blank=True, help_text="Why it was refused.")
    message = models.CharField(max_length=300, blank=True, help_text="The same for the agent.")
    field = models.CharField(max_length=20, blank=True, help_text="The input that is wrong.")
    ended_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = "uploaded document"
        constraints = [
            models.UniqueConstraint(
                name="one_unread_upload_a_kind",
                fields=["case", "kind"],
                condition=Q(state__in=_UNREAD),
            ),
            models.CheckConstraint(
                name="upload_is_kept_until_read",
                condition=Q(state__in=_UNREAD, ended_at=None, file__isnull=False)
                | (~Q(state__in=_UNREAD) & Q(ended_at__isnull=False, file=None)),
            ),
            models.CheckConstraint(
                name="queued_upload_is_due",
                condition=~Q(state__in=_QUEUED) | Q(next_try_at__isnull=False),
            ),
            models.CheckConstraint(
                name="refused_upload_has_reason",
                condition=Q(state=UploadState.REFUSED) ^ Q(code=""),
            ),
            models.CheckConstraint(
                name="front_shows_both_sides",
                condition=Q(both_sides=False) | Q(kind=KycDocument.Kind.AADHAAR_FRONT),
            ),
        ]
        indexes = [
            models.Index(
                name="upload_queue", fields=["next_try_at"], condition=Q(next_try_at__isnull=False)
            ),
            models.Index(name="upload_turns", fields=["case", "-taken_at"]),
            models.Index(UNREAD_FIRST, "created_at", "id", name="upload_unread_first"),
            models.Index(name="upload_by_state", fields=["state"]),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_state_display()}"

    @property
    def slug(self) -> str:
        """The kind as used in URLs."""
        return self.kind.lower().replace("_", "-")

    @property
    def title(self) -> str:
        """What the file shows, as text."""
        return KycDocument.title_of(self.kind, is_whole=self.both_sides)

    @property
    def masked(self) -> str:
        """The number that was entered, masked for display."""
        return last_four(self.last_four)

    @property
    def is_queued(self) -> bool:
        """Whether a worker reads it, or will."""
        return self.state in _QUEUED

    def is_late(self, now: datetime) -> bool:
        """Whether it waits longer than reading usually takes."""
        return self.is_queued and self.created_at <= now - self.LATE_AFTER

    @property
    def is_unread(self) -> bool:
        """Whether the document it shows is not known yet."""
        return self.state in _UNREAD

    @property
    def needs_password(self) -> bool:
        """Whether it is a locked PDF."""
        return self.state == UploadState.NEEDS_PASSWORD

    @property
    def is_refused(self) -> bool:
        """Whether the file could not be used."""
        return self.state == UploadState.REFUSED

    @property
    def kinds(self) -> list[str]:
        """The kinds of documents that it becomes."""
        whole = [KycDocument.Kind.AADHAAR_FRONT, KycDocument.Kind.AADHAAR_BACK]
        return [str(kind) for kind in whole] if self.both_sides else [self.kind]
